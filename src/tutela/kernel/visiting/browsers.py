"""What is needed of a browser, whichever it is, and what one visit may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tutela.kernel.egress.urls import Url
from tutela.kernel.visiting.outline import Outline


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A page as it stands in the browser: where, its outline, the addresses behind its numbers.

    ``picture`` is a PNG file of the page as a whole: evidence, which nobody but the vault is given.
    """

    here: Url = field(repr=False)
    outline: Outline = field(repr=False)
    addresses: Mapping[int, Url] = field(repr=False)
    picture: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitRules:
    """The settings as values; the units are in the names. ``at_once`` bounds the browsers of the house."""

    steps_max: int = 60
    minutes: int = 20
    step_seconds: float = 20.0
    received_mib: int = 128
    at_once: int = 4


class Browser(Protocol):
    """One browser, for one visit. Every call raises Unavailable where it takes too long or has ended."""

    @property
    def name(self) -> str:
        """Program and version, for the custody record."""
        ...

    def open(self, url: Url, referrer: Url | None) -> None:
        """Return once the page is there. Raises Refused where no page comes."""
        ...

    def press(self, key: int) -> None:
        """Return once what follows from pressing this number has come. Raises Conflict where it is gone."""
        ...

    def read(self) -> Reading:
        """The page as it stands now; earlier numbers are no more. Raises Refused where no page is."""
        ...

    def close(self) -> None:
        """Ends it, and nothing of it is left. Safe to call twice."""
        ...
