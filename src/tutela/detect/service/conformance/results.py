"""One line of the sheet, and the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Status = Literal["passed", "failed", "not applicable"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What one check found out: so many of so many as they should be, and a sentence.

    ``figures`` are measured numbers by a name that holds the unit (``median_seconds``).
    """

    title: str
    found: int
    total: int
    words: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """True when everything that was looked at was as it should be, and something was looked at."""
        return 0 < self.total == self.found


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line: the check's group, its outcome's title, the verdict, counts and words."""

    group: str
    check: str
    title: str
    status: Status
    found: int = 0
    total: int = 0
    words: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """The whole run: who was asked in which shape, with what, and every line.

    ``host`` is scheme, host and port only: a path may hold a token. ``left_behind`` counts what the kit
    made and could not remove.
    """

    shape: str
    host: str
    started: datetime
    seconds: float
    options: Mapping[str, float]
    rows: tuple[Row, ...]
    left_behind: int = 0

    def count(self, status: Status) -> int:
        """Number of lines with that status."""
        return sum(row.status == status for row in self.rows)

    @property
    def passed(self) -> bool:
        """True when no applicable check failed, at least one passed, and nothing was left behind."""
        return self.count("failed") == 0 and self.count("passed") > 0 and self.left_behind == 0
