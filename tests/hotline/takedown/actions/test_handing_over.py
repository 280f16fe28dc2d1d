"""Beyond the registrar: the hotline of the country at once, search engines at the end, each by a hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.hotline.cases.rig import KEY, PLACE, START, state_of
from tests.hotline.takedown.abroad import found_house, nobody_left
from tests.hotline.takedown.actions.test_filling import form_only
from tests.hotline.takedown.actions.test_reminding import pass_days, sent
from tests.hotline.takedown.contacts.registered import THERE, Registered, registered, the_contact
from tests.hotline.takedown.making import OFFICER, WORKER, a_clock, acts
from tests.share.notices.registry_answers import NETWORK_URL, entity, hoster, network
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.takedown.actions import approve_contact, list_contact, refuse_contact
from tutela.hotline.takedown.actions.approving import put_find
from tutela.hotline.takedown.actions.filling import record_form_filled
from tutela.hotline.takedown.actions.handing_over import record_not_needed
from tutela.hotline.takedown.contacts.keys import stored_key
from tutela.hotline.takedown.contacts.models import Contact, FormNotice
from tutela.hotline.takedown.contacts.proposals import HANDED_RUNGS
from tutela.hotline.takedown.contacts.queries import forms, hand_overs_waiting, searches
from tutela.hotline.takedown.contacts.reading import parse_contacts
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.queries import is_to_tell, is_told, sent_on
from tutela.hotline.takedown.timeline import tell
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.errors import Conflict, Refused
from tutela.kernel.ids import new_id

pytestmark = pytest.mark.django_db
CLOUD = network(entity("abuse", mails=("abuse@proxy.test",)), name="CLOUDFLARENET")


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found_house(tmp_path / "house", monkeypatch)


def handed() -> list[tuple[str, str, str]]:
    """(rung, key of the contact, state) of every hand-over, in order."""
    rows = FormNotice.objects.filter(contact__rung__in=HANDED_RUNGS).select_related("contact").order_by("pk")
    return [(row.contact.rung, row.contact.key, row.state) for row in rows]


def brought(*rows: str) -> None:
    """A table of contacts that a person of the house brings."""
    table = "\n".join(["key,address,organisation,rung", *rows])
    for entry in parse_contacts(table, approved=False, at=START):
        list_contact(entry, stored_key(entry.key, KEY), actor=OFFICER, clock=a_clock())


def searched_again(made: Registered) -> None:
    put_find(Sighting.objects.get(search__isnull=False), clock=made.clock)
    made.again()


@pytest.mark.usefixtures("german")
def test_the_hotline_of_the_country_is_told_at_once_and_engines_are_not() -> None:
    with registered() as made:
        made.found()
        assert handed() == [("hotline", "country:NL", "waiting")]
        assert forms() == [] and [one.contact.organisation for one in forms(HANDED_RUNGS)] == [
            "Offlimits Meldpunt"
        ]
        searched_again(made)
    assert len(handed()) == 1
    contact = the_contact("hotline")
    assert (contact.state, contact.source, contact.origin) == ("listed", "table", "look_up")
    assert acts(FormNotice.objects.get().public_id) == ["hand_over_queued"]


@pytest.mark.parametrize(
    ("country", "shares"), [("NL", True), ("DE", False)], ids=["own country", "not granted"]
)
def test_nobody_is_told_in_the_own_country_nor_without_a_grant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, country: str, shares: bool
) -> None:
    found_house(tmp_path / "house", monkeypatch, country=country, shares=shares)
    with nobody_left() as made:
        made.found()
        assert searches()["nobody"] == 1
    assert [rung for rung, _, _ in handed()] == ["index"]


@pytest.mark.usefixtures("german")
def test_the_country_of_a_proxy_is_not_the_hosts() -> None:
    with registered() as made:
        made.registries.table[NETWORK_URL] = CLOUD
        made.found()
        assert the_contact().reasons.startswith("abuse_role,origin_unknown")
    assert handed() == []


def test_in_a_rehearsal_no_hotline_is_told_before_the_end() -> None:
    with registered() as made:
        made.found()
        assert handed() == []
        made.registries.table = {NETWORK_URL: network()}
        made.later(20)
        searched_again(made)
    assert [rung for rung, _, _ in handed()] == ["hotline", "index"]


def test_when_everybody_was_told_in_vain_engines_are_asked_once_each() -> None:
    with registered() as made:
        made.registries.table = {NETWORK_URL: hoster()}
        item = sent(made)
        assert handed() == []
        pass_days(made, 10)
        assert searches()["exhausted"] == 1
        assert handed() == [
            ("hotline", "country:NL", "waiting"),
            ("index", "engine:Google Search", "waiting"),
        ]
        assert hand_overs_waiting() == [("Google Search", 1), ("Offlimits Meldpunt", 1)]
        for one in forms(HANDED_RUNGS):
            record_form_filled(one.public_id, "N-1", actor=OFFICER, clock=made.clock)
        assert searches()["exhausted"] == 1 and forms(HANDED_RUNGS) == []
        item.refresh_from_db()
        Item.objects.filter(pk=item.pk).update(state="acted")
        searched_again(made)
        assert len(handed()) == 2
        assert state_of(item) in ("acted", "watched")


def test_whoever_hands_over_is_written_down_and_the_place_is_watched_as_usual() -> None:
    with nobody_left() as made:
        item = made.found()
        hotline, engine = forms(HANDED_RUNGS)
        with pytest.raises(Refused):
            record_form_filled(hotline.public_id, "", actor=WORKER, clock=made.clock)
        done = record_form_filled(hotline.public_id, "N-7", actor=OFFICER, clock=made.clock)
        assert (done.state, done.reference, done.done_by) == ("done", "N-7", OFFICER.name)
        assert sent_on(hotline.public_id) == made.clock.now() and sent_on(engine.public_id) is None
        record_not_needed(engine.public_id, actor=OFFICER, clock=made.clock)
        assert searches()["nobody"] == 1
        assert is_to_tell(hotline.sighting) and is_told(hotline.sighting)
        told = [str(one.sentence) for one in tell(item)]
        assert "It was handed over to Offlimits Meldpunt, by hand. Its number there is N-7." in told
        assert "Somebody decided that Google Search need not be asked to hide it." in told
        made.show({PLACE: Recorded(status=404)})
        for _ in range(2):
            made.later(24 * 60 + 1)
            made.work()
        assert state_of(item) == "removed"
    assert acts(hotline.public_id) == ["hand_over_queued", "hand_over_done"]
    assert acts(engine.public_id) == ["hand_over_queued", "hand_over_not_needed"]
    assert not Notice.objects.exists()


def test_what_is_gone_is_handed_over_to_nobody_and_comes_back_to_everybody() -> None:
    with nobody_left() as made:
        item = made.found()
        made.show({PLACE: Recorded(status=404)})
        for _ in range(3):
            made.later(24 * 60 + 1)
            made.work()
        assert state_of(item) == "removed" and {state for _, _, state in handed()} == {"withdrawn"}
        made.show({PLACE: THERE})
        for _ in range(3):
            made.later(24 * 60 + 1)
            made.work()
            made.again()
        assert [state for _, _, state in handed()][2:] == ["waiting", "waiting"]


@pytest.mark.usefixtures("german")
def test_a_place_that_goes_to_another_country_goes_to_its_hotline() -> None:
    with registered() as made:
        made.found()
        there = network(
            entity("abuse", mails=("abuse@new.test",)),
            first="203.0.113.0",
            last="203.0.113.255",
            country="AQ",
        )
        made.registries.table[NETWORK_URL.replace("198.51.100.7", "203.0.113.9")] = there
        made.show({PLACE: replace(THERE, address="203.0.113.9")})
        searched_again(made)
        assert handed() == [("hotline", "country:NL", "withdrawn"), ("hotline", "country:AQ", "waiting")]
        made.show({PLACE: THERE})
        searched_again(made)
    assert [(key, state) for _, key, state in handed()][1:] == [
        ("country:AQ", "withdrawn"),
        ("country:NL", "waiting"),
    ]
    assert "no_hotline_known" in Contact.objects.get(key="country:AQ").reasons


def test_the_houses_own_contacts_replace_those_of_the_tables_and_add_engines() -> None:
    brought(
        "country:nl,https://own.test/hotline,Own,hotline",
        "engine:Other,https://other.test/remove,Other,index",
    )
    with nobody_left() as made:
        made.found()
    addresses = set(FormNotice.objects.values_list("contact__address", flat=True))
    assert {"https://own.test/hotline", "https://other.test/remove"} < addresses and len(addresses) == 3


def test_nobody_whom_people_refused_is_told_of_the_next_place() -> None:
    with nobody_left() as made:
        made.found()
        refuse_contact(the_contact("index").public_id, actor=OFFICER, clock=made.clock)
        assert [state for _, _, state in handed()] == ["waiting", "withdrawn"]
        other = "https://other.test/copy.png"
        made.show({PLACE: THERE, other: replace(THERE)})
        made.reported(other)
        made.again()
    assert [rung for rung, _, _ in handed()] == ["hotline", "index", "hotline"]


@pytest.mark.usefixtures("german")
def test_a_hosts_form_and_a_hand_over_wait_beside_each_other() -> None:
    with registered() as made:
        form_only(made)
        (own,) = forms()
        with pytest.raises(Refused, match="a host is told"):
            record_not_needed(own.public_id, actor=OFFICER, clock=made.clock)
        record_form_filled(own.public_id, "", actor=OFFICER, clock=made.clock)
        assert searches()["told"] == 1 and handed() == [("hotline", "country:NL", "waiting")]


@pytest.mark.usefixtures("german")
def test_a_hand_over_that_is_made_leaves_the_hosts_form_waiting() -> None:
    with registered() as made:
        form_only(made)
        (one,) = forms(HANDED_RUNGS)
        record_form_filled(one.public_id, "", actor=OFFICER, clock=made.clock)
        assert searches()["by_hand"] == 1 and len(forms()) == 1


@pytest.mark.usefixtures("german")
def test_a_yes_for_the_host_leaves_the_hand_over_where_it_is() -> None:
    with registered() as made:
        made.found()
        approve_contact(the_contact().public_id, actor=OFFICER, clock=made.clock)
        made.again()
    assert Notice.objects.count() == 1 and handed() == [("hotline", "country:NL", "waiting")]


def test_a_hand_over_that_no_longer_waits_or_is_not_there_is_refused() -> None:
    with nobody_left() as made:
        made.found()
        first = forms(HANDED_RUNGS)[0]
        record_not_needed(first.public_id, actor=OFFICER, clock=made.clock)
        with pytest.raises(Conflict):
            record_form_filled(first.public_id, "", actor=OFFICER, clock=made.clock)
        with pytest.raises(Conflict):
            record_not_needed(first.public_id, actor=OFFICER, clock=made.clock)
        with pytest.raises(Refused):
            record_not_needed(new_id("frm_"), actor=OFFICER, clock=made.clock)
        with pytest.raises(Refused):
            record_not_needed(first.public_id, actor=WORKER, clock=made.clock)


def test_nothing_of_an_exercise_is_handed_over() -> None:
    with nobody_left() as made:
        item = made.reported()
        Item.objects.filter(pk=item.pk).update(source="exercise")
        made.work()
        assert searches()["nobody"] == 1
    assert handed() == []


def test_what_the_mandate_grants_no_more_is_not_handed_to_another_country(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with nobody_left() as made:
        made.found()
        hotline, engine = forms(HANDED_RUNGS)
        found_house(tmp_path / "house", monkeypatch, shares=False)
        with pytest.raises(Refused, match="may not pass an item on"):
            record_form_filled(hotline.public_id, "", actor=OFFICER, clock=made.clock)
        record_form_filled(engine.public_id, "", actor=OFFICER, clock=made.clock)
    assert [state for _, _, state in handed()] == ["waiting", "done"]
