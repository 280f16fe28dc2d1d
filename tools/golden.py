"""Writes what this release stores, small and harmless, for the tests of later ones.

``python -m tools.golden`` is run once for each release, and whenever the version of a format rises; the two
files it makes are committed: ``tests/upgrades/release-<version>.tar.xz`` and ``.json``. Values are digests
of their own names: hashes of nothing. ``docs/explanation/formats-and-upgrades.md`` says what is promised.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tutela import __version__
from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint
from tutela.detect.matching import records, retro, sections
from tutela.detect.matching.columns import EXACT_BYTES
from tutela.detect.matching.index import BUCKETED_FROM
from tutela.detect.matching.live_writer import LiveWriter
from tutela.detect.matching.retro import SeenStore
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import write_list
from tutela.detect.media.shapes import MediaFacts
from tutela.detect.scan import findings, journal
from tutela.detect.scan.findings import FindingsFile
from tutela.detect.scan.journal import Entry, Journal
from tutela.detect.scan.recipe import Recipe
from tutela.detect.scan.shapes import Finding, FoundMatch
from tutela.detect.service import (
    applied,
    change_json,
    feed_book,
    hook_tables,
    sqlite_log,
    standing,
    token_file,
)
from tutela.detect.service.audit import FileAudit, Noted
from tutela.detect.service.changes import Draft
from tutela.detect.service.feed import Ask, Feed
from tutela.detect.service.follower import Follower
from tutela.detect.service.hook_queue import HookQueue, Letter
from tutela.detect.service.roles import CallerLimits
from tutela.detect.service.shelf import Shelf
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.detect.service.token_file import Wanted, issue
from tutela.detect.service.tokens import TokenBook
from tutela.kernel.clock import FixedClock

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "upgrades"
MANIFEST = "manifest.json"
#: When everything was made, as the stored times say.
NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
#: Kinds of values in a list.
KINDS = (*EXACT_BYTES, "pdq", "vpdq")
#: Entries of the list that is held: its removal of a tenth waits (``holds.HoldRules``).
HELD_ENTRIES, HELD_REMOVED = 120, 12
#: Different values of the list that is large enough for bucket tables: the file then packs well.
_VALUES = 4


def formats() -> dict[str, int]:
    """The version of every format that is stored, by its name in the manual."""
    return {
        "list file": sections.FORMAT_VERSION,
        "live list": records.LIVE_VERSION,
        "standing of a list": standing.STANDING_VERSION,
        "change log": sqlite_log.SCHEMA_VERSION,
        "change": change_json.PAYLOAD_VERSION,
        "progress of a replica": applied.APPLIED_VERSION,
        "tokens": token_file.TOKENS_VERSION,
        "book of a feed": feed_book.FEED_VERSION,
        "queue of web-hooks": hook_tables.SCHEMA_VERSION,
        "journal of a scan": journal.SCHEMA_VERSION,
        "finding": findings.SHAPE_VERSION,
        "store of what was seen": retro.FORMAT_VERSION,
    }


def value_of(kind: str, name: str) -> bytes:
    """The value that stands for ``name``: SHAKE-256, as long as the kind asks; films have two frames."""
    size_bytes = {"pdq": 32, "vpdq": 64}.get(kind) or EXACT_BYTES[kind]
    return hashlib.shake_256(f"{kind} {name}".encode()).digest(size_bytes)


def entries_of(name: str) -> tuple[ListEntry, ...]:
    """One entry with a value of every kind and every label."""
    return tuple(
        ListEntry(
            entry=f"entry-{name}",
            kind=kind,
            value=value_of(kind, name),
            source="golden",
            law="a law",
            legal_class="csam",
            scheme="a scheme",
            category="a category",
            note=f"note of {name}",
            quality=90 if kind == "pdq" else None,
            valid_from=datetime(2026, 1, 1, tzinfo=UTC),
            valid_to=datetime(2036, 1, 1, tzinfo=UTC),
        )
        for kind in KINDS
    )


def header_of(name: str) -> ListHeader:
    """A header with every field."""
    return ListHeader(
        name=name,
        version="7",
        source="golden",
        law="a law",
        legal_class="csam",
        scheme="a scheme",
        created=NOW,
        approved=True,
        salt=hashlib.sha256(name.encode()).digest(),
    )


def prints_of(name: str) -> FileFingerprints:
    """What a file looks like that the entry of this name is about."""
    digests = [Fingerprint(kind=kind, value=value_of(kind, name)) for kind in ("md5", "sha1", "sha256")]
    shown = Fingerprint(kind="pdq", value=value_of("pdq", name), form="f0/r0", quality=90)
    return FileFingerprints(
        member=None, size_bytes=7, facts=MediaFacts(), trouble=None, prints=(*digests, shown)
    )


def _draft(name: str, act: str, **more: object) -> Draft:
    return Draft(list=name, act=act, caller="golden", **more)  # type: ignore[arg-type]  # all of them named below


def _drafts() -> list[Draft]:
    held = [
        ListEntry(entry=f"held-{number}", kind="md5", value=value_of("md5", f"held-{number}"))
        for number in range(HELD_ENTRIES)
    ]
    gone = tuple(one.entry for one in held[:HELD_REMOVED])
    return [
        _draft("golden", "create", header=header_of("golden"), stale_after_seconds=86_400),
        _draft("golden", "add", entries=entries_of("merged"), source_version=5),
        *(_draft("golden", "add", entries=entries_of(f"tail-{number}")) for number in range(3)),
        _draft("golden", "remove", ids=("entry-tail-1",)),
        _draft("golden", "disable", ids=("entry-tail-2",), until=datetime(2036, 1, 1, tzinfo=UTC)),
        _draft("held", "create", header=header_of("held")),
        _draft("held", "add", entries=tuple(held)),
        _draft("held", "ratio", ratio=0.5, seed="a seed"),
        _draft("held", "remove", ids=gone),
        _draft("ended", "create", header=header_of("ended")),
        _draft("ended", "retire"),
    ]


def write_match(folder: Path) -> dict[str, str]:
    """Writes the data folder of a service; returns its tokens by name."""
    clock = FixedClock(NOW)
    folder.mkdir(mode=0o700, parents=True)
    with SqliteChangeLog(folder / "changes.sqlite", clock=clock) as log:
        for draft in _drafts()[:2]:
            log.append(draft)
        _follow(log, folder)
        with closing(LiveWriter(folder / "lists" / "golden")) as writer:
            writer.merge()
        for draft in _drafts()[2:]:
            log.append(draft)
        _follow(log, folder)
    tokens = {
        "platform": issue(folder / "tokens.json", _wanted("platform"), NOW)[0],
        "recipient": issue(folder / "tokens.json", _wanted("recipient", feeds=("golden",)), NOW)[0],
    }
    caller = TokenBook(folder / "tokens.json", clock=clock).caller(tokens["recipient"])
    Feed(folder / "feed", Shelf(folder, clock=clock), clock).page(caller, Ask())
    with HookQueue(folder / "hooks.sqlite") as queue:
        queue.append(
            Letter(message=f"msg_{number}", endpoint="golden", body=b"{}", made_seconds=NOW.timestamp())
            for number in range(2)
        )
    noted = Noted(step="alarm", name="platform", id="tok_0", family=1, burst=1.0, edges=1, met=False)
    FileAudit(folder / "audit.jsonl", clock=clock).write(noted, b"nothing")
    return tokens


def _follow(log: SqliteChangeLog, folder: Path) -> None:
    with Follower(log, folder, clock=FixedClock(NOW)) as follower:
        while follower.step():
            pass


def _wanted(name: str, **more: tuple[str, ...]) -> Wanted:
    limits = CallerLimits(queries_per_second=500, raised=True)
    return Wanted(
        name=name, roles=("detail", "curate"), purpose="golden data", days=400, limits=limits, **more
    )


def write_scan(folder: Path) -> None:
    """Writes journal and findings of a scan that is not over, and a store of what was seen."""
    folder.mkdir(mode=0o700, parents=True)
    with Journal(folder / "journal.sqlite") as begun:
        begun.check_recipe({**Recipe().decisive(), "lists": ["golden"]})
        lines = FindingsFile(folder / "findings.jsonl")
        for number in range(3):
            name = f"file-{number}"
            begun.record(
                Entry(finding=finding_of(name), probe=value_of("md5", name)[:8], pdq=value_of("pdq", name))
            )
        begun.commit(lines, pace=(1.0, 3, 21))
        lines.close()
    with SeenStore(folder / "seen.sqlite") as seen:
        for name in ("merged", "somebody else"):
            seen.remember(name, prints_of(name))


def finding_of(name: str) -> Finding:
    """What the scan found of the file of this name."""
    match = FoundMatch(
        list="golden", version="7", entry="entry-merged", kind="pdq", form="f0/r0",
        distance_bits=3, confirmed=None, query_percent=None, target_percent=None,
    )  # fmt: skip
    return Finding(
        path=f"/case/{name}.jpg", member=None, sha256=value_of("sha256", name).hex(), status="candidate",
        reason="PDQ alone.", matches=(match,), media_kind="jpeg", size_bytes=7,
    )  # fmt: skip


def write_lists(folder: Path) -> None:
    """Writes one list file with a value of each kind, and one large enough for bucket tables."""
    write_list(folder / "small.tlist", header_of("small"), entries_of("listed"))
    write_list(
        folder / "large.tlist", header_of("large"), (_entry(number) for number in range(BUCKETED_FROM))
    )


def _entry(number: int) -> ListEntry:
    value = value_of("pdq", f"large-{number % _VALUES}")
    return ListEntry(entry=f"large-{number % _VALUES}", kind="pdq", value=value, quality=100)


def write_golden(folder: Path) -> None:
    """Writes all of it into a folder, and ``manifest.json``, which says what is in it."""
    tokens = write_match(folder / "match")
    write_scan(folder / "scan")
    write_lists(folder)
    manifest: Mapping[str, object] = {"release": __version__, "formats": formats(), "tokens": tokens}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Writes the golden data of this release; returns 0, or 1 when there is some already."""
    target = GOLDEN / f"release-{__version__}.tar.xz"
    if target.exists():
        sys.stderr.write(
            f"{target.relative_to(ROOT)} is there: it is never written anew once it was released\n"
        )
        return 1
    with tempfile.TemporaryDirectory() as beside:
        folder = Path(beside)
        write_golden(folder)
        with tarfile.open(target, "w:xz", preset=9) as packed:
            packed.add(folder, ".", filter=_nobody)
        (GOLDEN / f"release-{__version__}.json").write_bytes((folder / MANIFEST).read_bytes())
    sys.stdout.write(f"wrote {target.relative_to(ROOT)}, {target.stat().st_size:,} bytes\n")
    return 0


def _nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Who made it is nobody's business."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


if __name__ == "__main__":
    sys.exit(main())
