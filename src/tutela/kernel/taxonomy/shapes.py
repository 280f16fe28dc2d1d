"""Schemes, their values, and what a value of one scheme amounts to in another. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Grade = Literal["exact", "derived", "ask a person"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemeValue:
    """One category of a scheme, in a short neutral paraphrase.

    ``severity`` rises with severity inside its own scheme and says nothing across schemes; None where
    the scheme has no order. ``assessed`` is False for values that mean "nobody judged this yet".
    ``code`` is the number a partner uses on the wire, if another than ``value``.
    """

    value: str
    label: str
    severity: int | None = None
    assessed: bool = True
    code: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """A descriptive element beside the category, such as an age band; no ``values`` = free words."""

    name: str
    label: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Scheme:
    """One classification scheme with where it was taken from and how sure that is.

    ``confidence`` is one of the grades of the standards reference (standards/README).
    """

    name: str
    title: str
    version: str
    source: str
    confidence: str
    values: tuple[SchemeValue, ...]
    elements: tuple[Element, ...] = ()
    note: str = ""

    def find(self, value: str) -> SchemeValue:
        """The category ``value`` (or wire code). Raises ValueError when the scheme has none such."""
        for known in self.values:
            if value in (known.value, known.code or known.value):
                return known
        raise ValueError(f"the scheme {self.name} has no value {value!r}")


@dataclass(frozen=True, kw_only=True, slots=True)
class LegalClass:
    """A class in law, kept apart from every severity scheme (decisions.md section 2)."""

    name: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mapping:
    """What a category amounts to in another scheme.

    ``value`` is None when there is no value there or when it is not one. ``candidates`` are the values
    a person may be offered. Only ``exact`` may stand without a mark that it was derived.
    """

    value: str | None
    grade: Grade
    candidates: tuple[str, ...] = ()
