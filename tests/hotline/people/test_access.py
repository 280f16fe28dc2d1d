from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.hotline.people import making
from tutela.hotline.people.access import access_person, check_may, judge, roles_of
from tutela.hotline.people.models import Person
from tutela.hotline.people.roles import ACTS, ANALYST, INTAKE_OFFICER, ROLES
from tutela.kernel.errors import Refused


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_what_the_table_gives_it_and_is_told_why_not(role: str, act: str) -> None:
    permission = judge(frozenset({role}), act)
    assert permission.allowed == (role in ACTS[act].roles)
    assert permission.allowed or (
        str(ROLES[role]) in permission.reason and str(ACTS[act].says) in permission.reason
    )


def test_without_a_role_nothing_is_allowed() -> None:
    permission = judge(frozenset(), "see_desk")
    assert not permission.allowed and "You hold: no role" in permission.reason


@pytest.mark.django_db
def test_a_role_counts_from_the_moment_it_is_taken_away() -> None:
    somebody = making.person(ANALYST)
    assert check_may(somebody, "assess_item").allowed
    somebody.roles_held.all().delete()
    assert not check_may(somebody, "assess_item").allowed


@pytest.mark.django_db
@pytest.mark.parametrize("state", [Person.State.INVITED, Person.State.LEFT])
def test_who_is_not_active_may_nothing(state: Person.State) -> None:
    somebody = making.person(ANALYST)
    somebody.state = state
    assert check_may(somebody, "see_desk").reason == "Sign in first."
    assert roles_of(somebody) == frozenset()


def test_nobody_may_nothing() -> None:
    assert not check_may(AnonymousUser(), "see_desk").allowed


@pytest.mark.django_db
def test_an_act_that_nobody_declared_is_a_fault_of_the_program() -> None:
    with pytest.raises(LookupError):
        check_may(making.person(INTAKE_OFFICER), "fly")


@pytest.mark.django_db
def test_a_person_is_found_by_the_public_id_only() -> None:
    somebody = making.person()
    assert access_person(somebody.public_id) == somebody
    with pytest.raises(Refused):
        access_person(str(somebody.pk))
