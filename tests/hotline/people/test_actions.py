from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.hotline.people import making
from tutela.hotline.ledger.actors import Actor, person, process
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people import actions, hand_over
from tutela.hotline.people.models import Invitation, Person
from tutela.hotline.people.roles import (
    ADMINISTRATOR,
    ANALYST,
    AUDITOR,
    INTAKE_OFFICER,
    LIST_APPROVER,
    ROLES,
    exclusion,
)
from tutela.kernel.clock import Clock, FixedClock
from tutela.kernel.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db
OPERATOR = process("operator")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 1, tzinfo=UTC))


def invited(clock: FixedClock, *roles: str) -> actions.Invited:
    return actions.invite_person(
        "Ada  Lovelace", " ADA@house.test", frozenset(roles), actor=OPERATOR, clock=clock
    )


def acts() -> list[str]:
    return list(LedgerEntry.objects.order_by("index").values_list("act", flat=True))


def facts() -> dict[str, Any]:
    """Of the last entry."""
    leaf: dict[str, Any] = json.loads(bytes(LedgerEntry.objects.latest("index").leaf))
    return leaf


def test_an_invited_person_has_roles_and_cannot_sign_in_yet(clock: FixedClock) -> None:
    made = invited(clock, ANALYST)
    assert (made.person.name, made.person.email) == ("Ada Lovelace", "ada@house.test")
    assert (made.person.state, made.person.is_active, made.person.has_usable_password()) == (
        "invited",
        False,
        False,
    )
    assert [one.role for one in made.person.roles_held.all()] == [ANALYST]
    assert (facts()["act"], facts()["subject"], facts()["facts"]) == (
        "person_invited",
        made.person.public_id,
        {ANALYST: True},
    )


def test_the_token_is_kept_nowhere(clock: FixedClock) -> None:
    made = invited(clock)
    kept = Invitation.objects.get()
    assert made.token not in (kept.token_digest, made.person.password) and len(kept.token_digest) == 64


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [
        ("", "ada@house.test", "name"),
        ("x" * 101, "ada@house.test", "name"),
        ("a\0b", "ada@house.test", "name"),
        ("Ada", "ada", "email"),
        ("Ada", "ada@house.test\nBcc: eve@evil.test", "email"),
    ],
    ids=["no name", "long name", "control character", "no address", "two lines"],
)
def test_what_cannot_be_is_refused(name: str, email: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        actions.invite_person(name, email, frozenset(), actor=OPERATOR)
    assert caught.value.field == field and not Person.objects.exists()


def test_one_address_one_account(clock: FixedClock) -> None:
    invited(clock)
    with pytest.raises(Conflict):
        invited(clock)
    assert acts() == ["person_invited"]


@given(roles=st.frozensets(st.sampled_from(sorted(ROLES))))
def test_roles_are_taken_exactly_where_none_excludes_another(roles: frozenset[str]) -> None:
    if exclusion(roles) is None:
        actions.check_roles(roles)
        return
    with pytest.raises(Invalid):
        actions.check_roles(roles)


def test_a_word_that_is_no_role_is_refused() -> None:
    with pytest.raises(Invalid):
        actions.check_roles(frozenset({"emperor"}))


def test_a_link_lets_in_once(clock: FixedClock) -> None:
    made = invited(clock, ANALYST)
    joined = actions.take_up(made.token, making.PASSWORD, clock=clock)
    assert joined.is_active and joined.check_password(making.PASSWORD)
    assert acts() == ["person_invited", "person_joined"] and facts()["actor"] == joined.public_id
    with pytest.raises(Refused):
        actions.take_up(made.token, making.PASSWORD, clock=clock)


def test_a_link_that_is_too_old_lets_nobody_in(clock: FixedClock) -> None:
    made = invited(clock)
    clock.advance(actions.LIFE[Invitation.Purpose.JOIN].total_seconds() - 1)
    assert actions.standing_invitation(made.token, clock=clock).person == made.person
    clock.advance(1)
    with pytest.raises(Refused):
        actions.take_up(made.token, None, clock=clock)


@pytest.mark.parametrize(
    "token", ["", "inv_" + "0" * 32, "\0", "x" * 10_000], ids=["", "other", "nul", "long"]
)
def test_a_made_up_link_lets_nobody_in(clock: FixedClock, token: str) -> None:
    invited(clock)
    with pytest.raises(Refused):
        actions.take_up(token, None, clock=clock)


def test_nobody_raises_their_own_roles(clock: FixedClock) -> None:
    admin = making.person(ADMINISTRATOR)
    with pytest.raises(Refused, match="to themselves"):
        actions.change_roles(admin, frozenset({ADMINISTRATOR, ANALYST}), actor=person(admin.public_id))
    making.person(ADMINISTRATOR)
    actions.change_roles(admin, frozenset(), actor=person(admin.public_id))
    assert not admin.roles_held.exists()


def test_the_last_administrator_keeps_the_role_and_stays() -> None:
    admin = making.person(ADMINISTRATOR)
    making.person(ANALYST)
    with pytest.raises(Refused, match="last administrator"):
        actions.change_roles(admin, frozenset({ANALYST}), actor=OPERATOR)
    with pytest.raises(Refused, match="last administrator"):
        actions.end_account(admin, actor=OPERATOR)
    assert admin.roles_held.get().role == ADMINISTRATOR and acts() == []


def test_an_invited_administrator_is_no_other_administrator(clock: FixedClock) -> None:
    admin = making.person(ADMINISTRATOR)
    invited(clock, ADMINISTRATOR)
    with pytest.raises(Refused, match="last administrator"):
        actions.end_account(admin, actor=OPERATOR)


@pytest.mark.parametrize("roles", [{AUDITOR, ANALYST}, {ADMINISTRATOR, LIST_APPROVER}], ids=sorted)
def test_roles_that_exclude_each_other_are_not_given(roles: set[str]) -> None:
    somebody = making.person(INTAKE_OFFICER)
    with pytest.raises(Invalid):
        actions.change_roles(somebody, frozenset(roles), actor=OPERATOR)
    assert somebody.roles_held.get().role == INTAKE_OFFICER


def test_who_leaves_is_forgotten_but_for_the_ledger(clock: FixedClock) -> None:
    somebody = making.person(ANALYST)
    asked: list[str] = []

    def release(public_id: str, _clock: Clock) -> int:
        asked.append(public_id)
        return 3

    hand_over.register("toy", release)
    try:
        assert actions.end_account(somebody, actor=OPERATOR, clock=clock) == 3
    finally:
        hand_over.forget("toy")
    assert asked == [somebody.public_id] and facts()["facts"] == {"released": 3}
    somebody.refresh_from_db()
    assert (somebody.state, somebody.has_usable_password()) == ("left", False)
    assert not Authenticator.objects.filter(user=somebody).exists()
    with pytest.raises(Conflict):
        actions.end_account(somebody, actor=OPERATOR)


def test_a_reset_takes_everything_away_and_makes_one_link(clock: FixedClock) -> None:
    somebody = making.person(ANALYST)
    first = actions.reset_sign_in(somebody, actor=OPERATOR, clock=clock)
    second = actions.reset_sign_in(somebody, actor=OPERATOR, clock=clock)
    assert not Authenticator.objects.filter(user=somebody).exists()
    with pytest.raises(Refused):
        actions.take_up(first.token, None, clock=clock)
    actions.take_up(second.token, making.PASSWORD, clock=clock)
    assert acts() == ["sign_in_reset", "sign_in_reset", "person_joined"]


def test_a_reset_of_somebody_who_worked_here_says_so_when_taken_up(clock: FixedClock) -> None:
    made = actions.reset_sign_in(making.person(ANALYST), actor=OPERATOR, clock=clock)
    actions.take_up(made.token, making.PASSWORD, clock=clock)
    assert acts() == ["sign_in_reset", "sign_in_taken_up"]


def test_nobody_resets_their_own_sign_in_or_of_who_left() -> None:
    somebody = making.person(ANALYST)
    with pytest.raises(Refused):
        actions.reset_sign_in(somebody, actor=Actor(kind="person", name=somebody.public_id))
    actions.end_account(somebody, actor=OPERATOR)
    with pytest.raises(Refused):
        actions.reset_sign_in(somebody, actor=OPERATOR)


def test_every_change_ends_every_session_at_once() -> None:
    changes = (
        lambda one: actions.change_roles(one, frozenset({INTAKE_OFFICER}), actor=OPERATOR),
        lambda one: actions.end_account(one, actor=OPERATOR),
        lambda one: actions.reset_sign_in(one, actor=OPERATOR),
    )
    for change in changes:
        somebody = making.person(ANALYST)
        client = making.signed_in(somebody)
        assert client.get("/").status_code == 200
        change(somebody)
        assert client.get("/").headers["Location"].startswith("/account/login/")


def test_a_restore_ends_the_sessions_of_everybody() -> None:
    clients = [making.signed_in(making.person(ANALYST)), making.signed_in(making.person(AUDITOR))]
    assert [client.get("/").status_code for client in clients] == [200, 200]
    assert actions.end_every_session() == 2
    assert all(client.get("/").headers["Location"].startswith("/account/login/") for client in clients)


def test_who_is_reset_while_taking_up_an_account_overwrites_nothing(
    clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process changes the row after this one has looked the link up."""
    made, looked_up = invited(clock, ANALYST), actions.standing_invitation

    def and_meanwhile(*words: Any, **named: Any) -> Invitation:
        found = looked_up(*words, **named)
        Person.objects.filter(pk=made.person.pk, renewal=1).update(renewal=7)
        return found

    monkeypatch.setattr(actions, "standing_invitation", and_meanwhile)
    actions.take_up(made.token, making.PASSWORD, clock=clock)
    assert Person.objects.get(pk=made.person.pk).renewal == 8


def test_whether_another_administrator_is_left_is_asked_after_the_rows_are_locked() -> None:
    """Two who end each other at once: the second waits for the first, and must see what the first did."""
    one, _other = making.person(ADMINISTRATOR), making.person(ADMINISTRATOR)
    with CaptureQueriesContext(connection) as made:
        actions._check_other_administrator(one)
    asked = [query["sql"] for query in made if "people_roleheld" in query["sql"]]
    assert len(asked) == 2 and "people_person" not in asked[0] and "state" in asked[1]
