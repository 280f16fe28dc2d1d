"""Golden data as a newer release may leave it behind: things added, or another format."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from tools.golden import entries_of
from tutela.detect.matching.arrange import SECTION_TYPES
from tutela.detect.matching.logs import pack_records, read_log
from tutela.detect.matching.records import render_entry
from tutela.detect.matching.sections import SectionPlan, open_sections, write_sections
from tutela.detect.service.feed_book import HEAD_BYTES

#: What no release knows yet, as JSON values of every kind.
MORE: dict[str, Any] = {"newer": {"a": [1, None]}, "reviewed": True, "weight": 2.5}
_ADDED = "ADD COLUMN newer TEXT NOT NULL DEFAULT 'x'"


def add_optional(golden: Path) -> None:
    """Adds unknown fields, columns, tables, sections and files to everything that the golden data holds."""
    match = golden / "match"
    for name in ("applied.json", "tokens.json", "lists/golden/standing.json", "lists/held/standing.json"):
        edit_json(match / name, deepened)
    for name in ("HEAD", "tail.log", "tombstones.log", "held.log"):
        for path in match.glob(f"lists/*/{name}"):
            edit_records(path, deepened)
    for path in [*match.glob("lists/*/segment-*.tlist"), golden / "small.tlist"]:
        add_section(path)
    for path in match.glob("feed/*.book"):
        edit_book(path, lambda head: head | MORE)
    for place, tables in {
        match / "changes.sqlite": ("changes", "meta"),
        match / "hooks.sqlite": ("letters", "endpoints", "meta"),
        golden / "scan" / "journal.sqlite": ("items", "links", "pace", "meta"),
        golden / "scan" / "seen.sqlite": ("seen",),
    }.items():
        add_columns(place, tables)
    append_change(match / "changes.sqlite")
    widen_matches(golden / "scan")
    (match / "newer.json").write_text("{}")
    (match / "lists" / "golden" / "newer.bin").write_bytes(b"newer")


def deepened(value: Any) -> Any:
    """``value`` with unknown fields in each object that has names of its own, and in rows of a fixed order.

    Objects keyed by names of lists or entries (``lists``, ``holds``, ``disabled``) get none.
    """
    if isinstance(value, list):
        return [deepened(one) for one in value]
    if not isinstance(value, dict):
        return value
    inner = {
        name: {key: deepened(one) for key, one in part.items()}
        if name in ("lists", "holds", "disabled") and isinstance(part, dict)
        else [[*one, "more"] for one in part]
        if name == "problems"
        else part
        if name in ("roles", "feeds", "removed", "ids")
        else deepened(part)
        for name, part in value.items()
    }
    return inner | MORE


def edit_json(path: Path, change: Callable[[Any], Any]) -> None:
    path.write_text(json.dumps(change(json.loads(path.read_bytes()))))


def edit_records(path: Path, change: Callable[[Any], Any]) -> None:
    payloads = [json.dumps(change(json.loads(payload))).encode() for payload in read_log(path).payloads]
    path.write_bytes(pack_records(payloads))


def edit_book(path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    raw = path.read_bytes()
    head = json.dumps(change(json.loads(raw[:HEAD_BYTES]))).encode()
    path.write_bytes(head.ljust(HEAD_BYTES) + raw[HEAD_BYTES:])


def add_section(path: Path) -> None:
    """The list file with one more section and more in its header."""
    opened = open_sections(path, SECTION_TYPES)
    plans = [SectionPlan(name=name, array=array.copy()) for name, array in opened.arrays.items()]
    plans.append(SectionPlan(name="newer_rows", array=np.arange(7, dtype="<u4")))
    header = {name: value for name, value in opened.header.items() if name != "sections"}
    write_sections(path, header | MORE | {"list": header["list"] | MORE}, plans)


def add_columns(path: Path, tables: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        for table in tables:
            database.execute(f"ALTER TABLE {table} {_ADDED}")
        database.execute("CREATE TABLE newer (number INTEGER PRIMARY KEY, what TEXT)")
        database.execute("INSERT INTO newer VALUES (1, 'what')")
        database.execute("CREATE INDEX newer_what ON newer (what)")


def append_change(path: Path) -> None:
    """A change whose payload, and whose entries, say more than this release knows."""
    entries = [render_entry(one) | MORE for one in entries_of("newer")]
    payload = {"v": 1, "made": "2026-05-06T07:08:10Z", "list": "golden", "act": "add", "caller": "newer"}
    with closing(sqlite3.connect(path)) as database, database:
        text = json.dumps({**payload, "entries": entries, **MORE})
        database.execute("INSERT INTO changes (payload) VALUES (?)", (text,))


def widen_matches(scan: Path) -> None:
    with closing(sqlite3.connect(scan / "journal.sqlite")) as database, database:
        rows = database.execute("SELECT id, matches FROM items WHERE matches IS NOT NULL").fetchall()
        for row, matches in rows:
            wider = json.dumps([match | MORE for match in json.loads(matches)])
            database.execute("UPDATE items SET matches = ? WHERE id = ?", (wider, row))
    with closing(sqlite3.connect(scan / "seen.sqlite")) as database, database:
        for number, forms in database.execute("SELECT number, forms FROM seen").fetchall():
            wider = json.dumps([[*form, "more"] for form in json.loads(forms)])
            database.execute("UPDATE seen SET forms = ? WHERE number = ?", (wider, number))


def _sql(name: str, statement: str) -> Callable[[Path], None]:
    def change(golden: Path) -> None:
        with closing(sqlite3.connect(golden / name)) as database, database:
            database.execute(statement)

    return change


def _json(name: str, **fields: Any) -> Callable[[Path], None]:
    return lambda golden: edit_json(golden / name, lambda value: value | fields)


def _bytes(pattern: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def change(golden: Path) -> None:
        for path in golden.glob(pattern):
            raw = path.read_bytes()
            assert raw.count(old) == 1
            path.write_bytes(re.sub(re.escape(old), new, raw))

    return change


def _head(golden: Path) -> None:
    edit_records(golden / "match/lists/golden/HEAD", lambda head: head | {"format": "TUTELA-LIVE 2"})


def _change(golden: Path) -> None:
    with closing(sqlite3.connect(golden / "match/changes.sqlite")) as database, database:
        database.execute("INSERT INTO changes (payload) VALUES (?)", ('{"v": 2, "act": "something new"}',))


#: How a file of version 2 looks, by the name of its format (``tools.golden.formats``).
NEXT: Mapping[str, Callable[[Path], None]] = {
    "list file": _bytes("**/s*.tlist", b"TUTELA-LIST 1\n", b"TUTELA-LIST 2\n"),
    "live list": _head,
    "standing of a list": _json("match/lists/golden/standing.json", v=2),
    "change log": _sql("match/changes.sqlite", "UPDATE meta SET value = '2' WHERE name = 'schema'"),
    "change": _change,
    "progress of a replica": _json("match/applied.json", v=2),
    "tokens": _json("match/tokens.json", version=2),
    "book of a feed": _bytes("match/feed/*.book", b"TUTELA-FEED 1", b"TUTELA-FEED 2"),
    "queue of web-hooks": _sql("match/hooks.sqlite", "UPDATE meta SET value = '2' WHERE name = 'hook_queue'"),
    "journal of a scan": _sql("scan/journal.sqlite", "UPDATE meta SET value = '2' WHERE name = 'schema'"),
    "store of what was seen": _sql("scan/seen.sqlite", "PRAGMA user_version = 2"),
}
