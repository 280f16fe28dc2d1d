"""What earlier releases stored is opened, asked and changed by this one (decisions.md section 12)."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.upgrades.golden import RELEASES, manifest, unpacked
from tools.golden import (
    HELD_ENTRIES,
    HELD_REMOVED,
    NOW,
    ROOT,
    entries_of,
    finding_of,
    formats,
    header_of,
    prints_of,
    value_of,
)
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.index import BUCKETED_FROM
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.live_writer import LiveWriter
from tutela.detect.matching.retro import SeenStore
from tutela.detect.matching.tlist import open_list
from tutela.detect.scan.findings import FindingsFile, parse_finding
from tutela.detect.scan.journal import Entry, Journal
from tutela.detect.scan.recipe import Recipe
from tutela.detect.service.canary import Canaries, open_key
from tutela.detect.service.changes import Draft
from tutela.detect.service.deliveries import Deliveries
from tutela.detect.service.feed import Ask, Feed
from tutela.detect.service.follower import Follower
from tutela.detect.service.hook_queue import HookQueue, Letter
from tutela.detect.service.roles import CallerLimits
from tutela.detect.service.shelf import Shelf
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.detect.service.stored import check_stored
from tutela.detect.service.token_file import Wanted, issue, read_tokens, revoke
from tutela.detect.service.tokens import TokenBook
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Refused

pytestmark = pytest.mark.parametrize("release", RELEASES)
#: Formats that no file of a data folder has: their version is the database server's business. Nor is the
#: version of a text that somebody agreed to one of a format.
NOT_IN_FILES = {"postgres_schema.py", "consent.py", "wording.py"}


@pytest.fixture
def golden(release: str, tmp_path: Path) -> Path:
    return unpacked(release, tmp_path / "golden")


def follow(folder: Path) -> None:
    clock = FixedClock(NOW)
    with SqliteChangeLog(folder / "changes.sqlite") as log, Follower(log, folder, clock=clock) as follower:
        while follower.step():
            pass


def found(folder: Path, name: str) -> set[str]:
    """Ids of the entries that any list says about a file."""
    with closing(Shelf(folder, clock=FixedClock(NOW))) as shelf:
        decision = MatchEngine(shelf.lists(), clock=FixedClock(NOW)).decide(prints_of(name))
    return {match.entry for match in decision.matches}


def test_the_data_folder_answers_as_it_did(golden: Path) -> None:
    folder = golden / "match"
    check_stored(folder)
    assert found(folder, "merged") == {"entry-merged"}
    assert found(folder, "tail-0") == {"entry-tail-0"}
    assert not found(folder, "tail-1"), "was removed"
    assert not found(folder, "tail-2"), "is disabled"
    with closing(Shelf(folder, clock=FixedClock(NOW))) as shelf:
        assert shelf.names() == ("golden", "held")
        held, state = shelf.state("held"), shelf.state("golden")
        applied = shelf.applied()
    assert held.held is not None
    assert (held.held.reason, held.held.entries) == ("shrink", HELD_REMOVED)
    assert (held.entries, held.ratio, held.seed) == (HELD_ENTRIES, 0.5, "a seed")
    assert (state.header, state.source_version, state.disabled_entries) == (header_of("golden"), 5, 1)
    assert set(applied.holds) == {"held"}


def test_the_data_folder_is_changed_and_a_hold_is_released(golden: Path) -> None:
    folder = golden / "match"
    with SqliteChangeLog(folder / "changes.sqlite", clock=FixedClock(NOW)) as log:
        before = log.head()
        for draft in (
            Draft(list="golden", act="add", caller="now", entries=entries_of("new")),
            Draft(list="golden", act="remove", caller="now", ids=("entry-tail-0",)),
            Draft(list="golden", act="enable", caller="now", ids=("entry-tail-2",)),
            Draft(list="held", act="release", caller="now"),
        ):
            log.append(draft)
        assert len(log.after(0)) == before + 4
    follow(folder)
    assert found(folder, "new") == {"entry-new"}
    assert found(folder, "merged") == {"entry-merged"}
    assert found(folder, "tail-2") == {"entry-tail-2"}
    assert not found(folder, "tail-0")
    with closing(Shelf(folder, clock=FixedClock(NOW))) as shelf:
        assert shelf.state("held").entries == HELD_ENTRIES - HELD_REMOVED
        assert not shelf.applied().holds


def test_a_replica_is_made_anew_from_the_golden_change_log(golden: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    fresh.mkdir(mode=0o700)
    (fresh / "changes.sqlite").write_bytes((golden / "match" / "changes.sqlite").read_bytes())
    follow(fresh)
    for name in ("merged", "tail-0", "tail-1", "tail-2"):
        assert found(fresh, name) == found(golden / "match", name)


def test_a_live_list_keeps_every_field_and_can_be_merged(golden: Path) -> None:
    folder = golden / "match" / "lists" / "golden"
    wanted = {
        (one.entry, one.kind): one for name in ("merged", "tail-0", "tail-2") for one in entries_of(name)
    }
    with closing(LiveWriter(folder)) as writer:
        writer.verify()
        writer.merge()
    with LiveList(folder) as live:
        assert {(one.entry, one.kind): one for one in live.entries()} == wanted


def test_list_files_are_opened_verified_and_asked(golden: Path) -> None:
    small, large = open_list(golden / "small.tlist"), open_list(golden / "large.tlist")
    for view in (small, large):
        view.verify()
    assert list(small.entries()) == list(entries_of("listed"))
    assert small.header == header_of("small")
    assert len(large) == BUCKETED_FROM, "as many as bucket tables begin with"
    near = bytearray(value_of("pdq", "large-1"))
    near[0] ^= 0x07
    asked = [Fingerprint(kind="pdq", value=bytes(near), form="f0/r0", quality=90)]
    match = MatchEngine([large], clock=FixedClock(NOW)).lookup(asked)[0]
    assert (match.entry, match.distance_bits) == ("large-1", 3)


def test_tokens_come_in_and_are_changed(golden: Path, release: str) -> None:
    path = golden / "match" / "tokens.json"
    caller = TokenBook(path, clock=FixedClock(NOW)).caller(manifest(release)["tokens"]["platform"])
    assert caller.roles == {"detail", "curate"}
    assert caller.limits.queries_per_second == 500
    revoke(path, "platform")
    issue(path, _wanted(), NOW)
    assert [one.name for one in read_tokens(path)] == ["recipient", "platform"]
    with pytest.raises(Refused):
        TokenBook(path, clock=FixedClock(NOW)).caller(manifest(release)["tokens"]["platform"])


def _wanted() -> Wanted:
    return Wanted(name="platform", roles=("match",), purpose="golden data", days=1, limits=CallerLimits())


def test_a_recipient_of_the_feed_gets_only_what_changed(golden: Path, release: str) -> None:
    folder, clock = golden / "match", FixedClock(NOW)
    caller = TokenBook(folder / "tokens.json", clock=clock).caller(manifest(release)["tokens"]["recipient"])
    feed = Feed(folder / "feed", Shelf(folder, clock=clock), clock)
    everything = feed.page(caller, Ask())
    # Three entries of two kinds that the wire has names for, and the recipient's own canaries.
    canaries = Canaries(key=open_key(folder))
    own = {value.hex() for kind in ("pdq", "md5") for value in canaries.values("recipient", "golden", kind)}
    sent = {one["hashValue"].lower() for one in everything["hashRecords"]}
    assert own < sent
    again = feed.page(caller, Ask(start=everything["nextSetTimestamp"]))
    assert again["count"] == 0, "the book of the release before is known"
    assert len(list(Deliveries(folder / "feed").lines())) == 3


def test_waiting_web_hooks_are_delivered_and_new_ones_join(golden: Path) -> None:
    with HookQueue(golden / "match" / "hooks.sqlite") as queue:
        queue.append([Letter(message="msg_new", endpoint="golden", body=b"{}", made_seconds=NOW.timestamp())])
        claimed = [queue.claim("golden", NOW.timestamp() + 1)[0] for _ in range(3)]
        for one in claimed:
            queue.delivered(one)
        assert [one.letter.message for one in claimed] == ["msg_0", "msg_1", "msg_new"]
        assert not queue.claim("golden", NOW.timestamp() + 1_000)


def test_a_scan_is_taken_up_with_the_settings_it_was_begun_with(golden: Path) -> None:
    folder = golden / "scan"
    with Journal(folder / "journal.sqlite") as taken_up:
        taken_up.check_recipe({**Recipe().decisive(), "lists": ["golden"]})
        assert taken_up.resumed_count == 3
        assert taken_up.is_done("/case/file-0.jpg")
        assert not taken_up.is_done("/case/file-3.jpg")
        verdict = taken_up.verdict_of_twin(value_of("md5", "file-1")[:8], value_of("sha256", "file-1"))
        assert verdict is not None
        assert verdict.matches == finding_of("file-1").matches
        lines = FindingsFile(folder / "findings.jsonl", keep_bytes=taken_up.findings_bytes)
        taken_up.record(Entry(finding=finding_of("file-3")))
        taken_up.commit(lines, pace=(2.0, 1, 7))
        read = [parse_finding(line) for line in lines.lines()]
        lines.close()
    assert [one.path for one in read] == [f"/case/file-{number}.jpg" for number in range(4)]
    assert read[0].matches == finding_of("file-0").matches


def test_the_store_of_what_was_seen_is_asked_and_added_to(golden: Path) -> None:
    with SeenStore(golden / "scan" / "seen.sqlite") as seen, closing(_golden_list(golden)) as live:
        hits = list(seen.match(live, clock=FixedClock(NOW)))
        assert [hit.file_id for hit in hits] == ["merged"]
        seen.remember("tail-0", prints_of("tail-0"))
        assert [hit.file_id for hit in seen.match(live, clock=FixedClock(NOW))] == ["merged", "tail-0"]


def _golden_list(golden: Path) -> LiveList:
    return LiveList(golden / "match" / "lists" / "golden")


def test_the_golden_files_have_the_versions_that_their_manifest_names(golden: Path, release: str) -> None:
    """So that a manifest cannot be edited to fit the code."""
    assert stored_versions(golden) == manifest(release)["formats"]


def stored_versions(golden: Path) -> dict[str, int]:
    """The versions as they stand in the files, read without tutela's own readers."""
    match, scan = golden / "match", golden / "scan"
    lists = match / "lists" / "golden"
    head = re.search(rb'"TUTELA-LIVE (\d+)"', (lists / "HEAD").read_bytes())
    book = re.search(rb'"TUTELA-FEED (\d+)"', next((match / "feed").glob("*.book")).read_bytes())
    assert head is not None
    assert book is not None
    with closing(sqlite3.connect(match / "changes.sqlite")) as log:
        (schema,) = log.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
        payloads = {json.loads(payload)["v"] for (payload,) in log.execute("SELECT payload FROM changes")}
    with closing(sqlite3.connect(match / "hooks.sqlite")) as hooks:
        (queue,) = hooks.execute("SELECT value FROM meta WHERE name = 'hook_queue'").fetchone()
    with closing(sqlite3.connect(scan / "journal.sqlite")) as journal:
        (journal_schema,) = journal.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    with closing(sqlite3.connect(scan / "seen.sqlite")) as seen:
        (seen_version,) = seen.execute("PRAGMA user_version").fetchone()
    return {
        "list file": int((golden / "small.tlist").read_bytes()[:16].split()[1].rstrip(b"\0")),
        "live list": int(head[1]),
        "standing of a list": json.loads((lists / "standing.json").read_bytes())["v"],
        "change log": int(schema),
        "change": max(payloads),
        "progress of a replica": json.loads((match / "applied.json").read_bytes())["v"],
        "tokens": json.loads((match / "tokens.json").read_bytes())["version"],
        "book of a feed": int(book[1]),
        "queue of web-hooks": int(queue),
        "journal of a scan": int(journal_schema),
        "finding": 1,  # lines of findings.jsonl carry no version: fields are only ever added
        "store of what was seen": seen_version,
    }


def test_the_newest_golden_data_is_of_the_formats_of_this_code(release: str) -> None:
    if release == RELEASES[-1]:
        assert manifest(release)["formats"] == formats(), (
            "run python -m tools.golden and commit what it wrote"
        )


def test_every_format_of_the_product_is_among_the_golden_ones(release: str) -> None:
    count = len(manifest(release)["formats"])
    assert len(list(declared_versions())) == len(formats()) >= count, (
        "a new format: add it to tools/golden.py"
    )


def declared_versions() -> Iterator[str]:
    """Constants of the product that are the version of something stored."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        if path.name not in NOT_IN_FILES:
            text = path.read_text("utf-8")
            yield from (f"{path.name}: {found}" for found in re.findall(r"(?m)^(_?[A-Z]+_VERSION) = ", text))
