from __future__ import annotations

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from tests.hotline.people import making
from tutela.hotline.people.models import Person, RoleHeld
from tutela.kernel.clock import SystemClock
from tutela.kernel.ids import is_id

CLASSES = {"public", "internal", "victim", "reporter", "staff", "secret"}


def test_every_column_says_what_class_of_data_it_is() -> None:
    for model in apps.get_app_config("people").get_models():
        for field in model._meta.concrete_fields:
            comment = field.db_comment or "class: internal. Key."
            assert comment.partition(".")[0].removeprefix("class: ") in CLASSES, (model, field)
            assert field.primary_key or field.db_comment, (model, field)


@pytest.mark.django_db
def test_a_person_is_shown_by_an_id_and_a_name_and_is_above_nobody() -> None:
    somebody = making.person(name="Ada")
    assert is_id(somebody.public_id) and str(somebody) == "Ada"
    assert not hasattr(somebody, "is_superuser") and not hasattr(somebody, "is_staff")


@pytest.mark.django_db
def test_a_new_mark_makes_another_session_hash() -> None:
    somebody = making.person()
    before = somebody.get_session_auth_hash()
    assert Person.objects.get(pk=somebody.pk).get_session_auth_hash() == before
    somebody.session_mark = "ses_other"
    assert somebody.get_session_auth_hash() != before


@pytest.mark.django_db
def test_a_role_is_held_once() -> None:
    somebody = making.person("analyst")
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleHeld.objects.create(person=somebody, role="analyst", given_at=SystemClock().now())
    assert str(somebody.roles_held.get()) == "analyst"
