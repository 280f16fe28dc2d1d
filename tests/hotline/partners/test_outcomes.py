from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.hotline.partners.making import OFFICER, a_clock, a_partner, an_item
from tests.hotline.people import making
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import person
from tutela.hotline.partners.actions import queue_referral, record_answer, record_handed, record_sealed
from tutela.hotline.partners.models import Referral
from tutela.hotline.partners.outcomes import outcomes_for
from tutela.hotline.people.roles import ADMINISTRATOR, ANALYST, TAKEDOWN_OFFICER
from tutela.kernel.ids import new_id

pytestmark = pytest.mark.django_db
ANA = new_id("usr_")


def worked_on(item: Item, who: str = ANA) -> Item:
    record("assessment_recorded", actor=person(who), subject=item.public_id, clock=a_clock())
    return item


def answered(*items: Item, outcome: str = "identified") -> Referral:
    clock = a_clock()
    name = queue_referral(items, a_partner(clock), grounds="assessed", actor=OFFICER, clock=clock).public_id
    record_sealed(name, b"sealed", token=name, clock=clock)
    record_handed(name, clock=clock)
    return record_answer(name, outcome, actor=OFFICER, clock=clock)


def test_whoever_worked_on_an_item_is_told_what_became_of_it() -> None:
    clock = a_clock()
    mine, other = worked_on(an_item(clock)), an_item(clock)
    referral = answered(mine, other)
    (row,) = outcomes_for(ANA)
    assert (row.referral, row.outcome, row.own, row.others) == (
        referral.public_id,
        "identified",
        (mine.public_id,),
        1,
    )
    assert outcomes_for(new_id("usr_")) == []


def test_whoever_handed_it_over_is_told_of_all_its_items() -> None:
    clock = a_clock()
    answered(an_item(clock), an_item(clock))
    (row,) = outcomes_for(OFFICER.name)
    assert (len(row.own), row.others) == (2, 0)


def test_a_case_that_nobody_answered_is_not_there() -> None:
    clock = a_clock()
    queue_referral(
        [worked_on(an_item(clock))], a_partner(clock), grounds="assessed", actor=OFFICER, clock=clock
    )
    assert outcomes_for(ANA) == []


def test_many_answers_take_as_many_queries_as_one() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            outcomes_for(ANA)
        return len(asked)

    answered(worked_on(an_item(a_clock())))
    one = queries()
    for _ in range(3):
        answered(worked_on(an_item(a_clock())))
    assert queries() == one <= 3 and len(outcomes_for(ANA)) == 4


def test_an_analyst_reads_it_and_sees_no_way_to_the_referral() -> None:
    analyst = making.person(ANALYST)
    item = worked_on(an_item(a_clock()), analyst.public_id)
    referral = answered(item)
    text = _page(making.signed_in(analyst))
    assert "A person was identified" in text and f'href="/items/{item.public_id}/"' in text
    assert referral.public_id not in text and 'href="/outcomes/"' in text


def test_an_officer_finds_the_referral_from_there() -> None:
    officer = making.person(TAKEDOWN_OFFICER)
    referral = answered(worked_on(an_item(a_clock()), officer.public_id))
    assert f'href="/referrals/{referral.public_id}/"' in _page(making.signed_in(officer))


def test_who_sees_no_items_sees_no_outcomes() -> None:
    assert making.signed_in(making.person(ADMINISTRATOR)).get("/outcomes/").status_code == 403


def _page(client: Client) -> str:
    answer = client.get("/outcomes/")
    assert answer.status_code == 200
    return answer.content.decode()
