"""What waits to be taken back by hand is listed, the oldest first, and said aloud after a day."""

from __future__ import annotations

import pytest

from tests.hotline.takedown.actions.test_taking_back import close, filled
from tests.hotline.takedown.contacts.registered import registered
from tests.hotline.takedown.making import OFFICER
from tutela.hotline.takedown.actions.taking_back import record_taken_back
from tutela.hotline.takedown.contacts.models import Contact
from tutela.hotline.takedown.contacts.taken_back import (
    LATE_HOURS,
    is_take_back,
    is_told_back,
    late_hours,
    ordered_before,
    take_backs,
    take_backs_waiting,
    told_by_hand,
)

pytestmark = pytest.mark.django_db


def test_it_is_late_after_a_day_until_somebody_did_it() -> None:
    with registered() as made:
        item, form = filled(made)
        assert list(told_by_hand()) == [form] and not is_take_back(form)
        close(made, item, "withdrawn")
        (back,) = take_backs()
        assert is_take_back(back) and not told_by_hand().exists() and take_backs_waiting() == 1
        made.later(60 * LATE_HOURS - 1)
        assert late_hours(made.clock.now()) == 0
        made.later(1)
        assert late_hours(made.clock.now()) == LATE_HOURS
        record_taken_back(back.public_id, "", actor=OFFICER, clock=made.clock)
        assert (take_backs_waiting(), late_hours(made.clock.now())) == (0, 0)


def test_a_place_counts_as_taken_back_where_whoever_takes_it_down_was_told() -> None:
    with registered() as made:
        item, form = filled(made)
        close(made, item, "withdrawn")
        assert is_told_back(form.sighting) and ordered_before(take_backs()[0]) == []
        Contact.objects.update(rung="hotline")
        assert not is_told_back(form.sighting)
