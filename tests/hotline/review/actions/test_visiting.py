"""A visit: who may, what stands in ledger and custody before anybody reads, what is picked and fetched."""

from __future__ import annotations

import dataclasses
import json
from contextlib import nullcontext
from typing import Any

import pytest
from django.db import DatabaseError

from tests.hotline.cases.page_rig import page, page_rig, picture
from tests.hotline.review.making import GreyOpener, a_clock, a_page, a_waiting_item, acts, an_analyst, later
from tests.hotline.review.visited import InHouse
from tests.kernel.visiting.visiting import GATE, INSIDE, PICTURE
from tutela.hotline.cases.actions import visited
from tutela.hotline.cases.addresses import SealingKeys
from tutela.hotline.cases.jobs import FETCH
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.page_plan import PageRules
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people.mandate.acts import ACTS
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.people.models import Person
from tutela.hotline.people.roles import ANALYST
from tutela.hotline.review.actions import claim_next, show, visiting
from tutela.hotline.review.actions.visiting import (
    Visit,
    access_visit,
    end_visit,
    look,
    open_visit,
    pick,
    press,
    read_again,
)
from tutela.hotline.work.models import Job
from tutela.kernel.custody.records import parse
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.errors import Conflict, Refused, Unavailable

pytestmark = pytest.mark.django_db


def begun(visitor: InHouse, item: Item, anna: Person | None = None) -> Visit:
    """A visit of an item that somebody took up."""
    anna = anna or an_analyst()
    turn = claim_next(anna, clock=visitor.clock)
    assert turn is not None
    return access_visit(anna, turn.turn, item.public_id, visitor=visitor, clock=visitor.clock)


def test_a_gate_is_passed_and_every_step_is_in_custody() -> None:
    visitor = InHouse(a_clock())
    item = visitor.a_gate()
    visit = begun(visitor, item)
    assert open_visit(visit, clock=visitor.clock).outline.title == "Are you old enough?"
    assert visitor.browsers[0].referrers == ["https://from.test/page"]
    inside = press(visit, 1, step=1, clock=visitor.clock)
    assert look(visit).outline == inside.outline
    first, second = Sighting.objects.filter(item=item, how="visited").order_by("pk")
    assert (second.who, second.process, second.blob) == (visit.person.public_id, "visitor", inside.blob)
    assert (second.tool, second.url_digest, bytes(second.url_for_fetch)) == ("scripted/1", "", b"")
    assert open_text(bytes(first.url_sealed), visitor.vault) == GATE
    assert open_text(bytes(second.url_sealed), visitor.vault) == INSIDE
    kept = json.loads(open_text(bytes(second.response_sealed), visitor.vault))
    assert kept["outline"]["parts"][0]["text"] == "a thread"
    assert acts(item.public_id)[-2:] == ["page_visited", "page_visited"]
    steps = [parse(bytes(one.leaf)) for one in LedgerEntry.objects.order_by("index")]
    sealed = [one for one in steps if one is not None and one.process == "visitor"]
    assert [(one.blob, one.source, one.who) for one in sealed] == [
        (seen.blob, seen.public_id, visit.person.public_id) for seen in (first, second)
    ]


def test_the_ledger_hears_ids_and_counts_and_no_word_of_the_page() -> None:
    visitor = InHouse(a_clock())
    visit = begun(visitor, visitor.a_gate())
    open_visit(visit, clock=visitor.clock)
    pick(visit, [2], step=1, clock=visitor.clock)
    rows = str([bytes(one.leaf) for one in LedgerEntry.objects.all()]) + str(list(Sighting.objects.values()))
    assert "gate.test" not in rows and "Age gate" not in rows and "frame.test" not in rows
    assert '"step":1' in rows and '"act":"open"' in rows


def test_what_is_picked_joins_the_page_s_group_and_waits_for_the_fetcher() -> None:
    visitor = InHouse(a_clock())
    item = visitor.a_gate()
    visit = begun(visitor, item)
    open_visit(visit, clock=visitor.clock)
    press(visit, 1, step=1, clock=visitor.clock)
    found = pick(visit, [1, 2], step=2, clock=visitor.clock)
    assert {one.kind for one in found} == {"picture", "url"}
    assert set(item.page_series.get().items.all()) == set(found)
    seen = Sighting.objects.get(item=found[0])
    assert (seen.how, seen.found_as, seen.level, seen.process) == ("found", "picture", 1, "desk")
    assert seen.found_on == Sighting.objects.filter(how="visited").order_by("-pk").first()
    assert open_text(bytes(seen.url_for_fetch), visitor.fetch) == PICTURE
    assert open_text(bytes(seen.referrer_for_fetch), visitor.fetch) == INSIDE
    wanted = Job.objects.filter(kind=FETCH).values_list("arguments", flat=True)
    assert {one["sighting"] for one in wanted} == {one.sightings.get().public_id for one in found}
    assert acts(item.public_id)[-1] == "page_picked"


@pytest.mark.slow
@pytest.mark.needs("linux")
def test_what_is_picked_is_fetched_with_the_page_as_referrer_and_looked_at_as_everything_else() -> None:
    shown = {
        GATE: page("<title>Are you old enough?</title><p>Enter"),
        PICTURE: Recorded(body=picture(2), only_from=INSIDE),
    }
    with page_rig(shown) as made:
        item = made.reported_page(GATE)
        assert item.state == "unmatched"
        visitor = InHouse(made.clock, SealingKeys(vault=made.vault, fetch=made.fetch))
        visit = begun(visitor, item)
        open_visit(visit, clock=made.clock)
        press(visit, 1, step=1, clock=made.clock)
        (picked,) = pick(visit, [1], step=2, clock=made.clock)
        made.work()
        picked.refresh_from_db()
        assert picked.state == "unmatched"
        assert picked.sightings.get(how="fetched").url_digest
        item.refresh_from_db()
        assert item.state == "in_review"


def test_a_visited_page_s_picture_is_shown_to_nobody() -> None:
    visitor = InHouse(a_clock())
    item = visitor.a_gate()
    fetched = item.sightings.get(how="fetched")
    visit = begun(visitor, item)
    open_visit(visit, clock=visitor.clock)
    opener = GreyOpener()
    show(visit.person, visit.turn, opener=opener, clock=visitor.clock)
    assert [one.blob for one in opener.asked] == [fetched.blob]


def test_only_who_has_the_page_before_them_visits_it() -> None:
    visitor = InHouse(a_clock())
    item = visitor.a_gate()
    visit = begun(visitor, item)
    other = an_analyst("Berta")
    with pytest.raises(Conflict, match="time with this is over"):
        access_visit(other, visit.turn, item.public_id, visitor=visitor, clock=visitor.clock)
    later(visitor.clock, minutes=61)
    with pytest.raises(Conflict, match="time with this is over"):
        access_visit(visit.person, visit.turn, item.public_id, visitor=visitor, clock=visitor.clock)


def test_only_a_page_is_visited_and_only_one_of_this_turn() -> None:
    visitor = InHouse(a_clock())
    picture_item, elsewhere = a_waiting_item(visitor.clock), a_page(visitor.clock, 0)[0]
    anna = an_analyst()
    turn = claim_next(anna, clock=visitor.clock)
    assert turn is not None and turn.items == (picture_item.public_id,)
    for item in (picture_item, elsewhere):
        with pytest.raises(Refused, match="before you"):
            access_visit(anna, turn.turn, item.public_id, visitor=visitor, clock=visitor.clock)


def test_somebody_who_may_not_look_visits_nothing() -> None:
    visitor = InHouse(a_clock())
    item = visitor.a_gate()
    visit = begun(visitor, item)
    visit.person.roles_held.filter(role=ANALYST).delete()
    with pytest.raises(Refused):
        access_visit(visit.person, visit.turn, item.public_id, visitor=visitor, clock=visitor.clock)


@pytest.mark.parametrize("act", visiting.NEEDED)
def test_without_the_mandate_s_leave_nothing_is_met(act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = InHouse(a_clock())
    visit = begun(visitor, visitor.a_gate())
    mandate = mandate_in_force(clock=visitor.clock)
    left = {grant: law for grant, law in mandate.granted.items() if grant not in ACTS[act].needs}
    less = dataclasses.replace(mandate, granted=left)
    monkeypatch.setattr(visiting, "mandate_in_force", lambda clock: less)
    with pytest.raises(Refused):
        access_visit(visit.person, visit.turn, visit.item.public_id, visitor=visitor, clock=visitor.clock)


def test_a_page_without_an_address_is_not_visited() -> None:
    visitor = InHouse(a_clock())
    visit = begun(visitor, a_page(visitor.clock, 0)[0])
    with pytest.raises(Refused, match="no address"):
        open_visit(visit, clock=visitor.clock)
    assert not visitor.asked


def test_who_read_an_earlier_step_is_told_so_and_nothing_is_written_down() -> None:
    visitor = InHouse(a_clock())
    visit = begun(visitor, visitor.a_gate())
    open_visit(visit, clock=visitor.clock)
    read_again(visit, step=1, clock=visitor.clock)
    for act in (lambda: press(visit, 1, step=1), lambda: pick(visit, [2], step=1)):
        with pytest.raises(Conflict, match="went on"):
            act()
    assert Sighting.objects.filter(how="visited").count() == 2


@pytest.mark.parametrize("keys", [[], [99], list(range(1, 200))], ids=["none", "another", "many"])
def test_numbers_that_name_nothing_are_refused(keys: list[int]) -> None:
    visitor = InHouse(a_clock())
    visit = begun(visitor, visitor.a_gate())
    open_visit(visit, clock=visitor.clock)
    with pytest.raises((Refused, Conflict), match="number"):
        pick(visit, keys, step=1, clock=visitor.clock)


def test_a_step_that_cannot_be_written_down_is_read_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = InHouse(a_clock())
    visit = begun(visitor, visitor.a_gate())

    def fail(*_: Any, **__: Any) -> None:
        raise DatabaseError("full")

    monkeypatch.setattr(visited, "record_custody", fail)
    with pytest.raises(DatabaseError):
        open_visit(visit, clock=visitor.clock)
    assert visitor.browsers[0].closed
    assert not Sighting.objects.filter(how="visited").exists()


def test_a_step_of_which_no_record_stands_is_not_told_again() -> None:
    visitor = InHouse(a_clock())
    visit = begun(visitor, visitor.a_gate())
    open_visit(visit, clock=visitor.clock)
    Sighting.objects.filter(how="visited").update(blob="")
    with pytest.raises(Conflict, match="no record"):
        look(visit)


@pytest.mark.parametrize(("most", "taken"), [(1, 0), (2, 2)])
def test_a_full_group_takes_no_more(settings: Any, most: int, taken: int) -> None:
    visitor = InHouse(a_clock())
    item = visitor.a_gate()
    visit = begun(visitor, item)
    open_visit(visit, clock=visitor.clock)
    press(visit, 1, step=1, clock=visitor.clock)
    settings.TUTELA_PAGES = PageRules(group_max=most)
    with nullcontext() if taken else pytest.raises(Refused, match="takes no more"):
        assert len(pick(visit, [1, 2], step=2, clock=visitor.clock)) == taken
    assert item.page_series.count() == bool(taken)


def test_an_end_leaves_nothing_and_a_visitor_that_is_away_is_said_to_be() -> None:
    visitor = InHouse(a_clock())
    visit = begun(visitor, visitor.a_gate())
    open_visit(visit, clock=visitor.clock)
    end_visit(visit)
    assert visitor.browsers[0].closed
    with pytest.raises(Conflict, match="no such visit"):
        look(visit)
    visitor.away = True
    with pytest.raises(Unavailable, match=r"visits\.enabled"):
        open_visit(visit, clock=visitor.clock)
