from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError

from tests.hotline.cases.making import CLOCK
from tests.hotline.intake.making import Places, a_form, a_prepared
from tutela.hotline.intake import spare
from tutela.hotline.intake.actions import receive_report
from tutela.hotline.intake.jobs import LOOK_SECONDS, SPARE, watch_spare
from tutela.hotline.intake.models import Report
from tutela.hotline.work.models import Job
from tutela.hotline.work.running import Worker

pytestmark = pytest.mark.django_db


def due_now() -> None:
    Job.objects.filter(kind=SPARE).update(due=CLOCK.now())


def test_there_is_one_look_however_often_a_worker_starts() -> None:
    watch_spare(clock=CLOCK)
    watch_spare(clock=CLOCK)
    assert [job.due for job in Job.objects.all()] == [CLOCK.now() + timedelta(seconds=LOOK_SECONDS)]


def test_what_waits_is_brought_in_and_the_next_look_is_due(places: Places) -> None:
    spare.keep(a_prepared(), places.spare)
    watch_spare(clock=CLOCK)
    due_now()
    assert Worker("one", [SPARE]).step()
    assert Report.objects.get().channel == "spare" and Job.objects.filter(kind=SPARE).count() == 1


def test_a_database_that_takes_nothing_is_looked_at_again(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> int:
        raise OperationalError("full")

    spare.keep(a_prepared(), places.spare)
    watch_spare(clock=CLOCK)
    due_now()
    with monkeypatch.context() as patch:
        patch.setattr("tutela.hotline.intake.jobs.take_in_spare", full)
        assert Worker("one", [SPARE]).step()
    due_now()
    assert Worker("one", [SPARE]).step()
    assert Report.objects.count() == 1


def test_a_report_needs_no_look_at_the_spare_area(places: Places) -> None:
    receive_report(a_form(), clock=CLOCK)
    assert not Job.objects.filter(kind=SPARE).exists()
