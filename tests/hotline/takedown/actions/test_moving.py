from __future__ import annotations

import pytest
from django.db import transaction

from tests.hotline.takedown.making import a_clock, a_notice
from tutela.hotline.takedown.actions.moving import locked_notice, move
from tutela.hotline.takedown.models import Notice
from tutela.kernel.errors import Conflict, Refused

pytestmark = pytest.mark.django_db


def test_a_move_that_is_not_in_the_table_changes_nothing() -> None:
    clock = a_clock()
    notice = a_notice(clock)
    with pytest.raises(Conflict), transaction.atomic():
        move(locked_notice(notice.public_id), "accepted", clock.now())
    assert Notice.objects.get().state == "queued"


def test_a_notice_of_another_id_is_refused() -> None:
    with pytest.raises(Refused), transaction.atomic():
        locked_notice("ntc_nothing")
