"""Faults put into the decision on purpose: a model that does not find them proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from proofs.quorum_machine import drive
from tutela.hotline.people.quorum import Need, Vote, deciding

#: Steps within which the model has to find each.
STEPS = 20_000
_REAL_TALLY = deciding._tally
_REAL_LACKING = deciding._lacking


def _every_vote(votes: Iterable[Vote]) -> list[Vote]:
    return list(votes)


def _everybody(agreeing: list[Vote], *, several: bool) -> list[Vote]:
    return agreeing


def _any_key(votes: list[Vote]) -> list[Vote]:
    return [one for one in deciding._latest(votes) if one.agrees]


def _without_organisations(need: Need, tally: Any, **rest: str) -> Any:
    return _REAL_LACKING(replace(need, organisations=0, jurisdictions=0), tally, **rest)


def _without_approvals(need: Need, tally: Any, **rest: str) -> Any:
    return _REAL_LACKING(replace(need, approvals=0), tally, **rest)


def _without_objections(need: Need, agreeing: list[Vote], *, objections: int, publisher: str) -> Any:
    return _REAL_TALLY(need, agreeing, objections=0, publisher=publisher)


def _too_many(need: Need, tally: Any, **rest: str) -> Any:
    return _REAL_LACKING(replace(need, votes=need.votes + 8), tally, **rest)


#: What is broken, where, and with what.
CONTROLS: Mapping[str, tuple[str, Callable[..., Any]]] = {
    "votes counted instead of people": ("_latest", _every_vote),
    "accounts counted that nobody vouched for": ("_counting", _everybody),
    "one key for several people": ("_agreeing", _any_key),
    "organisations not asked": ("_lacking", _without_organisations),
    "who assessed approves": ("_lacking", _without_approvals),
    "objections passed over": ("_tally", _without_objections),
    "more people asked than there are": ("_lacking", _too_many),
}


def found_by_the_model(name: str) -> bool:
    """Whether the model, driven over a decision with this fault, ends with it found."""
    place, broken = CONTROLS[name]
    with patch.object(deciding, place, broken):
        return any(drive(size, STEPS, seed=1, shrink=False)["FAULTS"] for size in (2, 6))
