from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from tutela.hotline.work.claims import Claim
from tutela.hotline.work.models import OPEN, HostTurn, Job, Presence


@pytest.mark.parametrize("model", [Job, HostTurn, Presence], ids=lambda model: model.__name__)
def test_every_column_says_what_class_it_is_of(model: type[Model]) -> None:
    said = [field.db_comment or "" for field in model._meta.fields if field.name != "id"]
    assert said and all(one.startswith("class: internal. ") for one in said)


@pytest.mark.django_db
@pytest.mark.parametrize("state", OPEN)
def test_the_database_itself_holds_a_key_open_once(held: Claim, state: str) -> None:
    job = Job.objects.get()
    job.pk, job.job_id, job.state = None, "job_second", state
    with pytest.raises(IntegrityError), transaction.atomic():
        job.save(force_insert=True)
    job.state = "parked"
    job.save(force_insert=True)


@pytest.mark.django_db
def test_jobs_without_a_key_do_not_meet(put: Callable[..., None]) -> None:
    put()
    put()
    assert Job.objects.filter(key="").count() == 2


@pytest.mark.django_db
def test_a_job_is_printed_as_its_id(held: Claim) -> None:
    assert str(Job.objects.get()) == held.job
