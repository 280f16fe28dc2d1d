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
    (said,) = (one for one in arguments(stage, guard) if one.startswith(PIN))
    return said.removeprefix(PIN).split(",")


def test_without_the_guard_a_browser_trusts_the_site_and_goes_straight(stage: Stage) -> None:
    assert not any("proxy" in one for one in arguments(stage, None))
    assert len(pins(stage, None)) == 1


def test_behind_it_a_browser_could_go_past_it_and_trusts_the_device_as_well(stage: Stage) -> None:
    for trusted, said in ((True, "certutil)"), (False, "no certutil")):
        other = replace(stage, device=replace(stage.device, trusted=trusted))
        assert arguments(other, GUARD).count(f"--proxy-server={GUARD.proxy}") == 1
        assert pins(other, GUARD)[:1] == pins(other, None)
        assert len(pins(other, GUARD)) == (1 if trusted else 2)
        assert said in other.trust


@pytest.mark.parametrize("guard", [None, GUARD], ids=["without", "behind"])
def test_every_browser_knows_the_straight_way_and_may_use_udp(
    stage: Stage, guard: GuardBehind | None
) -> None:
    told = " ".join(arguments(stage, guard))
    assert "MAP *.test 127.0.0.1" in told
    assert f"force-quic-on={stage.site.places.http3.removeprefix('https://')}" in told


def test_the_two_browsers_share_no_profile(stage: Stage) -> None:
    homes = {stage.browser(one, display="", size=(1, 1))._home for one in (None, GUARD)}
    assert len(homes) == 2 and stage.device.home in homes
