"""The guard's side of the overlay, with programs in its place that need no screen."""

from __future__ import annotations

import time

import pytest

from tests.prevent.guard.screen.desktops import rect
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.screen import veiling
from tutela.prevent.guard.screen.veiling import VeilProcess, child_environment

_PATH = "import sys, os; sys.path[:0] = sys.argv[1:]; from tutela.prevent.guard.screen import wire\n"
OBEDIENT = _PATH + (
    "os.write(1, wire.frame(wire.READY))\n"
    "while True:\n"
    "    kind, payload = wire.read_frame(lambda size: os.read(0, size))\n"
    "    order = wire.parse_order(payload)\n"
    "    if order.width == 13: os._exit(1)\n"
    "    if order.width == 17: os.write(1, b'nonsense')\n"
    "    if order.width != 19: os.write(1, wire.render_shown(order.serial))\n"
)
AREA = [rect(1, 2, 300, 400)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(veiling, "ANSWER_SECONDS_MAX", 0.3)
    monkeypatch.setattr(veiling, "_WAIT_SECONDS", 0.02)


def shown_in_the_end(veils: VeilProcess) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            veils.show(AREA, 800, 600)
        except Unavailable:
            time.sleep(0.05)
        else:
            return True
    return False


@pytest.mark.parametrize("width", [13, 17, 19])
def test_a_process_that_fails_is_unavailable_and_started_again(width: int) -> None:
    veils = VeilProcess(program=OBEDIENT)
    try:
        veils.begin()
        veils.show(AREA, 800, 600)
        first = veils.pid
        with pytest.raises(Unavailable):
            veils.show(AREA, width, 600)
            veils.show(AREA, 800, 600)  # nonsense may come behind a right answer
        assert shown_in_the_end(veils) and veils.pid != first
    finally:
        veils.close()
        veils.close()


def test_a_process_that_was_killed_is_noticed_at_once() -> None:
    veils = VeilProcess(program=OBEDIENT)
    try:
        veils.begin()
        assert veils._child is not None
        veils._child._process.kill()
        veils._child._process.wait()
        with pytest.raises(Unavailable):
            veils.show(AREA, 800, 600)
        assert shown_in_the_end(veils)
    finally:
        veils.close()


def test_one_that_never_greets_could_not_be_started_nor_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    veils = VeilProcess(program="import time; time.sleep(60)")
    try:
        began = time.monotonic()
        with pytest.raises(Unavailable, match="being started"):
            veils.show(AREA, 800, 600)
        assert time.monotonic() - began < 5
        monkeypatch.setattr(veiling, "START_SECONDS_MAX", 0.2)
        with pytest.raises(Unavailable, match="could not be started"):
            veils.begin()
    finally:
        veils.close()


def test_faults_wait_longer_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(veiling, "_WAIT_SECONDS", 60)
    veils = VeilProcess(program="raise SystemExit(1)")
    with pytest.raises(Unavailable):
        veils.begin()
    with pytest.raises(Unavailable, match="no process"):
        veils.show(AREA, 800, 600)
    veils.close()


def test_days_of_faults_are_waited_for_as_long_as_an_hour_of_them() -> None:
    veils = VeilProcess(program="raise SystemExit(1)")
    veils._faults = 5_000
    for match in (None, "no process"):
        with pytest.raises(Unavailable, match=match):
            veils.begin()
    veils.close()


def test_after_the_end_nothing_is_started() -> None:
    veils = VeilProcess(program=OBEDIENT)
    veils.close()
    with pytest.raises(Unavailable):
        veils.begin()
    assert veils.pid is None


def test_the_process_learns_how_to_reach_the_screen_and_nothing_of_the_person() -> None:
    told = child_environment({"DISPLAY": ":3", "HOME": "/home/x", "USER": "x", "XAUTHORITY": "/a"}, "linux")
    assert told["DISPLAY"] == ":3" and told["XAUTHORITY"] == "/a" and told["QT_QPA_PLATFORM"] == "xcb"
    assert not {"HOME", "USER"} & told.keys()
    assert "QT_QPA_PLATFORM" not in child_environment({}, "win32")
