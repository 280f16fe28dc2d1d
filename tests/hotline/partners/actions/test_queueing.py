from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.partners.making import OFFICER, a_clock, a_partner, a_referral, acts, an_item, new_partner
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actors import process
from tutela.hotline.partners.actions import name_partner, queue_referral, record_failed, retry_referral
from tutela.hotline.partners.actions.queueing import ITEMS_MAX, access_usable
from tutela.hotline.partners.models import Referral
from tutela.hotline.people.configuration import rehearse
from tutela.kernel.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("mandate", ["view-and-notify", "police-first", "no-storage", "no-viewing"])
def test_one_person_refers_to_the_police_in_every_house(
    mandate: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = a_clock()
    rehearse(tmp_path, mandate=mandate, clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    referral = a_referral(clock, grounds="reported")
    assert referral.state == "queued" and acts(referral.public_id) == ["referral_queued"]


def test_nothing_is_referred_without_a_mandate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    with pytest.raises(Refused):
        a_referral(a_clock())
    assert not Referral.objects.exists()


def test_an_unconfirmed_partner_gets_nothing() -> None:
    clock = a_clock()
    partner = a_partner(clock, test=False, confirmed=False)
    for act in (lambda: a_referral(clock, partner=partner), lambda: access_usable(partner.public_id)):
        with pytest.raises(Refused, match="confirm"):
            act()


def test_another_hotline_is_told_after_the_police_where_they_come_first() -> None:
    clock = a_clock()
    with pytest.raises(Refused, match="police are told first"):
        a_referral(clock, partner=a_partner(clock, kind="hotline"))


def test_a_clearing_house_has_an_interface_of_its_own() -> None:
    clock = a_clock()
    with pytest.raises(Refused, match="clearing house"):
        a_referral(clock, partner=a_partner(clock, kind="clearing_house"))


def test_an_exercise_goes_to_a_test_endpoint_only() -> None:
    clock, item = a_clock(), an_item(a_clock())
    Item.objects.filter(pk=item.pk).update(source="exercise")
    item.refresh_from_db()
    with pytest.raises(Refused, match="exercise"):
        queue_referral([item], a_partner(clock, test=False), grounds="on_list", actor=OFFICER, clock=clock)
    tested = a_partner(clock)
    assert queue_referral([item], tested, grounds="on_list", actor=OFFICER, clock=clock).state == "queued"


def test_an_item_waits_once_for_each_partner() -> None:
    clock, item, partner = a_clock(), an_item(a_clock()), a_partner(a_clock())
    first = queue_referral([item], partner, grounds="assessed", actor=OFFICER, clock=clock)
    with pytest.raises(Conflict):
        queue_referral([item], partner, grounds="assessed", actor=OFFICER, clock=clock)
    other = name_partner(new_partner(name="Another"), actor=OFFICER, clock=clock)
    assert queue_referral([item], other, grounds="assessed", actor=OFFICER, clock=clock).pk != first.pk


@pytest.mark.parametrize(("number", "grounds", "field"), [(0, "on_list", "items"), (1, "hearsay", "grounds")])
def test_what_is_wrong_is_named(number: int, grounds: str, field: str) -> None:
    clock = a_clock()
    items = [an_item(clock) for _ in range(number)]
    with pytest.raises(Invalid) as error:
        queue_referral(items, a_partner(clock), grounds=grounds, actor=OFFICER, clock=clock)
    assert error.value.field == field


def test_a_document_has_an_end() -> None:
    clock, item = a_clock(), an_item(a_clock())
    with pytest.raises(Invalid, match=str(ITEMS_MAX)):
        queue_referral(
            [item] * (ITEMS_MAX + 1), a_partner(clock), grounds="on_list", actor=OFFICER, clock=clock
        )


def test_no_process_refers() -> None:
    clock = a_clock()
    with pytest.raises(Refused, match="person"):
        queue_referral(
            [an_item(clock)], a_partner(clock), grounds="on_list", actor=process("worker"), clock=clock
        )


def test_what_failed_is_tried_again_when_a_person_says_so() -> None:
    clock = a_clock()
    referral = a_referral(clock)
    record_failed(referral.public_id, "keys", clock=clock)
    again = retry_referral(referral.public_id, actor=OFFICER, clock=clock)
    assert (again.state, again.trouble) == ("queued", "") and acts(referral.public_id)[
        -1
    ] == "referral_retried"
