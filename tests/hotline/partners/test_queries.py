from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.partners.making import OFFICER, a_clock, a_partner, a_referral, an_item
from tutela.hotline.cases.models import Membership, Series
from tutela.hotline.partners import queries
from tutela.hotline.partners.actions import queue_referral, record_delayed
from tutela.hotline.partners.acts import STATES

pytestmark = pytest.mark.django_db


def test_the_oldest_that_is_due_goes_first() -> None:
    clock = a_clock()
    first = a_referral(clock)
    clock.advance(10)
    second = a_referral(clock)
    assert queries.next_referral(clock.now()) == first
    record_delayed(first.public_id, "disk", clock=clock)
    assert queries.next_referral(clock.now()) == second
    assert queries.next_referral(first.queued_at - timedelta(hours=1)) is None


def test_lists_and_counts() -> None:
    clock = a_clock()
    partner, items = a_partner(clock), [an_item(clock), an_item(clock)]
    queue_referral(items, partner, grounds="on_list", actor=OFFICER, clock=clock)
    a_partner(clock, test=False, confirmed=False, name="Another")
    (row,) = queries.referral_rows("queued")
    assert row.number == 2 and queries.referral_rows("failed") == []  # type: ignore[attr-defined]  # counted
    assert [one.public_id for one in queries.referrals_of(items[1].public_id)] == [row.public_id]
    assert queries.referrals_of(items[1].public_id)[0].number == 2  # type: ignore[attr-defined]  # counted
    assert queries.counts() == dict.fromkeys(STATES, 0) | {"queued": 1}
    assert [(one.name, one.usable) for one in queries.partner_rows()] == [
        ("Another", False),
        ("Office 7", True),
    ]
    assert queries.usable_partners() == [(partner.public_id, "Office 7")]


def test_what_stood_on_one_page_belongs_together() -> None:
    clock = a_clock()
    page, one, stranger = an_item(clock), an_item(clock), an_item(clock)
    series = Series.objects.create(kind="page", made_at=clock.now(), page=page)
    Membership.objects.create(series=series, item=one)
    assert queries.together_with(one) == queries.together_with(page) == [page, one]
    assert queries.together_with(stranger) == [stranger]
