"""What a leaf of the ledger says: an act, who did it, to what, when, and a few facts; ids and words only.

A leaf is canonical JSON, so that there is one way only to write an entry and its hash can be made again.
Steps of custody are leaves of another kind (``tutela.kernel.custody.records``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tutela.hotline.ledger.actors import Actor
from tutela.kernel.custody import records
from tutela.kernel.ids import is_id
from tutela.kernel.log import is_declared

#: What a leaf of this kind says of itself.
KIND = "tutela act 1"
#: Largest number in an entry: a 64-bit word of a hash does not pass (kernel.log).
NUMBER_MAX = 1 << 53
#: Most facts of one entry; our own: an act with more is two acts.
FACTS_MAX = 20
#: The one fact that is a digest: SHA-256 of the configuration in force, as in a step of custody.
CONFIGURATION = "configuration"

#: A fact as it may stand in the ledger.
Fact = str | int | bool

_NAME = re.compile(r"[a-z]{2,}(_[a-z]{1,20}){0,6}")
_WORD = re.compile(r"[a-z]{2,}(_[a-z]{1,20}){0,6}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One act. ``subject`` is the id of what it was done to, or empty; ``at`` is aware, in UTC.

    Raises ValueError for a fact that is no id, number or word: nothing from outside gets in by this way.
    """

    act: str
    actor: Actor
    at: datetime
    subject: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _WORD.fullmatch(self.act) or self.at.tzinfo is None:
            raise ValueError("an entry has an act and a time with a zone")
        if self.subject != "" and not is_id(self.subject):
            raise ValueError("the subject of an entry is an id, or empty")
        if len(self.facts) > FACTS_MAX:
            raise ValueError(f"an entry has at most {FACTS_MAX} facts")
        wrong = [name for name, value in self.facts.items() if not _may_stand(name, value)]
        if wrong:
            raise ValueError(f"a fact is an id, a number or a word; not so: {', '.join(map(str, wrong))}")

    def leaf(self) -> bytes:
        """Canonical JSON for the log: keys in order, no white space, ASCII."""
        return _canonical(
            {
                "kind": KIND,
                "act": self.act,
                "actor_kind": self.actor.kind,
                "actor": self.actor.name,
                "subject": self.subject,
                "at": self.at.astimezone(UTC).isoformat(),
                "facts": dict(self.facts),
            }
        )


def check_words(facts: Mapping[str, Fact]) -> None:
    """Return where every word among the facts is declared in this process. Raises ValueError.

    Only for what is written: a word of a later release may still be read.
    """
    for name, value in facts.items():
        if isinstance(value, str) and name != CONFIGURATION and not is_id(value) and not is_declared(value):
            raise ValueError(f"the fact {name} is no declared word: tutela.kernel.log.declare_words")


def _may_stand(name: object, value: object) -> bool:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return False
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) <= NUMBER_MAX
    if not isinstance(value, str):
        return False
    if name == CONFIGURATION:
        return _DIGEST.fullmatch(value) is not None
    return is_id(value) or (_WORD.fullmatch(value) is not None and len(value) <= 40)


def _canonical(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def parse(untrusted_leaf: bytes) -> Entry | None:
    """The act that a leaf holds; None for a leaf of another kind. Raises ValueError for a wrong one."""
    try:
        row: Any = json.loads(untrusted_leaf)
    except (ValueError, RecursionError):
        return None
    if not isinstance(row, dict) or row.pop("kind", None) != KIND:
        return None
    try:
        actor = Actor(kind=row.pop("actor_kind"), name=row.pop("actor"))
        entry = Entry(actor=actor, at=datetime.fromisoformat(row.pop("at")), **row)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("an entry has other fields") from error
    if entry.leaf() != untrusted_leaf:
        raise ValueError("an entry is written in one way only")
    return entry


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """What stands beside the leaf, so that it can be looked up: nothing that the leaf does not say."""

    act: str = ""
    actor_kind: str = ""
    actor: str = ""
    subject: str = ""
    at: datetime | None = None


def columns_of(untrusted_leaf: bytes) -> Columns:
    """The columns of a leaf's row; empty ones for a leaf that is neither an act nor a step of custody."""
    try:
        entry, step = parse(untrusted_leaf), records.parse(untrusted_leaf)
    except ValueError:
        return Columns()
    if entry is not None:
        return columns_of_entry(entry)
    return columns_of_step(step) if step is not None else Columns()


def columns_of_entry(entry: Entry) -> Columns:
    """The columns of an act."""
    return Columns(
        act=entry.act,
        actor_kind=entry.actor.kind,
        actor=entry.actor.name,
        subject=entry.subject,
        at=entry.at,
    )


def columns_of_step(step: records.CustodyStep) -> Columns:
    """The columns of a step of custody: its act stands behind ``custody_``, its object is the subject."""
    return Columns(
        act=f"custody_{step.act}", actor_kind="custody", actor=step.who, subject=step.blob, at=step.at
    )
