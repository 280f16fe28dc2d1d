"""Where what a country hosts is told: its hotline, or the directory of INHOPE; and who delists.

A form is filled in by a person, so nothing of this is ever sent by itself.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from tutela.kernel.formats import check_version
from tutela.kernel.help import Grade, Kind, help_for

#: Version of both data files.
FORMAT = 1


#: What the directory of help calls a place where one reports.
_REPORT: tuple[Kind, ...] = ("report",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Who is told about what a country hosts, by the https address of a form.

    ``known`` is False where no hotline of the country is known: the form is then INHOPE's directory, and the
    desk tells its own police, who pass it on. ``confirmed`` is False where only the name of the hotline is
    known. ``grade`` says how sure the name is (as in ``kernel.help``), None where no hotline is known;
    ``iccam`` is its number there, None where it has none.
    """

    country: str
    name: str
    web: str
    checked_on: date | None
    known: bool
    confirmed: bool
    grade: Grade | None = None
    iccam: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Delisting:
    """A service that can stop showing a page in its results."""

    name: str
    web: str
    country: str
    grade: Literal["A", "B"]
    checked_on: date


def route_for(country: str) -> Route:
    """Who is told about what this country (ISO 3166-1 alpha-2) hosts."""
    row = _hotlines().get(country)
    shown = help_for(country, kinds=_REPORT)[0]
    confirmed = country in shown.places
    return Route(
        country=country,
        name=row["name"] if row else shown.name,
        web=shown.web,
        checked_on=shown.checked_on,
        known=row is not None or confirmed,
        confirmed=confirmed,
        grade=row["grade"] if row else None,
        iccam=row.get("iccam") if row else None,
    )


def routed_countries() -> tuple[str, ...]:
    """The countries whose hotline is known."""
    return tuple(_hotlines())


@cache
def delisting_services() -> tuple[Delisting, ...]:
    """The search engines and caches whose form is known."""
    return tuple(
        Delisting(**{key: row[key] for key in ("name", "web", "country", "grade", "checked_on")})
        for row in _read("delisting.toml")["services"]
    )


@cache
def _hotlines() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = _read("hotlines.toml")["hotlines"]
    return found


def _read(name: str) -> dict[str, Any]:
    read = tomllib.loads((files("tutela.share.notices") / name).read_text(encoding="utf-8"))
    check_version(name, read.get("format"), reads=FORMAT)
    return read
