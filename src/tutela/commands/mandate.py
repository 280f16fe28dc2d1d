"""``tutela mandate``: what this house may do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tutela.commands.configuration_group import Paper, group_of
from tutela.hotline.people.mandate.acts import ACTS, GRANTS
from tutela.hotline.people.mandate.reading import MANDATE, SAMPLES, sample_text
from tutela.hotline.people.mandate.shapes import Mandate

_HOUR = timedelta(hours=1)


def describe(mandate: Mandate) -> Iterator[str]:
    """What the mandate means, in lines for people."""
    yield f"{mandate.house}, {mandate.jurisdiction}: {mandate.name}, number {mandate.number}"
    if mandate.rehearsal:
        yield "A REHEARSAL: it names no country's law"
    for grant, meaning in GRANTS.items():
        law = mandate.granted.get(grant)
        yield f"{grant:<6} {f'by {law.title}, {law.article}' if law else 'NOT granted'}: {meaning}"
    police = mandate.police_first
    yield (
        f"the police hear of an item first; others {police.hold // _HOUR} hours later"
        if police.required
        else "hosts and partners may hear of an item at once"
    )
    deleted = ", ".join(sorted(mandate.after_hand_over.delete)) or "nothing"
    yield f"deleted {mandate.after_hand_over.within // _HOUR} hours after the hand-over: {deleted}"
    yield f"bytes are kept {mandate.keeping.at_least.days} to {mandate.keeping.at_most.days} days"
    refused = [act.sentence for name, act in ACTS.items() if not mandate.grants(name)]
    yield f"refused, {len(refused)} of {len(ACTS)} acts: {'; '.join(refused) or 'none'}"


def facts(mandate: Mandate) -> dict[str, Any]:
    """The same for programs."""
    return {
        "mandate": mandate.name,
        "house": mandate.house,
        "jurisdiction": mandate.jurisdiction,
        "number": mandate.number,
        "rehearsal": mandate.rehearsal,
        "granted": {grant: law.name for grant, law in mandate.granted.items()},
        "refused": [name for name in ACTS if not mandate.grants(name)],
        "police_first_hours": mandate.police_first.hold // _HOUR if mandate.police_first.required else None,
        "deleted_after_hand_over": sorted(mandate.after_hand_over.delete),
    }


command = group_of(
    Paper(
        word="mandate",
        summary="Say what this house may do, and under which law.",
        explanation="The mandate is a TOML text that enough signers signed. What it does not grant is"
        " refused, and without it nothing starts.",
        kind=MANDATE,
        samples=SAMPLES,
        sample_text=sample_text,
        describe=describe,
        facts=facts,
        rehearsal=lambda mandate: mandate.rehearsal,
    )
)
