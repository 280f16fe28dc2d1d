from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest

from tests.hotline.takedown.abroad import found_house
from tests.hotline.takedown.making import OFFICER, WORKER, a_clock, a_recipient, a_sighting
from tutela.hotline.cases.evidence import consequence_of
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.quorum.deciding import Decision, Vote, decide
from tutela.hotline.people.quorum.needs import Need
from tutela.hotline.takedown import permitting
from tutela.hotline.takedown.actions import queue_notice
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.permitting import (
    check_orders,
    check_passed_on,
    may_pass_on,
    may_write,
    may_write_at_once,
)
from tutela.kernel.errors import Refused

pytestmark = pytest.mark.django_db


def votes(number: int, *, look: str = "protected") -> Iterator[Vote]:
    for one in range(number):
        yield Vote(
            person=f"usr_{one}",
            organisation="here",
            key=f"key {one}",
            look=look,  # type: ignore[arg-type]  # a word of the list
            at=a_clock().now(),
            vouched="roster",
        )


@pytest.mark.parametrize("mandate", ["view-and-notify", "police-first", "no-storage", "no-viewing"])
def test_what_the_mandate_says_about_notices_is_kept_to(
    mandate: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = a_clock()
    found = rehearse(tmp_path, mandate=mandate, clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    sighting, recipient = a_sighting(clock), a_recipient(clock)
    first = found.mandate.police_first
    if "write" not in found.mandate.granted or first.required:
        with pytest.raises(Refused):
            queue_notice(sighting, recipient, actor=WORKER, clock=clock)
    if "write" in found.mandate.granted:
        told = clock.now() - first.hold - timedelta(seconds=1)
        assert (
            queue_notice(sighting, recipient, actor=WORKER, police_told=told, clock=clock).state == "queued"
        )


def test_without_signed_configuration_nothing_is_queued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = a_clock()
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    with pytest.raises(Refused):
        queue_notice(a_sighting(clock), a_recipient(clock), actor=WORKER, clock=clock)
    assert not Notice.objects.exists()


def test_unknown_material_needs_people_who_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = a_clock()
    rehearse(tmp_path, quorum="solo-duty", clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    sighting, recipient = a_sighting(clock, known=False), a_recipient(clock)
    assert consequence_of(sighting.item) == "notice_unknown"
    for too_little in ((), tuple(votes(1, look="none"))):
        with pytest.raises(Refused, match="not enough stands behind"):
            queue_notice(sighting, recipient, actor=OFFICER, votes=too_little, clock=clock)
    made = queue_notice(sighting, recipient, actor=OFFICER, votes=votes(1), clock=clock)
    assert made.second_look_due == clock.now() + timedelta(hours=24)


def test_a_standard_house_asks_two_about_unknown_material(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = a_clock()
    rehearse(tmp_path, quorum="standard", clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    sighting, recipient = a_sighting(clock, known=False), a_recipient(clock)
    with pytest.raises(Refused):
        queue_notice(sighting, recipient, actor=OFFICER, votes=votes(1), clock=clock)
    assert (
        queue_notice(sighting, recipient, actor=OFFICER, votes=votes(2), clock=clock).second_look_due is None
    )


@pytest.mark.parametrize(
    ("mandate", "grants"),
    [("view-and-notify", True), ("no-storage", True), ("no-viewing", False), ("police-first", False)],
)
def test_an_item_is_passed_on_where_the_mandate_grants_it_and_the_police_had_their_time(
    mandate: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, grants: bool
) -> None:
    clock = a_clock()
    rehearse(tmp_path, mandate=mandate, clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    item = a_sighting(clock).item
    assert may_pass_on(item, clock=clock) == grants
    with nullcontext() if grants else pytest.raises(Refused):
        check_passed_on(item, OFFICER, clock=clock)
    item.police_told_at = clock.now()
    item.police_released_at = clock.now()
    assert may_pass_on(item, clock=clock) == (mandate != "no-viewing")


@pytest.mark.parametrize(("mandate", "at_once"), [("view-and-notify", True), ("police-first", False)])
def test_nobody_is_written_to_at_once_where_the_police_come_first(
    mandate: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, at_once: bool
) -> None:
    clock = a_clock()
    rehearse(tmp_path, mandate=mandate, clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    assert may_write(clock) and may_write_at_once(clock) == at_once


def test_whoever_passes_an_item_on_votes_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, asked = a_clock(), list[tuple[str, list[Vote]]]()

    class Stern:
        def decide(self, consequence: str, votes: list[Vote]) -> Decision:
            asked.append((consequence, votes))
            return decide(Need(votes=2), votes)

    monkeypatch.setattr(permitting, "quorum_in_force", lambda clock: Stern())
    with pytest.raises(Refused, match="not enough stands behind this hand-over"):
        check_passed_on(a_sighting(clock).item, OFFICER, clock=clock)
    ((consequence, (vote,)),) = asked
    assert (consequence, vote.person, vote.stage) == ("partner_referral", OFFICER.name, "propose")


@pytest.mark.parametrize("orders", [True, False])
def test_an_order_takes_a_law_that_lets_the_house_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, orders: bool
) -> None:
    found_house(tmp_path / "house", monkeypatch, orders=orders)
    with nullcontext() if orders else pytest.raises(Refused, match="may ask and not order"):
        check_orders(a_clock())
