"""The loop with a replayed screen; and once all of it, real, on a virtual screen."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.prevent.guard.screen.desktops import PLACE, covers_it, figure, page, picture
from tests.prevent.guard.screen.stage import stage
from tutela.kernel.errors import Refused
from tutela.prevent.guard.judging.fakes import FakeJudge
from tutela.prevent.guard.screen.fakes import NotedVeils, ReplayedScreen
from tutela.prevent.guard.screen.running import RunningScreen, open_screen
from tutela.prevent.guard.shapes import SHOWN, Ruling

NEAR = Ruling(tier="near", why="listed")


def soon(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


class Set:
    """A loop under way over replayed frames; ``gate`` lets the judge answer."""

    def __init__(self) -> None:
        self.veils, self.gate, self.ruling = NotedVeils(), threading.Event(), NEAR
        self.screen = ReplayedScreen([page()], self.veils)
        self.blocked: list[tuple[str, str]] = []
        self.judge = FakeJudge(self._rule)
        self.running = RunningScreen(
            self.judge, self.screen, self.veils, blocked=lambda path, tier: self.blocked.append((path, tier))
        )

    def _rule(self, _: bytes) -> Ruling:
        assert self.gate.wait(10)
        return self.ruling


@pytest.fixture
def on() -> Iterator[Set]:
    made = Set()
    with made.running:
        assert soon(lambda: made.running.looks > 1)
        yield made
        made.gate.set()
    assert made.veils.closed and made.screen.closed and not made.running.alive


def test_a_picture_is_veiled_before_it_is_judged_and_stays_so_when_it_is_held(on: Set) -> None:
    on.screen.add([figure(page(), picture())])
    assert soon(lambda: bool(on.veils.veiled)) and covers_it(on.veils.veiled[0])
    assert on.blocked == [] and on.running.trouble is None
    on.gate.set()
    assert soon(lambda: on.blocked == [("screen", "near")]) and covers_it(on.veils.veiled[0])


def test_a_veil_is_lifted_as_soon_as_the_answer_is_there(on: Set) -> None:
    on.ruling = SHOWN
    on.screen.add([figure(page(), picture())])
    assert soon(lambda: bool(on.veils.veiled))
    on.gate.set()
    assert soon(lambda: on.veils.veiled == ()) and on.running.watch.held_veils == 0


def test_without_veils_it_says_so_and_covers_as_soon_as_it_can(on: Set) -> None:
    on.veils.broken = True
    on.screen.add([figure(page(), picture())])
    assert soon(lambda: on.running.trouble == "overlay_unusable") and on.running.alive
    on.veils.broken = False
    assert soon(lambda: bool(on.veils.veiled)) and soon(lambda: on.running.trouble is None)


def test_without_a_screen_it_says_so_and_goes_on(on: Set) -> None:
    on.screen.broken = True
    assert soon(lambda: on.running.trouble == "screen_unusable") and on.running.alive
    on.screen.broken = False
    on.screen.add([figure(page(), picture())])
    assert soon(lambda: bool(on.veils.veiled)) and soon(lambda: on.running.trouble is None)


def test_a_screen_that_is_read_again_is_no_trouble_any_more_though_nothing_changes(on: Set) -> None:
    on.screen.broken = True
    assert soon(lambda: on.running.trouble == "screen_unusable")
    on.screen.broken = False
    assert soon(lambda: on.running.trouble is None) and on.veils.orders == [()]


def test_what_was_covered_before_the_veils_broke_is_ordered_again(on: Set) -> None:
    on.gate.set()
    one = figure(page(), picture())
    on.screen.add([one])
    assert soon(lambda: bool(on.blocked))
    orders, on.veils.broken = len(on.veils.orders), True
    on.screen.add([figure(one, picture(7), PLACE.left + 340)])
    assert soon(lambda: on.running.trouble == "overlay_unusable")
    on.screen.add([one])
    assert soon(lambda: len(on.running.watch.veiled) == 1)
    on.veils.broken = False
    assert soon(lambda: on.running.trouble is None) and len(on.veils.orders) > orders


def test_what_is_not_seen_to_be_covered_is_ordered_again(on: Set) -> None:
    on.gate.set()
    on.screen.add([figure(page(), picture())])
    assert soon(lambda: bool(on.blocked))
    orders = len(on.veils.orders)
    on.screen._veils = None  # as if another window lay over it
    assert soon(lambda: len(on.veils.orders) > orders)


def test_everything_is_asked_again_once_lists_have_changed(on: Set) -> None:
    on.ruling = SHOWN
    on.gate.set()
    on.screen.add([figure(page(), picture())])
    assert soon(lambda: on.running.watch.first_veils == 1 and on.veils.veiled == ())
    on.ruling = NEAR
    on.running.forget()
    assert soon(lambda: bool(on.blocked)) and covers_it(on.veils.veiled[0])


def test_something_that_stirs_is_looked_at_ahead_of_its_time() -> None:
    looks = {}
    for stirring in (False, True):
        made = Set()
        made.screen.stirring = stirring
        with made.running:
            time.sleep(1.3)  # the first frame was a change
            began = made.running.looks
            time.sleep(1)
            looks[stirring] = made.running.looks - began
        made.gate.set()
    assert looks[False] <= 12 < 18 <= looks[True]


def test_wayland_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr("sys.platform", "linux")
    with pytest.raises(Refused, match="Wayland"):
        open_screen(FakeJudge())


@pytest.mark.slow
@pytest.mark.needs("xvfb", "screen")
def test_the_screen_itself_is_veiled_and_lifted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.prevent.guard.screen.showing import showing

    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("XDG_SESSION_TYPE", raising=False)
    with stage(tmp_path, 960, 704) as shown:
        monkeypatch.setenv("DISPLAY", shown.display)
        with open_screen(FakeJudge(lambda _: NEAR)) as running, showing(tmp_path) as show:
            show(page())
            time.sleep(0.5)
            show(figure(page(), picture()))
            assert soon(lambda: bool(running.watch.veiled)) and covers_it(running.watch.veiled[0])
            middle = PLACE.top + 7, PLACE.left + 9
            assert soon(lambda: tuple(shown.shown[middle][:3]) == (0xD0,) * 3)
            time.sleep(0.5)
            show(page())
            assert soon(lambda: running.watch.veiled == ())
            assert soon(lambda: np.array_equal(shown.now()[..., :3], page()[..., :3]))
            assert running.trouble is None
