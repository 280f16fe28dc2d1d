from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator

from tests.hotline.people import making
from tutela.hotline.people import queries
from tutela.hotline.people.models import Person
from tutela.hotline.people.roles import ANALYST, TAKEDOWN_OFFICER

pytestmark = pytest.mark.django_db


def test_who_left_comes_last() -> None:
    gone, here = making.person(name="Ada"), making.person(name="Grace")
    Person.objects.filter(pk=gone.pk).update(state=Person.State.LEFT)
    assert [row.name for row in queries.people()] == [here.name, gone.name]


def test_roles_stand_in_the_order_of_the_table() -> None:
    somebody = making.person(TAKEDOWN_OFFICER, ANALYST)
    assert queries.row_of(somebody).roles == (ANALYST, TAKEDOWN_OFFICER)
    assert queries.row_of(somebody).factors == ("totp",)


def test_a_passkey_is_found_by_its_place() -> None:
    somebody = making.person(factor=False)
    kept = [
        Authenticator.objects.create(user=somebody, type="webauthn", data={"name": name}) for name in "ab"
    ]
    assert queries.passkey_names(somebody) == ["a", "b"]
    assert [queries.nth_passkey(somebody, place) for place in (0, 1, 2, 3)] == [None, *kept, None]
    assert not queries.is_last_factor(kept[0])
    kept[1].delete()
    assert queries.is_last_factor(kept[0])


def test_what_is_not_set_up_is_nothing() -> None:
    somebody = making.person(factor=False)
    assert queries.unused_recovery_codes(somebody) == 0 and not queries.is_linked(somebody)
