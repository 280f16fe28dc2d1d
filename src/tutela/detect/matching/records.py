"""What stands in the records of a live list: entries added, entries removed, and the head.

JSON with short names; values in base 64. Everything read is checked, since a folder may come from
anywhere; ValueError says what is wrong.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tutela.detect.matching.columns import LABEL_FIELDS, check_entry, microseconds_of
from tutela.detect.matching.headers import parse_header, parse_moment, render_header, render_moment
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.kernel.formats import check_version

#: What HEAD says that the folder is, before its version.
_LIVE = "TUTELA-LIVE "
#: Version of the folder; decisions.md section 12: the files of release n-1 are read.
LIVE_VERSION = 1
_TEXTS = ("entry", "kind", *LABEL_FIELDS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Addition:
    """Entries added together, under one number that only grows."""

    sequence: int
    entries: tuple[ListEntry, ...]
    #: Number in the change log of a service that asked for it; 0 where nobody keeps one.
    change: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Removal:
    """All rows of ``entry`` added before ``sequence`` are gone; of one ``kind`` and ``value`` if given.

    ``undisputed`` leaves those that are marked disputed: they have taken the place of the others.
    ``change`` is as in ``Addition``.
    """

    sequence: int
    entry: str
    kind: str = ""
    value: bytes = b""
    undisputed: bool = False
    change: int = 0

    def hits(self, entry: ListEntry) -> bool:
        """True when ``entry``, which has this id, is what was removed."""
        named = (not self.kind or entry.kind == self.kind) and (not self.value or entry.value == self.value)
        return named and not (self.undisputed and entry.disputed)


@dataclass(frozen=True, kw_only=True, slots=True)
class SegmentPlace:
    """A segment's file name, and the last number whose removals are already worked into it."""

    file: str
    through: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """Which segments make the list. Additions up to ``sealed`` are in them; the tail holds later ones.

    ``change`` is the largest number of a change log that came before it.
    """

    header: ListHeader
    segments: tuple[SegmentPlace, ...]
    sealed: int
    sequence: int
    change: int = 0


def _load(payload: bytes) -> dict[str, Any]:
    try:
        value = json.loads(payload)
    except (UnicodeDecodeError, RecursionError) as error:
        raise ValueError("a record is not JSON") from error
    if not isinstance(value, dict):
        raise ValueError("a record is not a JSON object")
    return value


def _number(untrusted: Mapping[str, Any], name: str) -> int:
    value = untrusted.get(name)
    if type(value) is not int or value < 0:
        raise ValueError(f"{name} of a record is not a number")
    return value


def _change(untrusted: Mapping[str, Any]) -> int:
    """The number in a change log, which not every list has."""
    return _number(untrusted, "change") if "change" in untrusted else 0


def _bytes(untrusted: object) -> bytes:
    if not isinstance(untrusted, str):
        raise ValueError("a value of a record is not text")
    try:
        return base64.b64decode(untrusted, validate=True)
    except binascii.Error as error:
        raise ValueError("a value of a record is not base 64") from error


def _texts(untrusted: Mapping[str, Any], names: Sequence[str]) -> dict[str, str]:
    texts = {name: untrusted.get(name, "") for name in names}
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValueError("a text of a record is not text")
    return texts


def render_entry(entry: ListEntry) -> dict[str, Any]:
    """JSON object of one entry; fields that say nothing are left out."""
    fields: dict[str, Any] = {name: getattr(entry, name) for name in _TEXTS if getattr(entry, name)}
    fields["value"] = base64.b64encode(entry.value).decode()
    if entry.quality is not None:
        fields["quality"] = entry.quality
    for name in ("valid_from", "valid_to"):
        if getattr(entry, name) is not None:
            fields[name] = render_moment(getattr(entry, name))
    return fields | ({"disputed": True} if entry.disputed else {})


def parse_entry(untrusted: object) -> ListEntry:
    """The entry of a JSON object. Raises ValueError."""
    if not isinstance(untrusted, dict):
        raise ValueError("an entry of a record is not an object")
    quality = untrusted.get("quality")
    if quality is not None and type(quality) is not int:
        raise ValueError("the quality of an entry is not a number")
    entry = ListEntry(
        **_texts(untrusted, _TEXTS),
        value=_bytes(untrusted.get("value")),
        quality=quality,
        valid_from=parse_moment(untrusted.get("valid_from")),
        valid_to=parse_moment(untrusted.get("valid_to")),
        disputed=untrusted.get("disputed") is True,
    )
    check_entry(entry)
    return entry


def check_storable(entry: ListEntry) -> None:
    """Raises ValueError unless the entry can be stored in a log and in a segment."""
    check_entry(entry)
    microseconds_of(entry.valid_from)
    microseconds_of(entry.valid_to)
    "".join(getattr(entry, name) for name in _TEXTS).encode("utf-8")


def render_addition(addition: Addition) -> bytes:
    """Payload of a record of ``tail.log``."""
    entries = [render_entry(entry) for entry in addition.entries]
    fields = {"sequence": addition.sequence, "entries": entries} | _said_change(addition.change)
    return json.dumps(fields).encode()


def _said_change(change: int) -> dict[str, int]:
    return {"change": change} if change else {}


def parse_addition(payload: bytes) -> Addition:
    """The inverse of ``render_addition``. Raises ValueError."""
    fields = _load(payload)
    entries = fields.get("entries")
    if not isinstance(entries, list):
        raise ValueError("a record of the tail has no entries")
    return Addition(
        sequence=_number(fields, "sequence"),
        entries=tuple(parse_entry(entry) for entry in entries),
        change=_change(fields),
    )


def render_removals(removals: Sequence[Removal]) -> bytes:
    """Payload of a record of ``tombstones.log``: removals that count together or not at all."""
    if len(removals) == 1:
        return json.dumps(_removal_fields(removals[0])).encode()
    return json.dumps({"removals": [_removal_fields(one) for one in removals]}).encode()


def _removal_fields(removal: Removal) -> dict[str, Any]:
    return {
        "sequence": removal.sequence,
        "entry": removal.entry,
        "kind": removal.kind,
        "value": base64.b64encode(removal.value).decode(),
        "undisputed": removal.undisputed,
    } | _said_change(removal.change)


def parse_removals(payload: bytes) -> list[Removal]:
    """The inverse of ``render_removals``. Raises ValueError."""
    fields = _load(payload)
    if "removals" not in fields:
        return [_parse_removal(fields)]
    if not isinstance(fields["removals"], list):
        raise ValueError("the removals of a record are no list")
    return [_parse_removal(one) for one in fields["removals"]]


def _parse_removal(fields: object) -> Removal:
    if not isinstance(fields, dict):
        raise ValueError("a removal of a record is not an object")
    texts = _texts(fields, ("entry", "kind"))
    return Removal(
        sequence=_number(fields, "sequence"),
        value=_bytes(fields.get("value")),
        undisputed=fields.get("undisputed") is True,
        change=_change(fields),
        **texts,
    )


def render_head(head: Head) -> bytes:
    """Payload of the one record of ``HEAD``."""
    segments = [{"file": place.file, "through": place.through} for place in head.segments]
    fields = {
        "format": f"{_LIVE}{LIVE_VERSION}",
        "list": render_header(head.header),
        "segments": segments,
        "sealed": head.sealed,
        "sequence": head.sequence,
    } | _said_change(head.change)
    return json.dumps(fields).encode()


def _parse_place(untrusted: object) -> SegmentPlace:
    if not isinstance(untrusted, dict):
        raise ValueError("a segment of the head is not an object")
    name = untrusted.get("file")
    if (
        not isinstance(name, str)
        or "/" in name
        or not (name.startswith("segment-") and name.endswith(".tlist"))
    ):
        raise ValueError("the head names a segment that is not segment-*.tlist")
    return SegmentPlace(file=name, through=_number(untrusted, "through"))


def parse_head(payload: bytes) -> Head:
    """The inverse of ``render_head``. Raises ValueError, also for a folder of a newer release."""
    fields = _load(payload)
    stated = fields.get("format")
    if not isinstance(stated, str) or not stated.startswith(_LIVE):
        raise ValueError("HEAD is not that of a live list")
    check_version("the live list", stated.removeprefix(_LIVE), reads=LIVE_VERSION)
    segments = fields.get("segments")
    if not isinstance(segments, list):
        raise ValueError("the head names no segments")
    return Head(
        header=parse_header(fields.get("list")),
        segments=tuple(_parse_place(place) for place in segments),
        sealed=_number(fields, "sealed"),
        sequence=_number(fields, "sequence"),
        change=_change(fields),
    )
