from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.takedown.making import START, a_clock, a_notice
from tutela.hotline.alerts.actions import end_looks
from tutela.hotline.alerts.alarm import Alarm
from tutela.hotline.alerts.queries import LOOK_LATE, Silence, silence
from tutela.hotline.alerts.telling import MemoryWay
from tutela.hotline.cases.models import Item
from tutela.hotline.takedown.models import Notice, Recipient

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_where_all_gets_out_nothing_is_said() -> None:
    a_notice(a_clock())
    assert not silence(START + HOUR) and silence(START) == Silence()


def test_letters_that_wait_for_over_an_hour_are_said_with_their_time() -> None:
    a_notice(a_clock())
    late = START + HOUR + timedelta(seconds=1)
    assert silence(late).letters_since == START and silence(late)
    Notice.objects.update(state="sending")
    assert silence(late).letters_since == START
    Notice.objects.update(state="sent")
    assert silence(late).letters_since is None


def test_letters_that_wait_rightly_are_none() -> None:
    a_notice(a_clock())
    late = START + 2 * HOUR
    Item.objects.update(state="in_review")
    assert not silence(late)
    Item.objects.update(state="acted")
    Recipient.objects.update(dead_at=START)
    assert not silence(late)


def test_an_alarm_that_no_longer_looks_is_said() -> None:
    assert not silence(START)
    alarm = Alarm(dict, [MemoryWay()], clock=a_clock())
    alarm.round()
    assert not silence(START + LOOK_LATE)
    assert silence(START + LOOK_LATE + timedelta(seconds=1)).looked_at == START
    end_looks()
    assert not silence(START + HOUR)


def test_alerts_that_reached_nobody_are_counted_until_somebody_is_reached() -> None:
    clock, way = a_clock(), MemoryWay(up=False)
    alarm = Alarm(lambda: {"job_parked": 2, "disk_full": 3}, [way], clock=clock)
    alarm.round()
    assert silence(clock.now()).unheard == 2
    way.up = True
    clock.advance(301)
    alarm.round()
    assert not silence(clock.now())
    clock.advance(3_600)
    way.up = False  # the mail server went down later: what goes on reaches nobody either
    alarm.round()
    assert silence(clock.now()).unheard == 2
    Alarm(dict, [way], clock=clock).round()
    assert silence(clock.now()).unheard == 0
