from __future__ import annotations

import pytest

from tests.hotline.people import making
from tutela.hotline.people.forms import InviteForm, PasswordForm
from tutela.hotline.people.models import Person


def test_a_role_that_is_none_is_not_taken() -> None:
    form = InviteForm({"name": "Ada", "email": "ada@house.test", "roles": ["emperor"]})
    assert "roles" in form.errors


@pytest.mark.parametrize(
    ("password", "again", "right"),
    [
        (making.PASSWORD, making.PASSWORD, True),
        (making.PASSWORD, making.PASSWORD + " ", False),
        ("qwertyuiop12", "qwertyuiop12", False),
        ("lovelace-house", "lovelace-house", False),
    ],
    ids=["right", "a blank more", "common", "like the name"],
)
def test_a_password_is_long_no_common_one_and_said_twice(password: str, again: str, *, right: bool) -> None:
    person = Person(name="lovelace house", email="ada@house.test")
    assert PasswordForm({"password": password, "again": again}, person=person).is_valid() is right
