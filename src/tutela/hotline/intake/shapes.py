"""The shapes in which others hand reports in: ours, and the one that Aselo posts. Pure; JSON in, fields out.

Aselo's is that of its functions ``reportToIWF`` and ``selfReportToIWF`` (github.com/techmatters/serverless,
read on 22 November 2026): a helpline changes the address and the credentials, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tutela.hotline.intake.untrusted import DETAILS
from tutela.kernel.errors import Invalid

#: Fields of our own shape that are texts.
TEXTS = ("text", "way", "age", *DETAILS)
#: Their age bands -> ours.
ASELO_AGES: Mapping[str, str] = {"<13": "under_13", "13-15": "13_15", "16-17": "16_17"}
#: ``Media_Type_ID`` of a report about an address.
ASELO_ADDRESS = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Handed:
    """What was handed in, as a form would send it. ``test``: it is checked, and not kept."""

    fields: Mapping[str, str] = field(repr=False)
    aselo: bool = False
    test: bool = False


def parse_handed(untrusted_body: bytes) -> Handed:
    """What a body says, in either shape. Raises Invalid naming the field."""
    try:
        row: Any = json.loads(untrusted_body)
    except (ValueError, RecursionError) as error:
        raise Invalid("is no JSON", field="body") from error
    if not isinstance(row, dict):
        raise Invalid("is one object", field="body")
    return _aselo(row) if "Reported_URL" in row else _own(row)


def _aselo(row: Mapping[str, Any]) -> Handed:
    """Names and mail addresses of reporters are not taken over: nobody here needs them."""
    if row.get("Media_Type_ID", ASELO_ADDRESS) != ASELO_ADDRESS:
        raise Invalid("is 1, the report of an address", field="Media_Type_ID")
    fields = {"addresses": _text(row, "Reported_URL"), "text": _text(row, "Reporter_Description")}
    return Handed(fields=fields, aselo=True, test=row.get("Live_Report", "L") == "T")


def _own(row: Mapping[str, Any]) -> Handed:
    unknown = sorted(set(row) - {"addresses", "urgent", "test", *TEXTS})
    if unknown:
        raise Invalid("is unknown", field=unknown[0][:40])
    addresses = row.get("addresses", [])
    if not isinstance(addresses, list) or not all(isinstance(one, str) for one in addresses):
        raise Invalid("is a list of texts", field="addresses")
    for name in ("urgent", "test"):
        if not isinstance(row.get(name, False), bool):
            raise Invalid("is true or false", field=name)
    fields = {name: _text(row, name) for name in TEXTS} | {"addresses": "\n".join(addresses)}
    return Handed(fields=fields | ({"urgent": "1"} if row.get("urgent") else {}), test=row.get("test", False))


def _text(row: Mapping[str, Any], name: str) -> str:
    text = row.get(name) or ""
    if not isinstance(text, str):
        raise Invalid("is a text", field=name)
    return text
