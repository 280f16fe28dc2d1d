"""VICS hash sets and case files 1.1 to 2.0 (Project VIC JSON, standards/08), streamed.

A file is read twice: once to find records of one MD5 whose categories differ, once to give entries out.
Only ``Category`` is a verdict; comments, names and places are not taken over: they are case data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tutela.detect.matching.entry_ids import keyed_id
from tutela.detect.matching.readers.json_stream import JsonStream
from tutela.detect.matching.readers.opening import open_text
from tutela.detect.matching.readers.options import ReadOptions, Tally, VicsProfile
from tutela.detect.matching.readers.profiles import profile_of
from tutela.detect.matching.readers.values import parse_kind, parse_value
from tutela.detect.matching.shapes import ListEntry

#: The file is read this many times (progress).
PASSES = 2
#: ``.../DataModels/2.0.xml/<PROFILE>/$metadata#Cases`` or ``.../1.3.xml#Media`` (standards/08 section 8.1).
_CONTEXT = re.compile(
    r"/DataModels/(?P<version>\d\.\d)\.xml(?:/(?P<profile>[^/#]+)/\$metadata)?#(?P<what>Cases|Media)$"
)
_CONTEXT_KEYS = ("@odata.context", "odata.metadata")
_OWN_FIELDS = {"MD5": "md5", "SHA1": "sha1", "PhotoDNA": "photodna"}
_OPAQUE_MAX = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class _Survey:
    """What the first reading found out."""

    profile: VicsProfile
    version: str
    #: Category that counts, for each MD5 whose records differ.
    conflicts: Mapping[bytes, int]


def read(paths: Sequence[Path], options: ReadOptions, tally: Tally) -> Iterator[ListEntry]:
    """Entries of VICS files. Raises ValueError naming file and record that are wrong."""
    for path in paths:
        try:
            survey = _survey(path, options, tally)
            for number, media in _media(path, options, {}):
                yield from _entries(number, media, survey, options, tally)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error


def _survey(path: Path, options: ReadOptions, tally: Tally) -> _Survey:
    context: dict[str, str] = {}
    md5s, categories = bytearray(), bytearray()
    for number, media in _media(path, options, context):
        md5s += _md5(number, media, options)
        categories.append(_category(number, media))
    profile = profile_of(context.get("profile", ""), options)
    unknown = set(categories) - set(profile.rows)
    if unknown:
        raise ValueError(f"category {min(unknown)} is not in the table of the profile {profile.name}")
    conflicts = _conflicts(bytes(md5s), bytes(categories), profile)
    if conflicts:
        tally.add("files with several categories: the most severe was kept, marked disputed", len(conflicts))
    return _Survey(profile=profile, version=context.get("version", ""), conflicts=conflicts)


def _conflicts(md5s: bytes, categories: bytes, profile: VicsProfile) -> dict[bytes, int]:
    """The most severe category of each MD5 that occurs with several (standards/08 section 8.4, rule 4)."""
    keys, found = np.frombuffer(md5s, "V16").view("S16"), np.frombuffer(categories, np.uint8)
    order = np.argsort(keys, kind="stable")
    same = keys[order][1:] == keys[order][:-1]
    differ = np.flatnonzero(same & (found[order][1:] != found[order][:-1]))
    best: dict[bytes, int] = {}
    for place in differ:
        row = int(order[place])
        key = md5s[16 * row : 16 * row + 16]
        codes = [
            int(found[order[place]]),
            int(found[order[place + 1]]),
            *([best[key]] if key in best else []),
        ]
        best[key] = max(codes, key=lambda code: profile.rows[code].severity)
    return best


def _media(path: Path, options: ReadOptions, context: dict[str, str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """All media records of a file, numbered from 1; ``context`` is filled with what the envelope says."""
    with open_text(path, options.encoding, options.progress) as file:
        stream, number, found = JsonStream(file), 0, False
        for key in stream.members():
            if key in _CONTEXT_KEYS:
                context.update(_parse_context(stream.value()))
            elif key == "value":
                found = True
                for media in _records(stream, context.get("what", "")):
                    number += 1
                    yield number, media
            else:
                stream.value()
        stream.end()
        if not found:
            raise ValueError("there is no member value: this is not a VICS file")


def _parse_context(untrusted: object) -> dict[str, str]:
    """version, profile ("" in 1.x) and Cases or Media. Raises ValueError for another address."""
    matched = _CONTEXT.search(untrusted) if isinstance(untrusted, str) else None
    if matched is None:
        raise ValueError("the envelope does not name a VICS data model 1.x or 2.0")
    return {name: text or "" for name, text in matched.groupdict().items()}


def _records(stream: JsonStream, what: str) -> Iterator[dict[str, Any]]:
    """The media records of ``value``: its items, or the items of ``Media`` of each case.

    ``what`` is what the envelope promised (``Media``, ``Cases``), "" when it comes behind ``value``.
    """
    for _ in stream.items():
        if what == "Media":
            yield _object(stream.value(), stream)
        else:
            yield from _case_or_media(stream)


def _case_or_media(stream: JsonStream) -> Iterator[dict[str, Any]]:
    """The records of one case, never held together, or the one record that stands here instead."""
    plain: dict[str, Any] = {}
    media = False
    for key in stream.members():
        if key == "Media" and stream.peek() == "[":
            media = True
            yield from (_object(stream.value(), stream) for _ in stream.items())
        else:
            plain[key] = stream.value()
    if "MD5" in plain:
        yield plain
    elif not media and "CaseID" not in plain:
        raise ValueError(f"line {stream.line()}: a record is neither a case nor a media record with MD5")


def _object(untrusted: object, stream: JsonStream) -> dict[str, Any]:
    if not isinstance(untrusted, dict):
        raise ValueError(f"line {stream.line()}: a media record is not an object")
    return untrusted


def _md5(number: int, media: Mapping[str, Any], options: ReadOptions) -> bytes:
    try:
        return parse_value("md5", str(media.get("MD5") or ""), options)
    except ValueError as error:
        raise ValueError(f"media record {number}: MD5: {error}") from error


def _category(number: int, media: Mapping[str, Any]) -> int:
    """0 to 255; null and a missing member are 0. Numbers may be strings (standards/08 section 8.4)."""
    untrusted = media.get("Category")
    text = "0" if untrusted is None or untrusted == "" else str(untrusted).strip()
    if isinstance(untrusted, bool) or not (text.isascii() and text.isdecimal()) or int(text[:4]) > 255:
        raise ValueError(f"media record {number}: Category is a number from 0 to 255")
    return int(text)


def _entries(
    number: int, media: Mapping[str, Any], survey: _Survey, options: ReadOptions, tally: Tally
) -> list[ListEntry]:
    md5, own = _md5(number, media, options), _category(number, media)
    code = survey.conflicts.get(md5, own)
    row = survey.profile.rows[code]
    if row.use != ("good" if options.known_good else "listed"):
        tally.add(f"media records of category {code} ({row.use}) not taken over")
        return []
    values, opaque = _values(number, media, options, tally)
    return [
        ListEntry(
            entry=keyed_id(options.salt, [b"vics", md5]),
            kind=kind,
            value=value,
            source="/".join(part for part in ("vics", survey.version, survey.profile.name) if part),
            legal_class=row.legal_class,
            scheme=survey.profile.scheme,
            category=str(code),
            note="; ".join(opaque),
            disputed=md5 in survey.conflicts,
        )
        for kind, value in values
    ]


def _values(
    number: int, media: Mapping[str, Any], options: ReadOptions, tally: Tally
) -> tuple[list[tuple[str, bytes]], list[str]]:
    """(kind, value) of a record, each once, and alternative hashes of unknown kinds as notes."""
    said = [(kind, media[name]) for name, kind in _OWN_FIELDS.items() if media.get(name)]
    opaque: list[str] = []
    for name, text in _alternatives(number, media):
        try:
            said.append((parse_kind(name), text))
        except ValueError:
            opaque.append(f"{name}={text}"[:_OPAQUE_MAX])
            tally.add("hashes of unknown kinds kept as notes")
    try:
        values = [(kind, parse_value(kind, str(text), options)) for kind, text in said]
    except ValueError as error:
        raise ValueError(f"media record {number}: {error}") from error
    return list(dict.fromkeys(values)), opaque


def _alternatives(number: int, media: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, value) of ``AlternativeHashes``; null anywhere is allowed."""
    rows = media.get("AlternativeHashes") or []
    if not isinstance(rows, list):
        raise ValueError(f"media record {number}: AlternativeHashes is not a list")
    for row in rows:
        name, value = (row.get("HashName"), row.get("HashValue")) if isinstance(row, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(value, str | None) or not name.isprintable():
            raise ValueError(f"media record {number}: an alternative hash has no name")
        if value and value.isprintable():
            yield name, value
