"""Facts of a year drawn from a seed, without a database: every word of a fact from a few, most of them rare.

What a report hides follows from how counts lie beside one another, and small years lie in more ways than
large ones.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from random import Random
from typing import Any

from proofs.recount_year import Row, differences, rows_of
from tutela.hotline.statistics.facts import KINDS, Facts
from tutela.hotline.statistics.rendering import render_facts_json
from tutela.hotline.statistics.yearly import as_json, tables

#: The year that they are of, and the thresholds that are drawn (``statistics.settings``: 3 and more).
YEAR, SMALL_COUNTS = 2026, (3, 5, 12)
#: Largest number of facts of a kind.
FACTS_MAX = 300


def drawn(seed: int) -> Facts:
    """The facts of this seed: as often few as many."""
    chance = Random(seed)
    return Facts(**{name: Counter(_facts(chance, kind)) for name, kind in KINDS.items()})


def _facts(chance: Random, kind: Any) -> Iterator[Any]:
    words = {one.name: chance.randint(1, 6) for one in fields(kind)}
    for _ in range(int(FACTS_MAX ** chance.random()) - 1):
        yield kind(**{name: _word(chance, name, number) for name, number in words.items()})


def _word(chance: Random, name: str, number: int) -> str:
    """One of ``number`` words, the first ones most often."""
    place = min(int(chance.expovariate(1.0)), number - 1)
    if name == "state":
        return "sent" if place < 2 else "queued"
    if name == "hours_to_removal":
        return str(round(chance.expovariate(0.01), 1)) if chance.random() < 0.7 else ""
    return f"{name} {place}"


def wrong(seed: int) -> list[str]:
    """What the script finds in the report of these facts."""
    facts, small_count = drawn(seed), SMALL_COUNTS[seed % len(SMALL_COUNTS)]
    rows: dict[str, list[Row]] = rows_of(render_facts_json(facts, year=YEAR))
    made = as_json(tables(facts, small_count), year=YEAR, small_count=small_count)
    return list(differences(rows, json.loads(json.dumps(made))))
