"""A mandate read from its signed file. Whatever does not fit together is refused here, not on the day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from string import Template

from tutela.hotline.people.mandate.acts import GRANTS, Grant
from tutela.hotline.people.mandate.shapes import (
    BASES,
    DELETABLE,
    Basis,
    HandOver,
    Keeping,
    Law,
    Mandate,
    PoliceFirst,
)
from tutela.kernel import settings
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.signing.signed_files import ConfigurationFolder, Header, SignedFile
from tutela.kernel.signing.tables import Table

#: The shipped samples, by name.
SAMPLES = ("view-and-notify", "police-first", "no-storage", "no-viewing")
#: Longest times that a file may name: ten years, and a year of waiting for the police (our own).
_DAYS_MAX, _HOURS_MAX = 3_653, 8_784
#: How long a filled-in sample is valid.
SAMPLE_VALID = timedelta(days=365)
_JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", re.ASCII)
_LAW_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)


def parse_mandate(untrusted: Table, header: Header) -> Mandate:
    """The mandate of a table. Raises ValueError naming the key, also for a grant without its law."""
    seat = _jurisdiction(untrusted.text("jurisdiction"), "jurisdiction")
    reach = (seat, *(_jurisdiction(one, "unions") for one in untrusted.texts("unions")))
    laws = _laws(untrusted.table("laws"), header, reach)
    granted = _granted(untrusted.table("grants"), laws)
    keeping = _keeping(untrusted.table("keeping"), stores="store" in granted)
    return Mandate(
        name=untrusted.text("name"),
        house=untrusted.text("house"),
        number=header.number,
        jurisdiction=seat,
        laws=laws,
        granted=granted,
        police_first=_police_first(untrusted.table("police_first")),
        after_hand_over=_hand_over(untrusted.table("after_hand_over"), keeping),
        keeping=keeping,
    )


#: The file of the mandate.
MANDATE: SignedFile[Mandate] = SignedFile(
    name="mandate.toml", schema="tutela-mandate", version=1, parse=parse_mandate
)


def mandate_in_force(home: Path | None = None, *, clock: Clock | None = None) -> Mandate:
    """The mandate of this house, verified now. Raises ConfigurationRefused (a Refused) with the reason.

    ``home`` is TUTELA_HOME where none is given. Read afresh: an altered file counts at once.
    """
    folder = ConfigurationFolder(settings.home() if home is None else home)
    return folder.read(MANDATE, clock or SystemClock()).value


def sample_text(name: str, *, now: datetime) -> str:
    """The text of a shipped sample, valid for a year from today. Raises ValueError for an unknown name."""
    if name not in SAMPLES:
        raise ValueError(f"a sample is one of: {', '.join(SAMPLES)}")
    text = (files("tutela.hotline.people.mandate") / "samples" / f"{name}.toml").read_text("utf-8")
    return Template(text).substitute(valid_from=f"{now:%Y-%m-%d}", expires=f"{now + SAMPLE_VALID:%Y-%m-%d}")


def _jurisdiction(text: str, place: str) -> str:
    if not _JURISDICTION.fullmatch(text):
        raise ValueError(f"{place}: a code of ISO 3166 such as DE or US-CA, or EU")
    return text


def _laws(untrusted: Table, header: Header, reach: tuple[str, ...]) -> dict[str, Law]:
    return {name: _law(untrusted.table(name), name, header, reach) for name in untrusted.names()}


def _law(untrusted: Table, name: str, header: Header, reach: tuple[str, ...]) -> Law:
    place = untrusted.place
    if not _LAW_NAME.fullmatch(name):
        raise ValueError(f"{place}: a law's short name is of a-z, 0-9 and dashes")
    basis: Basis = _basis(untrusted.text("basis", BASES))
    supports = frozenset(one for one in GRANTS if one in untrusted.texts("supports", GRANTS))
    beyond = sorted(supports - BASES[basis])
    if beyond:
        raise ValueError(f"{place}.supports: the basis {basis} cannot support {', '.join(beyond)}")
    law = Law(
        name=name,
        title=untrusted.text("title"),
        article=untrusted.text("article"),
        jurisdiction=_jurisdiction(untrusted.text("jurisdiction"), f"{place}.jurisdiction"),
        basis=basis,
        supports=supports,
        until=untrusted.moment("until") if untrusted.has("until") else None,
    )
    untrusted.finish()
    if law.jurisdiction not in reach:
        raise ValueError(
            f"{place}.jurisdiction: this law does not apply at the house's seat or in its unions"
        )
    if law.until is not None and law.until < header.expires:
        raise ValueError(f"{place}.until: the law ends before the mandate expires")
    return law


def _basis(text: str) -> Basis:
    return next(one for one in BASES if one == text)


def _granted(untrusted: Table, laws: Mapping[str, Law]) -> dict[Grant, Law]:
    granted: dict[Grant, Law] = {}
    for grant in (grant for grant in GRANTS if untrusted.has(grant)):  # what is left out is not granted
        one = untrusted.table(grant)
        if one.flag("granted"):
            granted[grant] = _supporting(one.text("law"), grant, laws, one.place)
        one.finish()
    untrusted.finish()
    return granted


def _supporting(name: str, grant: Grant, laws: Mapping[str, Law], place: str) -> Law:
    law = laws.get(name)
    if law is None:
        raise ValueError(f"{place}.law: there is no laws.{name}")
    if grant not in law.supports:
        raise ValueError(f"{place}.law: {law.title}, {law.article}, does not support '{grant}'")
    return law


def _police_first(untrusted: Table) -> PoliceFirst:
    required, hours = untrusted.flag("required"), untrusted.number("hold_hours", 0, _HOURS_MAX)
    untrusted.finish()
    if hours and not required:
        raise ValueError("police_first.hold_hours: 0 where the police need not be told first")
    return PoliceFirst(required=required, hold=timedelta(hours=hours))


def _keeping(untrusted: Table, *, stores: bool) -> Keeping:
    least = untrusted.number("at_least_days", 0, _DAYS_MAX)
    most = untrusted.number("at_most_days", 0, _DAYS_MAX)
    untrusted.finish()
    if least > most:
        raise ValueError("keeping.at_least_days: not above at_most_days")
    if bool(most) != stores:
        raise ValueError("keeping.at_most_days: above 0 where 'store' is granted, and only there")
    return Keeping(at_least=timedelta(days=least), at_most=timedelta(days=most))


def _hand_over(untrusted: Table, keeping: Keeping) -> HandOver:
    delete = frozenset(untrusted.texts("delete", DELETABLE))
    within = timedelta(hours=untrusted.number("within_hours", 0, _HOURS_MAX))
    untrusted.finish()
    if "bytes" in delete and within < keeping.at_least:
        raise ValueError("after_hand_over.within_hours: bytes must be kept longer, by keeping.at_least_days")
    return HandOver(delete=delete, within=within)
