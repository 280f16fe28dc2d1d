from __future__ import annotations

import pytest

from tutela.hotline.people.roles import ACTS, ADMINISTRATOR, AUDITOR, EXCLUSIONS, ROLES, exclusion


def test_every_act_names_roles_that_exist() -> None:
    assert [word for word, act in ACTS.items() if not act.roles or act.roles - ROLES.keys()] == []


def test_the_auditor_looks_and_changes_nothing() -> None:
    own = {"keep_own_account", "set_up_factor"}
    may = {word for word, act in ACTS.items() if AUDITOR in act.roles} - own
    assert all(word.startswith("see_") for word in may)


def test_the_administrator_sees_no_content() -> None:
    may = {word for word, act in ACTS.items() if ADMINISTRATOR in act.roles}
    assert not may & {"see_items", "see_reports", "see_notices", "open_evidence", "assess_item"}


def test_what_changes_accounts_asks_for_a_fresh_sign_in() -> None:
    assert all(
        ACTS[word].step_up for word in ("invite_person", "change_roles", "end_account", "reset_sign_in")
    )


@pytest.mark.parametrize("pair", EXCLUSIONS, ids=lambda pair: "+".join(sorted(pair)))
def test_roles_that_exclude_each_other_say_why(pair: frozenset[str]) -> None:
    assert str(exclusion(pair))


@pytest.mark.parametrize("role", ROLES)
def test_one_role_excludes_nothing(role: str) -> None:
    assert exclusion(frozenset({role})) is None
