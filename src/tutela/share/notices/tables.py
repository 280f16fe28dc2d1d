"""The addresses of a notice one a line: CSV with a header (RFC 4180), for programs and spreadsheets.

No cell begins a formula: an address begins with its scheme, everything else with a digit, a colon or a
capital letter (threat model ST-10).
"""

from __future__ import annotations

import csv
import io
import ipaddress
from collections.abc import Iterable, Mapping
from datetime import datetime

from tutela.kernel.clock import iso_utc
from tutela.kernel.egress.urls import read_url
from tutela.kernel.errors import Invalid
from tutela.share.notices.contents import SIGHTINGS_MAX, Sighting

#: The columns, in order.
COLUMNS = ("url", "first_seen", "last_seen", "address", "network", "country", "sha256", "notice")
#: Characters of a table that is read: 300 lines of the longest URL stay below (ours).
TABLE_CHARACTERS_MAX = 1 << 20


def render_table(sightings: Iterable[Sighting], *, with_digests: bool) -> str:
    """The table. Times in UTC to the second, the network as a number, what is not known empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in sightings:
        writer.writerow(
            [
                one.url.canonical,
                iso_utc(one.first_seen),
                iso_utc(one.last_seen),
                str(one.address or ""),
                str(one.network_number or ""),
                one.country,
                one.sha256 if with_digests else "",
                one.notice,
            ]
        )
    return out.getvalue()


def parse_table(untrusted_text: str) -> tuple[Sighting, ...]:
    """The sightings of a table. Raises Invalid with the line that is wrong."""
    if len(untrusted_text) > TABLE_CHARACTERS_MAX:
        raise Invalid(f"a table has at most {TABLE_CHARACTERS_MAX} characters", field="table")
    rows = csv.DictReader(io.StringIO(untrusted_text, newline=""), strict=True)
    found: list[Sighting] = []
    try:
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise Invalid(f"the columns are {', '.join(COLUMNS)}", field="table")
        for row in rows:
            if len(found) == SIGHTINGS_MAX:
                raise Invalid(f"a notice names 1 to {SIGHTINGS_MAX} addresses", field="table")
            found.append(_sighting(row))
    except (ValueError, TypeError, csv.Error) as error:
        raise Invalid(f"line {rows.line_num} cannot be read", field="table") from error
    return tuple(found)


def _sighting(row: Mapping[str, str]) -> Sighting:
    """Raises ValueError or TypeError for a cell that lacks or is none, Invalid for one out of range."""
    if set(row) != set(COLUMNS):
        raise ValueError("more cells than columns")
    return Sighting(
        url=read_url(row["url"]),
        first_seen=datetime.fromisoformat(row["first_seen"]),
        last_seen=datetime.fromisoformat(row["last_seen"]),
        address=ipaddress.ip_address(row["address"]) if row["address"] else None,
        network_number=int(row["network"]) if row["network"] else None,
        country=row["country"],
        sha256=row["sha256"],
        notice=row["notice"],
    )
