"""NCMEC hash-sharing entry files (XML, standards/02): replacements, tombstones, feedback, unknown kinds.

Entries do not come in the order of time, so files are read twice: once to see which record of an entry
is the latest, once to give it out. Several pages of one query are read as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tutela.detect.matching.entry_ids import checked_foreign_id
from tutela.detect.matching.readers.opening import open_bytes
from tutela.detect.matching.readers.options import ReadOptions, Tally
from tutela.detect.matching.readers.values import parse_value
from tutela.detect.matching.readers.xml_stream import Node, records
from tutela.detect.matching.shapes import ListEntry

#: The file is read this many times (progress).
PASSES = 2
SCHEME = "us-esp"
#: Legal class by environment (standards/02 section 2.1): lists are never merged silently.
ENVIRONMENTS = {
    "Industry": "csam",
    "Industry_Exploitative": "exploitative",
    "LawEnforcement": "csam",
    "NGO": "csam",
    "Exploitative": "exploitative",
    "NGO_Generative_AI": "generated_csam",
    "NGO_Generative_AI_Exploitative": "exploitative",
}
#: Fingerprint elements that tutela can hold; ``pdna`` is PhotoDNA (standards/02 section 2.3).
_KINDS = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "pdq": "pdq", "pdna": "photodna"}
_LIVE = ("image", "video")
_DELETED = ("deletedImage", "deletedVideo")
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class _Rank:
    """The latest record of an entry wins: by time, then by place."""

    moment: datetime
    number: int


def read(paths: Sequence[Path], options: ReadOptions, tally: Tally) -> Iterator[ListEntry]:
    """Entries of NCMEC files. Raises ValueError naming file and line that are wrong."""
    _environment_class(options)
    latest = _latest(paths, options, tally)
    for number, node in _numbered(paths, options):
        if node.name in _LIVE and latest[_key(node)].number == number:
            yield from _entries(node, options, tally)
    if not options.environment:
        tally.add("files without --environment: legal class and source list are not said in the file")


def _environment_class(options: ReadOptions) -> str:
    """The legal class of the environment, or "" when none was named. Raises ValueError."""
    name = options.environment.removeprefix("test_")
    if name and name not in ENVIRONMENTS:
        raise ValueError(f"the environment is one of {', '.join(ENVIRONMENTS)} (or test_ before it)")
    return ENVIRONMENTS.get(name, "")


def _numbered(paths: Sequence[Path], options: ReadOptions) -> Iterator[tuple[int, Node]]:
    """All records and links to further pages of all files, numbered throughout."""
    number = 0
    for path in paths:
        with open_bytes(path, options.progress) as file:
            try:
                for node in records(file, root="queryResult", wanted=(*_LIVE, *_DELETED, "next")):
                    number += 1
                    yield number, node
            except ValueError as error:
                raise ValueError(f"{path}: {error}") from error


def _latest(paths: Sequence[Path], options: ReadOptions, tally: Tally) -> dict[tuple[str, str], _Rank]:
    """Rank of the record that counts for each entry; a tombstone counts like any other record."""
    latest: dict[tuple[str, str], _Rank] = {}
    gone: dict[tuple[str, str], bool] = {}
    pages = 0
    for number, node in _numbered(paths, options):
        if node.name == "next":
            pages += 1
            continue
        key, rank = _key(node), _Rank(_moment(node), number)
        if key in latest:
            tally.add("older records of an entry replaced")
        if key not in latest or rank > latest[key]:
            latest[key], gone[key] = rank, node.name in _DELETED
    if sum(gone.values()):
        tally.add("entries deleted by a tombstone", sum(gone.values()))
    if pages >= len(paths):
        tally.add("further page named that was not given: the list is not complete")
    return latest


def _key(node: Node) -> tuple[str, str]:
    member = node.child("member")
    member_id = member.attributes.get("id", "") if member else ""
    if not member_id or not node.child_text("id"):
        raise ValueError(f"line {node.line}: an entry needs a member with an id, and an id")
    return member_id, node.child_text("id")


def _moment(node: Node) -> datetime:
    """Time of the record; one without comes before all others. Raises ValueError."""
    text = node.child_text("timestamp")
    try:
        moment = datetime.fromisoformat(text) if text else _LONG_AGO
    except ValueError as error:
        raise ValueError(f"line {node.line}: the timestamp is not ISO 8601") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _entries(node: Node, options: ReadOptions, tally: Tally) -> list[ListEntry]:
    member, name = _key(node)
    held, opaque = _fingerprints(node, options, tally)
    if opaque and not held:
        tally.add("entries with nothing but fingerprints of unknown kinds left out")
    try:
        entry = checked_foreign_id(f"{member}-{name}")
    except ValueError as error:
        raise ValueError(f"line {node.line}: {error}") from error
    return [
        ListEntry(
            entry=entry,
            kind=kind,
            value=value,
            source="/".join(part for part in ("ncmec", options.environment, member) if part),
            legal_class=_environment_class(options),
            scheme=SCHEME,
            category=node.child_text("classification"),
            note="; ".join([*opaque, *_feedback(node)]),
        )
        for kind, value in held
    ]


def _fingerprints(
    node: Node, options: ReadOptions, tally: Tally
) -> tuple[list[tuple[str, bytes]], list[str]]:
    """Values that tutela can compare, and the others as opaque notes (standards/02 section 2.3)."""
    held: list[tuple[str, bytes]] = []
    opaque: list[str] = []
    folder = node.child("fingerprints")
    for child in folder.children if folder else ():
        kind = _KINDS.get(_plain(child.name))
        said = child.text.strip() or child.attributes.get("href", "")
        if kind is None:
            opaque.append(f"{child.name}={said}")
            tally.add("fingerprints of unknown kinds kept as notes")
            continue
        try:
            held.append((kind, parse_value(kind, said, options)))
        except ValueError:
            tally.add("fingerprints that cannot be right left out")
    return held, opaque


def _feedback(node: Node) -> list[str]:
    """``feedback md5 +1 -0`` by fingerprint type: how many members agreed and disagreed."""
    up: Counter[str] = Counter()
    down: Counter[str] = Counter()
    folder = node.child("feedback")
    for vote in folder.children if folder else ():
        votes = up if vote.name == "affirmativeFeedback" else down
        votes[_plain(vote.attributes.get("type", ""))] += _members(vote)
    return [f"feedback {kind} +{up[kind]} -{down[kind]}" for kind in sorted({*up, *down})]


def _members(node: Node) -> int:
    """Members below a node, wherever they stand: the publisher's own documentation is ambiguous."""
    return sum((child.name == "member") + _members(child) for child in node.children)


def _plain(name: str) -> str:
    """Type names differ in case and in ``-`` and ``_`` between entries and feedback."""
    return name.lower().replace("_", "-")
