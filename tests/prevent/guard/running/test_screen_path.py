from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.prevent.guard.screen.desktops import page
from tutela.kernel.errors import Refused, Unavailable
from tutela.prevent.guard.judging.fakes import FakeJudge
from tutela.prevent.guard.running import screen_path
from tutela.prevent.guard.running.screen_path import ScreenPath
from tutela.prevent.guard.screen.fakes import NotedVeils, ReplayedScreen
from tutela.prevent.guard.screen.running import RunningScreen


class Opened:
    """Opens replayed screens, or fails with ``fault``."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault, self.veils, self.count = fault, [NotedVeils()], 0
        self.forgotten = 0

    def __call__(self, judge: FakeJudge, **more: object) -> RunningScreen:
        self.count += 1
        if self.fault is not None:
            raise self.fault
        self.veils.append(NotedVeils())
        running = RunningScreen(judge, ReplayedScreen([page()]), self.veils[-1])
        forget = running.forget

        def noted() -> None:
            self.forgotten += 1
            forget()

        running.forget = noted  # type: ignore[method-assign]  # counted here
        return running


def path_of(opened: Opened) -> ScreenPath:
    return ScreenPath(FakeJudge(), lambda _path, _tier: None, opened)


def closed(opened: Opened) -> bool:
    return opened.veils[-1].closed


def running(path: ScreenPath) -> RunningScreen | None:
    return path._running


def until(path: ScreenPath, holds: Callable[[], bool], *, on: bool = True, in_force: object = 1) -> bool:
    end = time.monotonic() + 10
    while not holds() and time.monotonic() < end:
        path.follow(on=on, in_force=in_force)
        time.sleep(0.01)
    return holds()


def test_it_runs_while_it_is_on_and_only_then() -> None:
    opened = Opened()
    path = path_of(opened)
    try:
        path.follow(on=False, in_force=1)
        assert opened.count == 0 and path.troubles == ()
        assert until(path, lambda: len(opened.veils) == 2 and running(path) is not None)
        path.follow(on=True, in_force=1)
        assert path.troubles == () and not closed(opened)
        path.follow(on=False, in_force=1)
        assert closed(opened) and running(path) is None
        assert until(path, lambda: len(opened.veils) == 3)
    finally:
        path.close()
        path.close()
    assert closed(opened)


@pytest.mark.parametrize(
    ("fault", "said"), [(Refused("no"), "screen_refused"), (Unavailable("no"), "screen_unusable")]
)
def test_what_cannot_be_started_is_told_and_tried_again(
    fault: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_path, "AGAIN_SECONDS", 0.05)
    opened = Opened(fault)
    path = path_of(opened)
    assert until(path, lambda: path.troubles == (said,))
    assert until(path, lambda: opened.count >= 2)
    opened.fault = None
    assert until(path, lambda: running(path) is not None) and path.troubles == ()
    path.close()


def test_a_screen_that_cannot_be_covered_is_told() -> None:
    opened = Opened()
    path = path_of(opened)
    assert until(path, lambda: running(path) is not None)
    under_way = running(path)
    assert under_way is not None
    under_way.trouble = "overlay_unusable"
    assert path.troubles == ("screen_unusable",)
    path.close()


def test_other_lists_judge_everything_anew() -> None:
    opened = Opened()
    path = path_of(opened)
    assert until(path, lambda: running(path) is not None)
    path.follow(on=True, in_force=1)
    assert opened.forgotten == 0
    path.follow(on=True, in_force=2)
    path.follow(on=True, in_force=2)
    assert opened.forgotten == 1
    path.close()


def test_one_that_ended_by_itself_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen_path, "AGAIN_SECONDS", 0.0)
    opened = Opened()
    path = path_of(opened)
    assert until(path, lambda: running(path) is not None)
    under_way = running(path)
    assert under_way is not None
    under_way.close()
    assert until(path, lambda: opened.count == 2)
    path.close()
