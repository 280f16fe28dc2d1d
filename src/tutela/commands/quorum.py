"""``tutela quorum``: how many people each consequence needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from tutela.commands.configuration_group import Paper, group_of
from tutela.hotline.people.quorum.consequences import CONSEQUENCES
from tutela.hotline.people.quorum.describing import describe_need
from tutela.hotline.people.quorum.reading import PROFILES, QUORUM, Quorum, profile_text

_HOUR = timedelta(hours=1)


def describe(quorum: Quorum) -> Iterator[str]:
    """What the quorum means, in lines for people."""
    yield f"{quorum.name}, number {quorum.number}"
    for name, one in CONSEQUENCES.items():
        yield f"{one.sentence}: {describe_need(quorum.needs(name))}"


def facts(quorum: Quorum) -> dict[str, Any]:
    """The same for programs."""
    return {"quorum": quorum.name, "number": quorum.number, "needs": dict(_facts(quorum))}


def _facts(quorum: Quorum) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in CONSEQUENCES:
        row = asdict(quorum.needs(name))
        within: timedelta | None = row.pop("second_look_within")
        yield name, row | {"second_look_within_hours": None if within is None else within // _HOUR}


command = group_of(
    Paper(
        word="quorum",
        summary="Say how many people each consequence needs.",
        explanation="The quorum is a TOML text that enough signers signed. It may ask for more than the floor"
        " in the code, never for less: nobody alone puts anything on a list, and one person takes it off.",
        kind=QUORUM,
        samples=PROFILES,
        sample_text=profile_text,
        describe=describe,
        facts=facts,
    )
)
