"""What a look at a file finds: fingerprints, and what they met. Shapes; ``file_looker`` does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tutela.hotline.cases.actions.findings import Met, Print


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A match, and the fingerprint (kind, shown form) that met the entry."""

    kind: str
    form: str
    met: Met


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """One file: its fingerprints and what they met. ``status`` is that of the ladder of action."""

    status: str
    prints: tuple[Print, ...]
    found: tuple[Found, ...] = ()

    @property
    def is_matched(self) -> bool:
        """Whether a list knows it or may know it."""
        return bool(self.found)


class Looks(Protocol):
    """What is needed of whatever looks at a file."""

    def look(self, descriptor: int) -> Looked:
        """What the file behind ``descriptor`` is. Raises Unavailable where it cannot be looked at now."""
        ...
