from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from tutela.prevent.guard.proxy.coverage import ROUTES, Claim, as_table

SHOWN = [one for one in ROUTES if one.claim != "not covered"]


def functions() -> Iterator[str]:
    for file in Path(__file__).parents[1].glob("*/test_*.py"):
        for one in ast.walk(ast.parse(file.read_text())):
            if isinstance(one, ast.FunctionDef):
                yield one.name


def test_each_claim_names_a_test_that_exists() -> None:
    assert {one.shown_by for one in SHOWN} <= set(functions())
    assert {one.claim for one in ROUTES} == set(get_args(Claim))
    assert not any(one.shown_by for one in ROUTES if one.claim == "not covered")


def test_there_are_thirty_ways_and_each_is_named_once_and_explained() -> None:
    assert len({one.name for one in ROUTES}) == len(ROUTES) >= 30
    assert all(one.how for one in ROUTES)


def test_the_manual_shows_the_same_table() -> None:
    page = Path("docs/explanation/guard-network.md").read_text()
    assert as_table() in page
