from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tutela.kernel.errors import Refused, Unavailable
from tutela.prevent.guard.person.choices import DAMAGED, Choices
from tutela.prevent.guard.person.device_time import FixedDeviceClock
from tutela.prevent.guard.person.folder import CLASSES, POLICY, WAITS, Folder
from tutela.prevent.guard.person.loosening import looser
from tutela.prevent.guard.person.policy import Policy, render_policy
from tutela.prevent.guard.person.waits import LEAVING, Waits

HOUR = 3600.0
START = Policy(adult=True, delay_hours=1)


@pytest.fixture
def device() -> FixedDeviceClock:
    return FixedDeviceClock(wall_seconds=1e9)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "quiet-pages")
    made.make()
    made.write(POLICY, render_policy(START).encode())
    return made


def test_what_is_asked_for_waits_over_restarts_of_guard_and_device(
    folder: Folder, device: FixedDeviceClock
) -> None:
    policy, waits = Choices(folder, device).ask(replace(START, adult=False, classifier=True))
    assert policy == replace(START, classifier=True) and len(waits.waiting) == 1
    device.run(HOUR / 2)
    assert Choices(folder, device).policy().adult
    device.restart(off_seconds=10 * HOUR)
    assert not Choices(folder, device).policy().adult
    assert folder.read(WAITS) is None, "nothing waits, nothing is kept"


def test_while_nothing_waits_no_file_is_touched(folder: Folder, device: FixedDeviceClock) -> None:
    def state() -> list[tuple[str, int, bytes]]:
        return [(one.name, one.stat().st_mtime_ns, one.read_bytes()) for one in sorted(folder.path.iterdir())]

    before = state()
    for _ in range(3):
        device.run(60)
        Choices(folder, device).tick()
    assert state() == before


def test_leaving_and_pausing_wait_and_can_be_taken_back(folder: Folder, device: FixedDeviceClock) -> None:
    choices = Choices(folder, device)
    choices.ask_leaving()
    choices.ask_pause(15)
    with pytest.raises(Refused):
        choices.check_leaving()
    device.run(HOUR)
    choices.check_leaving()
    choices.start_pause()
    assert Choices(folder, device).paused()
    assert choices.end_pause().pause is None and not choices.paused()
    choices.take_back((LEAVING, ""))
    with pytest.raises(Refused, match="ask for it first"):
        choices.check_leaving()


def test_a_damaged_policy_is_strict_and_leaves_a_way_out_and_damaged_waits_loosen_nothing(
    folder: Folder, device: FixedDeviceClock
) -> None:
    choices = Choices(folder, device)
    choices.ask(replace(START, adult=False))
    folder.write(WAITS, b"{}")
    device.run(9 * HOUR)
    assert choices.policy() == START
    folder.write(POLICY, b"\xff")
    assert choices.policy() == DAMAGED
    choices.ask_leaving()
    device.run(72 * HOUR)
    choices.check_leaving()


@pytest.mark.parametrize(("names", "on"), [(b'["stand-in"]', True), (b"{", True), (b"[]", False)])
def test_a_damaged_policy_switches_no_classifier_off(
    names: bytes, on: bool, folder: Folder, device: FixedDeviceClock
) -> None:
    folder.write(POLICY, b"\xff")
    folder.write(CLASSES, names)
    assert Choices(folder, device).policy() == replace(DAMAGED, classifier=on)


def test_looking_counts_and_writes_nothing(folder: Folder, device: FixedDeviceClock) -> None:
    choices = Choices(folder, device)
    choices.ask(replace(START, adult=False))
    before = folder.read(WAITS)
    device.run(9 * HOUR)
    policy, waits = choices.look()
    assert (policy.adult, waits.waiting) == (False, ())
    assert folder.read(WAITS) == before


def test_looking_waits_for_nobody_who_has_the_folder(folder: Folder, device: FixedDeviceClock) -> None:
    found = list[Policy]()
    looking = threading.Thread(target=lambda: found.append(Choices(folder, device).look()[0]))
    with folder.alone():
        looking.start()
        looking.join(1)
        assert found == [START]
    looking.join()


def test_looking_where_the_folder_is_gone_is_no_look(folder: Folder, device: FixedDeviceClock) -> None:
    choices = Choices(folder, device)
    folder.clear()
    with pytest.raises(Unavailable, match="not there"):
        choices.look()


class KilledError(BaseException):
    """Stands for kill -9."""


class Dying(Folder):
    """A folder whose process is killed before or after one of its writes."""

    def __init__(self, path: Path, point: int) -> None:
        super().__init__(path)
        self.left = point

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise KilledError

    def write(self, name: str, data: bytes, **more: Any) -> None:
        self._step()
        super().write(name, data, **more)
        self._step()

    def remove(self, name: str) -> None:
        self._step()
        super().remove(name)
        self._step()


@pytest.mark.parametrize("point", range(8))
def test_killed_anywhere_nothing_is_looser_than_it_may_be(
    tmp_path: Path, point: int, device: FixedDeviceClock
) -> None:
    path = tmp_path / "f"
    Folder(path).make()
    Folder(path).write(POLICY, render_policy(START).encode())
    Choices(Folder(path), device).ask(replace(START, adult=False, delay_hours=0))
    device.run(HOUR / 2)
    wanted = replace(START, delay_hours=72, films="blocked", never_intercepted=("a.test",))
    try:
        Choices(Dying(path, point), device).ask(wanted)
        done = True
    except KilledError:
        done = False
    assert done == (point >= 6)
    assert not looser(START, Choices(Folder(path), device).policy())
    device.run(HOUR / 2)
    policy = Choices(Folder(path), device).policy()
    assert not policy.adult, "what waited an hour is due, killed or not"
    assert policy.delay_hours != 0 or policy.films == "checked", "tightened, the older wish is gone"


@pytest.mark.parametrize("point", range(6))
def test_killed_while_something_becomes_due_it_becomes_due_all_the_same(
    tmp_path: Path, point: int, device: FixedDeviceClock
) -> None:
    path = tmp_path / "f"
    Folder(path).make()
    Folder(path).write(POLICY, render_policy(START).encode())
    Choices(Folder(path), device).ask(replace(START, adult=False))
    device.run(HOUR)
    try:
        Choices(Dying(path, point), device).tick()
    except KilledError:
        pass
    policy, waits = Choices(Folder(path), device).tick()
    assert policy == replace(START, adult=False) and waits == Waits(last=device.read())
