from __future__ import annotations

from typing import Any

import pytest

from tutela.hotline.ledger.actors import PROCESSES, PUBLIC, Actor, person, process
from tutela.kernel.ids import new_id


def test_a_person_is_an_id() -> None:
    user = new_id("usr_")
    assert person(user) == Actor(kind="person", name=user)


def test_a_process_is_a_word_of_the_process_map() -> None:
    assert {process(word).name for word in PROCESSES} == PROCESSES


def test_the_public_has_no_name() -> None:
    assert PUBLIC.name == ""


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("person", "maria"),
        ("person", ""),
        ("person", "itm_" + "0" * 32),
        ("process", "browser"),
        ("process", ""),
        ("public", "somebody"),
        ("custody", ""),
        ([], ""),
    ],
)
def test_anybody_else_is_refused(kind: Any, name: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        Actor(kind=kind, name=name)
