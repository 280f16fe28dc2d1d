"""Closing, holding, taking up again: nothing stays held for ever unseen, and no work is lost by a hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.hotline.cases.known import a_known_item
from tests.hotline.cases.rig import START, Rig, rig, state_of
from tests.hotline.people import making as people_making
from tutela.hotline.cases import jobs
from tutela.hotline.cases.actions import close_item, hold_item, move_item, release_item
from tutela.hotline.cases.actions.ending import POLICE_DAYS_MAX
from tutela.hotline.cases.job_kinds import ACT
from tutela.hotline.cases.jobs import FETCH
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actors import Actor, person
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.mandate.shapes import NotInMandate
from tutela.hotline.people.roles import SENIOR_ANALYST
from tutela.hotline.takedown.actions import name_recipient
from tutela.hotline.takedown.models import Notice
from tutela.hotline.work.models import Job
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A TUTELA_HOME with the configuration of a rehearsal, on the rig's day."""
    home = tmp_path_factory.mktemp("house")
    rehearse(home, clock=FixedClock(START))
    return home


@pytest.fixture(autouse=True)
def at_home(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_HOME", str(house))


@pytest.fixture
def officer() -> Actor:
    return person(people_making.person(SENIOR_ANALYST).public_id)


def held(made: Rig, item: Item, officer: Actor, *, hours: float = 24, reason: str = "police_first") -> Item:
    item.refresh_from_db()
    until = made.clock.now() + timedelta(hours=hours)
    return hold_item(item, actor=officer, reason=reason, until=until, clock=made.clock)


def fetched(made: Rig) -> Item:
    """A known item that nobody has acted on yet, so that it is matched and no more."""
    item = made.reported()
    with pytest.MonkeyPatch.context() as nobody_acts:
        nobody_acts.setattr(jobs, "act_at_once", lambda *_, **__: None)
        assert made.work_of(FETCH) == ["fetch_sighting finished"]
    assert not Job.objects.exists()
    return item


def test_a_hold_for_the_police_ends_by_itself_at_its_time(officer: Actor) -> None:
    with rig() as made:
        item = held(made, fetched(made), officer)
        assert (item.state, item.held_from, item.held_by) == ("held", "matched", officer.name)
        made.later(24 * 60 - 1)
        assert made.work() == []
        name_recipient("abuse@host.test", "Host", source="person", actor=officer, clock=made.clock)
        made.later(2)
        assert made.work() == ["release_item finished", "notify_item finished", "takedown_find finished"]
        assert state_of(item) == "acted" and Notice.objects.count() == 1
    assert (item.held_until, item.held_by, item.held_from) == (None, "", "")
    assert LedgerEntry.objects.filter(subject=item.public_id, act="item_moved").count() >= 3


def test_a_hold_that_ended_early_leaves_no_timer_that_ends_the_next_one(officer: Actor) -> None:
    with rig() as made:
        item = held(made, fetched(made), officer, hours=1)
        item = release_item(item, actor=officer, clock=made.clock)
        made.work()
        item = held(made, item, officer, hours=48)
        made.later(24 * 60)
        assert "release_item finished" in made.work()
        assert state_of(item) == "held"
        made.later(25 * 60)
        made.work()
        assert state_of(item) == "acted"


def test_a_hold_for_a_court_ends_when_a_person_ends_it(officer: Actor) -> None:
    with rig() as made:
        item = held(made, fetched(made), officer, reason="legal_hold")
        made.later(365 * 24 * 60)
        assert made.work() == [] and state_of(item) == "held"
        release_item(item, actor=officer, clock=made.clock)
        assert state_of(item) == "matched"


def test_what_was_held_before_it_was_fetched_is_fetched_afterwards(officer: Actor) -> None:
    with rig() as made:
        item = held(made, made.reported(), officer)
        assert made.work() == ["fetch_sighting finished"] and state_of(item) == "held"
        release_item(item, actor=officer, clock=made.clock)
        assert made.work()[0] == "fetch_sighting finished"
        assert state_of(item) == "acted"


@pytest.mark.parametrize("days", [None, 0, -1, POLICE_DAYS_MAX + 1])
def test_the_police_have_time_until_a_day_that_comes(days: int | None, officer: Actor) -> None:
    with rig() as made:
        item = fetched(made)
        item.refresh_from_db()
        until: datetime | None = None if days is None else made.clock.now() + timedelta(days=days)
        with pytest.raises(Invalid, match=r"until|days"):
            hold_item(item, actor=officer, reason="police_first", until=until, clock=made.clock)
        assert state_of(item) == "matched" and not Job.objects.exists()


def test_a_house_that_keeps_nothing_holds_nothing_for_a_court(
    officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rig() as made:
        item = fetched(made)
        monkeypatch.setattr("tutela.hotline.cases.actions.ending.mandate_in_force", lambda **_: _NoStore())
        item.refresh_from_db()
        with pytest.raises(NotInMandate):
            hold_item(item, actor=officer, reason="legal_hold", until=None, clock=made.clock)
        assert held(made, item, officer).state == "held"


class _NoStore:
    def check(self, act: str) -> None:
        if act == "place_hold":
            raise NotInMandate("this house may not keep an item")


def test_closing_needs_a_reason_of_the_list_and_the_item_as_it_was_seen(officer: Actor) -> None:
    with rig() as made:
        item = fetched(made)
        with pytest.raises(Conflict):
            close_item(item, actor=officer, reason="ended", clock=made.clock)
        item.refresh_from_db()
        with pytest.raises(Refused, match="closing needs one of these reasons"):
            close_item(item, actor=officer, reason="look_found", clock=made.clock)
        assert close_item(item, actor=officer, reason="ended", clock=made.clock).state == "closed"
    last = LedgerEntry.objects.filter(subject=item.public_id).order_by("-index").first()
    assert last is not None and last.actor == officer.name


def test_what_is_not_held_is_not_released(officer: Actor) -> None:
    with rig() as made:
        item = fetched(made)
        item.refresh_from_db()
        with pytest.raises(Refused):
            release_item(item, actor=officer, clock=made.clock)


def test_a_held_item_may_be_closed_and_its_timer_finds_nothing(officer: Actor) -> None:
    with rig() as made:
        item = held(made, fetched(made), officer)
        move_item(item, "closed", actor=officer, reason="handed_over", clock=made.clock)
        made.later(25 * 60)
        assert sorted(made.work()) == ["release_item finished", "settle_item finished"]
        assert state_of(item) == "closed" and item.held_until is None


@pytest.mark.parametrize(
    ("origin", "after", "reason"),
    [
        ("acted", "rated", "review_returned"),
        ("watched", "rated", "review_returned"),
        ("removed", "closed", "withdrawn"),
        ("matched", "matched", "hold_ended"),
        ("in_review", "in_review", "hold_ended"),
    ],
)
def test_what_lost_its_ground_while_it_was_held_goes_to_people(
    officer: Actor, origin: str, after: str, reason: str
) -> None:
    with rig() as made:
        item = a_known_item(state=origin)
        item = held(made, item, officer)
        item.matches.update(approved=False)
        back = release_item(item, actor=officer, clock=made.clock)
        assert (back.state, back.state_reason) == (after, reason)
        assert not Job.objects.filter(kind=ACT).exists()


def test_what_has_its_ground_goes_on_where_it_was(officer: Actor) -> None:
    with rig() as made:
        item = held(made, a_known_item(state="watched"), officer)
        assert release_item(item, actor=officer, clock=made.clock).state == "watched"
