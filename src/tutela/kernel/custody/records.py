"""The custody record: who did what with a sealed object, when, why, with which tool (governance.md 5.3).

Each step is one leaf of the transparency log. A leaf names ids and a commitment, never a digest of the bytes:
the log is kept for ever, the evidence is not. The place of the leaf in the log is the step's index.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from tutela.kernel.custody.envelopes import Contents
from tutela.kernel.ids import is_id

#: What is done with an object (ISO/IEC 27037: acquire, preserve, and each access and transfer).
Act = Literal["sealed", "checked", "opened", "transferred", "moved", "destroyed"]
#: What a leaf of this kind says of itself.
KIND = "tutela custody step 1"
#: Words, versions and digests: short, printable, without white space.
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+:-]{0,79}")
#: A commitment or the digest of the configuration: SHA-256 in hex.
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class CustodyStep:
    """One step. ``process`` and ``reason`` are words, ``who`` and ``source`` ids; ``source`` is the sighting.

    ``monotonic_seconds`` orders steps of one process where the wall clock jumped. ``configuration`` is the
    SHA-256 of the configuration in force, in hex. ``recipient`` is the id of who it was handed to, or empty.
    """

    act: Act
    blob: str
    epoch: str
    commitment: str
    at: datetime
    monotonic_seconds: float
    process: str
    who: str
    source: str
    reason: str
    tool: str
    version: str
    configuration: str
    recipient: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no id, word or digest: nothing from outside gets into the log by this way."""
        ids = (self.blob, self.epoch, self.who, self.source, *([self.recipient] if self.recipient else []))
        words = (self.process, self.reason, self.tool, self.version)
        digests = (self.commitment, self.configuration)
        if self.act not in get_args(Act) or self.at.tzinfo is None:
            raise ValueError("a step has an act of the list and a time with a zone")
        if not (
            all(map(is_id, ids)) and all(map(_WORD.fullmatch, words)) and all(map(_DIGEST.fullmatch, digests))
        ):
            raise ValueError("a step holds ids, words and digests only")

    def leaf(self) -> bytes:
        """Canonical JSON for the log: keys in order, no white space, ASCII."""
        row = {**asdict(self), "at": self.at.astimezone(UTC).isoformat(), "kind": KIND}
        return json.dumps(row, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")

    def is_of(self, contents: Contents) -> bool:
        """Whether this step was about exactly these contents: shown to whoever holds the envelope's salt."""
        return self.blob == contents.blob and self.commitment == contents.commitment()


def parse(untrusted_leaf: bytes) -> CustodyStep | None:
    """The step that a leaf holds; None for a leaf of another kind. Raises ValueError for a wrong one."""
    try:
        row: Any = json.loads(untrusted_leaf)
    except ValueError:
        return None
    if not isinstance(row, dict) or row.pop("kind", None) != KIND:
        return None
    if row.keys() != {one.name for one in fields(CustodyStep)}:
        raise ValueError("a custody step has other fields")
    try:
        step = CustodyStep(**{**row, "at": datetime.fromisoformat(row["at"])})
    except TypeError as error:
        raise ValueError("a field of a custody step is of another type") from error
    if step.leaf() != untrusted_leaf:
        raise ValueError("a custody step is written in one way only")
    return step


@dataclass(frozen=True, kw_only=True, slots=True)
class CustodyRecord:
    """Every step of one object, with its index in the log, the first one first."""

    blob: str
    steps: tuple[tuple[int, CustodyStep], ...]


def record_of(blob: str, leaves: Iterable[bytes]) -> CustodyRecord:
    """The custody record of an object, from all leaves of the log. Raises ValueError at a wrong step."""
    return CustodyRecord(blob=blob, steps=tuple(_steps(blob, leaves)))


def _steps(blob: str, leaves: Iterable[bytes]) -> Iterator[tuple[int, CustodyStep]]:
    for index, leaf in enumerate(leaves):
        step = parse(leaf)
        if step is not None and step.blob == blob:
            yield index, step
