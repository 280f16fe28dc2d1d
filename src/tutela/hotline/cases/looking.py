"""What a look at a file finds: fingerprints, and what they met. Shapes; ``file_looker`` does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tutela.detect.media.page_shapes import Page, PageAsk
from tutela.detect.media.shapes import Trouble, TroubleKind
from tutela.hotline.cases.actions.findings import Met, Print

#: What the sandbox says of a file, as the cases keep it.
TROUBLES: Mapping[TroubleKind, str] = {
    "unreadable": "unreadable",
    "refused": "over_limit",
    "not_media": "not_media",
}


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
    #: Why it shows nothing or not all: a word of ``TROUBLES``; empty: it was opened.
    trouble: str = ""

    @property
    def is_opened(self) -> bool:
        """Whether anything of it could be shown."""
        return self.trouble in ("", "damaged")

    @property
    def is_matched(self) -> bool:
        """Whether a list knows it or may know it."""
        return bool(self.found)

    @property
    def is_proven(self) -> bool:
        """Whether an approved entry knows its very bytes: nobody has to look (decisions.md section 2)."""
        return any(one.met.approved and one.met.confirmed == "sha256" for one in self.found)


class ReadsPages(Protocol):
    """What is needed of whatever reads a page."""

    def read(self, descriptor: int, ask: PageAsk) -> Page | Trouble:
        """The page behind ``descriptor``, or why it is none. Raises Unavailable where none can be read."""
        ...


class Looks(Protocol):
    """What is needed of whatever looks at a file."""

    def look(self, descriptor: int) -> Looked:
        """What the file behind ``descriptor`` is. Raises Unavailable where it cannot be looked at now."""
        ...
