"""List entries as JSON from a curator: checked in full before anything is written.

An entry carries several values (digests and shown forms of one file), which share its id.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Any

from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.service.changes import ENTRIES_PER_CHANGE_MAX
from tutela.detect.service.strict_json import Fields, as_object, check_known
from tutela.detect.service.values_json import parse_values
from tutela.kernel.errors import Invalid
from tutela.kernel.taxonomy import legal_classes, scheme, schemes

#: Entries of one call, which are one change in the log; a whole list is imported instead.
ENTRIES_MAX = 1_000
#: Characters of a text: a name or a reference, no document.
TEXT_MAX = 200
NOTE_MAX = 1_000
#: Ids that can be made through the service: no slash and no blank, so that they stand in a path as they are.
ENTRY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:@=-]{0,127}$"
_ENTRY = re.compile(ENTRY_PATTERN, re.ASCII)
ENTRY_FIELDS = ("values", "source", "law", "class", "scheme", "category", "valid_from", "valid_to", "note")
_ONCE = "the same value is there twice in this call"


def checked_entry_id(untrusted_id: object, *, field: str = "entry") -> str:
    """An entry's id as it may be made through the service. Raises Invalid."""
    if not isinstance(untrusted_id, str) or not _ENTRY.fullmatch(untrusted_id):
        what = "1 to 128 of letters, digits and . _ : @ = -, the first a letter or digit"
        raise Invalid(what, field=field)
    return untrusted_id


def parse_entry(fields: Fields, entry: str, header: ListHeader) -> list[ListEntry]:
    """The rows, one for each value, of the entry ``entry`` of the list with ``header``. Raises Invalid."""
    check_known(fields, ENTRY_FIELDS)
    said = _said(fields, header)
    rows = [
        ListEntry(entry=entry, kind=kind, value=value, quality=quality, **said)
        for kind, value, quality in parse_values(fields, header)
    ]
    if len({(row.kind, row.value) for row in rows}) < len(rows):
        fields.wrong("values", _ONCE)
    _refuse_values_in_texts(rows, fields)
    return rows


def parse_entries(fields: Fields, header: ListHeader) -> list[ListEntry]:
    """The rows of a body ``{"entries": [{"entry": id, ...}]}``, each id and value once. Raises Invalid."""
    check_known(fields, ("entries",))
    rows: list[ListEntry] = []
    ids: set[str] = set()
    for number, untrusted in enumerate(fields.items("entries", count_max=ENTRIES_MAX)):
        item = as_object(untrusted, f"entries[{number}]")
        entry = checked_entry_id(item.untrusted.get("entry"), field=item.at("entry"))
        if entry in ids:
            item.wrong("entry", "is there twice in this call")
        ids.add(entry)
        rest = {name: value for name, value in item.untrusted.items() if name != "entry"}
        rows += parse_entry(Fields(place=item.place, untrusted=rest), entry, header)
    if len(rows) > ENTRIES_PER_CHANGE_MAX:
        raise Invalid(f"at most {ENTRIES_PER_CHANGE_MAX} values in one call; send several", field="entries")
    if len({(row.kind, row.value) for row in rows}) < len(rows):
        raise Invalid(_ONCE, field="entries")
    return rows


def checked_class(fields: Fields, *, needed: bool) -> str:
    """The legal class of the closed set, or "" where none is needed. Raises Invalid."""
    names = [known.name for known in legal_classes()]
    value = fields.text("class", characters_max=TEXT_MAX)
    if value not in names and (value or needed):
        fields.wrong("class", f"one of {', '.join(names)}")
    return value


def checked_scheme(fields: Fields) -> str:
    """The name of a known classification scheme, or "". Raises Invalid."""
    value = fields.text("scheme", characters_max=TEXT_MAX)
    names = [known.name for known in schemes()]
    if value and value not in names:
        fields.wrong("scheme", f"one of {', '.join(names)}")
    return value


def _said(fields: Fields, header: ListHeader) -> dict[str, Any]:
    """What an entry says beside its values. Law and class are needed where the list itself names none."""
    texts = {name: fields.text(name, characters_max=TEXT_MAX) for name in ("source", "law")}
    if not (texts["law"] or header.law or header.known_good):
        fields.wrong("law", "is needed, since the list names none")
    begin, end = fields.moment("valid_from"), fields.moment("valid_to")
    if begin is not None and end is not None and end <= begin:
        fields.wrong("valid_to", "must be later than valid_from")
    own_scheme = checked_scheme(fields)
    return texts | {
        "legal_class": checked_class(fields, needed=not (header.legal_class or header.known_good)),
        "scheme": own_scheme,
        "category": _category(fields, own_scheme or header.scheme),
        "valid_from": begin,
        "valid_to": end,
        "note": fields.text("note", characters_max=NOTE_MAX),
    }


def _category(fields: Fields, scheme_name: str) -> str:
    """The category of the scheme, "" when none is said. Raises Invalid."""
    value = fields.text("category", characters_max=TEXT_MAX)
    if not value:
        return ""
    if not scheme_name:
        fields.wrong("category", "means nothing without a scheme")
    known = next((one for one in schemes() if one.name == scheme_name), None)
    if known is None:
        fields.wrong("category", "the list's own scheme is not known here: say scheme as well")
    try:
        return scheme(scheme_name).find(value).value
    except ValueError:
        fields.wrong("category", f"one of {', '.join(one.value for one in known.values)} ({scheme_name})")


def _refuse_values_in_texts(rows: Sequence[ListEntry], fields: Fields) -> None:
    """An id or a text that holds the value itself would give it away with every answer."""
    told = (rows[0].entry, rows[0].source, rows[0].law, rows[0].note)
    for row in (row for row in rows if row.kind != "vpdq"):
        spelled = (row.value.hex(), base64.b64encode(row.value).decode("ascii").lower())
        if any(value in text.lower() for value in spelled for text in told):
            fields.wrong("entry", "neither the id nor a text may contain a value of the entry")
