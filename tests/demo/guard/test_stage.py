"""The stage: who trusts whom, and how browsers are started."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from tutela.demo.guard.behind import GuardBehind

if TYPE_CHECKING:
    from tutela.demo.guard.stage import Stage

pytestmark = pytest.mark.slow
GUARD = cast("GuardBehind", SimpleNamespace(proxy="http://127.0.0.1:7"))
PIN = "--ignore-certificate-errors-spki-list="


def arguments(stage: Stage, guard: GuardBehind | None) -> list[str]:
    return stage.browser(guard, display=":1", size=(1, 1))._more


def pins(stage: Stage, guard: GuardBehind | None) -> list[str]:
    return [one for one in arguments(stage, guard) if one.startswith(PIN)]


def test_without_the_guard_a_browser_trusts_the_site_and_goes_straight(stage: Stage) -> None:
    assert not any("proxy" in one for one in arguments(stage, None))
    assert len(pins(stage, None)) == 1
    assert any("MAP *.test" in one for one in arguments(stage, None))


def test_behind_it_a_browser_trusts_the_device_alone(stage: Stage) -> None:
    for trusted, said in ((True, "certutil)"), (False, "no certutil")):
        other = replace(stage, device=replace(stage.device, trusted=trusted))
        assert f"--proxy-server={GUARD.proxy}" in arguments(other, GUARD)
        assert len(pins(other, GUARD)) == (0 if trusted else 1)
        assert set(pins(other, GUARD)).isdisjoint(pins(other, None))
        assert said in other.trust


def test_the_two_browsers_share_no_profile(stage: Stage) -> None:
    homes = {stage.browser(one, display="", size=(1, 1))._home for one in (None, GUARD)}
    assert len(homes) == 2 and stage.device.home in homes
