"""What a curator says about a new list, as JSON, and whether a list that stands says the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tutela.detect.matching.headers import DISTANCE_BITS_MAX, new_salt, render_moment
from tutela.detect.matching.shapes import ListHeader, Thresholds
from tutela.detect.service.changes import LIST_NAME
from tutela.detect.service.entries_json import TEXT_MAX, checked_class, checked_scheme
from tutela.detect.service.strict_json import Fields, as_object, check_known
from tutela.kernel.clock import iso_utc
from tutela.kernel.errors import Invalid

HEADER_FIELDS = (
    "version",
    "source",
    "law",
    "class",
    "scheme",
    "valid_to",
    "known_good",
    "approved",
    "thresholds",
)
THRESHOLD_FIELDS = ("distance_bits", "quality_min", "film_target_percent", "film_query_percent")
#: What ``same_list`` compares beside the version. ``created`` and the salt are the service's own.
_COMPARED = ("source", "law", "legal_class", "scheme", "valid_to", "known_good", "approved", "thresholds")


def checked_list_name(untrusted_name: object, *, field: str = "list") -> str:
    """The name a list may have in the service. Raises Invalid."""
    if not isinstance(untrusted_name, str) or not LIST_NAME.fullmatch(untrusted_name):
        what = "1 to 100 letters, digits and _ . -, the first none of . and -"
        raise Invalid(what, field=field)
    return untrusted_name


def parse_list_header(fields: Fields, name: str, now: datetime) -> ListHeader:
    """The header, with a fresh salt, of the list ``name`` made at ``now``. Raises Invalid.

    Law and legal class are needed, but for lists of harmless files. Without a version it is the time.
    """
    check_known(fields, HEADER_FIELDS)
    known_good = fields.flag("known_good")
    return ListHeader(
        name=name,
        version=fields.text("version", characters_max=TEXT_MAX) or iso_utc(now),
        source=fields.text("source", characters_max=TEXT_MAX),
        law=fields.text("law", characters_max=TEXT_MAX, needed=not known_good),
        legal_class=checked_class(fields, needed=not known_good),
        scheme=checked_scheme(fields),
        created=now,
        valid_to=_later(fields, now),
        known_good=known_good,
        approved=fields.flag("approved"),
        thresholds=_thresholds(fields),
        salt=new_salt(),
    )


def same_list(standing: ListHeader, wished: ListHeader, fields: Fields) -> bool:
    """True when the list that stands says what ``fields`` (parsed: ``wished``) ask for."""
    version = not fields.untrusted.get("version") or standing.version == wished.version
    return version and all(getattr(standing, name) == getattr(wished, name) for name in _COMPARED)


def render_list_header(header: ListHeader) -> dict[str, Any]:
    """The header as JSON for curators; the salt stays inside."""
    return {
        "version": header.version,
        "source": header.source,
        "law": header.law,
        "class": header.legal_class,
        "scheme": header.scheme,
        "created": render_moment(header.created),
        "valid_to": render_moment(header.valid_to),
        "known_good": header.known_good,
        "approved": header.approved,
        "thresholds": {name: getattr(header.thresholds, name) for name in THRESHOLD_FIELDS},
    }


def _later(fields: Fields, now: datetime) -> datetime | None:
    moment = fields.moment("valid_to")
    if moment is not None and moment <= now:
        fields.wrong("valid_to", "must lie in the future")
    return moment


def _thresholds(fields: Fields) -> Thresholds:
    """The list's own thresholds; those not said are the usual ones (decisions.md section 2)."""
    item = as_object(fields.untrusted.get("thresholds", {}), "thresholds")
    check_known(item, THRESHOLD_FIELDS)
    said = {
        "distance_bits": item.number("distance_bits", 0, DISTANCE_BITS_MAX),
        "quality_min": item.number("quality_min", 0, 100),
        "film_target_percent": item.percent("film_target_percent"),
        "film_query_percent": item.percent("film_query_percent"),
    }
    return Thresholds(**{name: value for name, value in said.items() if value is not None})  # type: ignore[arg-type]  # each has the type of its field
