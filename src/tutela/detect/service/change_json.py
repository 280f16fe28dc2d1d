"""A change as one JSON text, for logs that outlive the release that wrote them."""

from __future__ import annotations

import json
from typing import Any, get_args

from tutela.detect.matching.headers import parse_header, parse_moment, render_header, render_moment
from tutela.detect.matching.records import parse_entry, render_entry
from tutela.detect.service.changes import Act, Change, Draft, checked_draft
from tutela.kernel.errors import Invalid
from tutela.kernel.formats import check_version

#: Version of the payload; a log holds those of older releases for ever, so none is ever reused.
PAYLOAD_VERSION = 1
#: Fields that stand as they are, with the value that is left out.
_PLAIN: dict[str, Any] = {"ratio": 1.0, "seed": "", "stale_after_seconds": 0, "source_version": 0}


def render_change(change: Change) -> str:
    """The change as JSON, without its number; ``parse_change`` is the inverse. Values are base 64."""
    draft = change.draft
    fields: dict[str, Any] = {
        "v": PAYLOAD_VERSION,
        "made": render_moment(change.made),
        "list": draft.list,
        "act": draft.act,
        "caller": draft.caller,
    }
    if draft.header is not None:
        fields["header"] = render_header(draft.header)
    if draft.entries:
        fields["entries"] = [render_entry(entry) for entry in draft.entries]
    for name, usual in _PLAIN.items():
        if getattr(draft, name) != usual:
            fields[name] = getattr(draft, name)
    if draft.until is not None:
        fields["until"] = render_moment(draft.until)
    return json.dumps(fields | ({"ids": list(draft.ids)} if draft.ids else {}), separators=(",", ":"))


def parse_change(sequence: int, untrusted_payload: str | bytes) -> Change:
    """The change with this number. Raises ValueError for what no release could have written."""
    fields = _load(untrusted_payload)
    made = parse_moment(fields.get("made"))
    if made is None:
        raise ValueError("a change without a time")
    return Change(sequence=sequence, made=made, draft=_draft(fields))


def _load(untrusted_payload: str | bytes) -> dict[str, Any]:
    try:
        fields = json.loads(untrusted_payload)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError("a change is not JSON") from error
    if not isinstance(fields, dict):
        raise ValueError("a change is not a JSON object")
    check_version("a change in the log", fields.get("v"), reads=PAYLOAD_VERSION)
    return fields


def _draft(fields: dict[str, Any]) -> Draft:
    texts = {name: fields.get(name, "") for name in ("list", "act", "caller", "seed")}
    if not all(isinstance(text, str) for text in texts.values()) or texts["act"] not in get_args(Act):
        raise ValueError("a change names no act that this release knows")
    draft = Draft(
        **texts,
        header=parse_header(fields["header"]) if "header" in fields else None,
        entries=tuple(parse_entry(one) for one in _list(fields, "entries")),
        ids=tuple(_list(fields, "ids")),
        until=parse_moment(fields.get("until")),
        ratio=_number(fields, "ratio", 1.0),
        stale_after_seconds=int(_number(fields, "stale_after_seconds", 0)),
        source_version=int(_number(fields, "source_version", 0)),
    )
    try:
        return checked_draft(draft)
    except Invalid as error:
        raise ValueError(error.public_message()) from error


def _list(fields: dict[str, Any], name: str) -> list[Any]:
    value = fields.get(name, [])
    if not isinstance(value, list) or (name == "ids" and not all(isinstance(one, str) for one in value)):
        raise ValueError(f"{name} of a change is no list of the right kind")
    return value


def _number(fields: dict[str, Any], name: str, usual: float) -> Any:
    value = fields.get(name, usual)
    if type(value) not in (int, float):
        raise ValueError(f"{name} of a change is not a number")
    return value
