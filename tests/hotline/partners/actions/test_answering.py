from __future__ import annotations

import pytest

from tests.hotline.partners.making import OFFICER, a_clock, a_referral, acts
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.partners.actions import record_answer, record_answer_by_link, record_handed, record_sealed
from tutela.hotline.partners.models import Referral
from tutela.hotline.takedown.permitting import check_permitted
from tutela.kernel.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db
TOKEN = "a-token"


def handed() -> Referral:
    clock = a_clock()
    referral = a_referral(clock)
    record_sealed(referral.public_id, b"one", token=TOKEN, clock=clock)
    return record_handed(referral.public_id, clock=clock)


def test_the_link_answers_once_and_moves_no_item() -> None:
    name = handed().public_id
    answered = record_answer_by_link(TOKEN, "released_for_notice", untrusted_reference=" AZ\n 12/26 ")
    assert (answered.state, answered.outcome, answered.reference) == (
        "answered",
        "released_for_notice",
        "AZ 12/26",
    )
    assert Item.objects.get().state == "held" and Item.objects.get().police_released_at is None
    with pytest.raises(Refused, match="no longer good"):
        record_answer_by_link(TOKEN, "arrested")
    assert Referral.objects.get().outcome == "released_for_notice"
    assert LedgerEntry.objects.get(act="referral_answered").actor_kind == "public"
    assert acts(name)[-1] == "referral_answered"


def test_a_case_that_goes_on_is_told_of_by_the_same_link_until_it_ended() -> None:
    name = handed().public_id
    for outcome in ("received", "received", "investigating", "received", "investigating", "arrested"):
        record_answer_by_link(TOKEN, outcome)
    kept = Referral.objects.get()
    assert (kept.outcome, kept.answer_digest) == ("arrested", "")
    assert acts(name).count("referral_answered") == 3, "what is known is not written again"
    with pytest.raises(Refused, match="no longer good"):
        record_answer_by_link(TOKEN, "received")


def test_what_a_person_was_told_is_not_undone_by_an_older_link() -> None:
    name = handed().public_id
    record_answer(name, "arrested", actor=OFFICER)
    assert record_answer_by_link(TOKEN, "investigating").outcome == "arrested"
    numbered = record_answer_by_link(TOKEN, "investigating", untrusted_reference="AZ 7")
    assert (numbered.outcome, numbered.reference) == ("arrested", "AZ 7")
    assert record_answer_by_link(TOKEN, "received", untrusted_reference="AZ 8").reference == "AZ 7"
    assert record_answer_by_link(TOKEN, "identified").outcome == "identified"


@pytest.mark.parametrize("token", ["", "b-token", "x" * 101, "\x00"])
def test_another_token_is_none(token: str) -> None:
    handed()
    with pytest.raises(Refused, match="no longer good"):
        record_answer_by_link(token, "received")


def test_what_is_told_to_a_person_ends_the_police_s_hold() -> None:
    referral, clock = handed(), a_clock()
    record_answer(referral.public_id, "investigating", actor=OFFICER, untrusted_reference="7", clock=clock)
    item = Item.objects.get()
    item.state = "acted"
    with pytest.raises(Refused, match="72 hours"):
        check_permitted(_sighting(item), votes=(), police_told=None, clock=clock)
    record_answer(referral.public_id, "released_for_notice", actor=OFFICER, clock=clock)
    kept, item = Referral.objects.get(), Item.objects.get()
    assert (kept.outcome, kept.reference) == ("released_for_notice", "7")
    assert item.state == "acted" and item.police_released_at == clock.now()
    assert check_permitted(_sighting(item), votes=(), police_told=None, clock=clock).item == item
    assert record_answer_by_link(TOKEN, "arrested").outcome == "arrested", "the link is still theirs"


def _sighting(item: Item):  # type: ignore[no-untyped-def]
    found = item.sightings.get()
    found.item = item
    return found


def test_nobody_answers_what_was_not_handed_over() -> None:
    with pytest.raises(Conflict, match="handed over"):
        record_answer(a_referral(a_clock()).public_id, "received", actor=OFFICER)


@pytest.mark.parametrize(
    ("outcome", "reference", "field"),
    [("won", "", "outcome"), ("received", "x" * 81, "reference"), ("received", "a\u202eb", "reference")],
)
def test_what_is_wrong_is_named(outcome: str, reference: str, field: str) -> None:
    name = handed().public_id
    with pytest.raises(Invalid) as error:
        record_answer(name, outcome, actor=OFFICER, untrusted_reference=reference)
    assert error.value.field == field
    with pytest.raises(Invalid):
        record_answer_by_link(TOKEN, outcome, untrusted_reference=reference)
    assert Referral.objects.get().answer_digest, "a mistyped answer does not use the link up"
