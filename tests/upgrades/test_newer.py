"""Going back: what a newer release left behind is read where it only added, and refused whole where not."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.upgrades.golden import RELEASES, manifest, unpacked
from tests.upgrades.newer import MORE, NEXT, add_optional
from tests.upgrades.test_golden import follow, found
from tools.golden import HELD_REMOVED, NOW, ROOT, entries_of, finding_of, formats, prints_of, value_of
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.live_writer import LiveWriter
from tutela.detect.matching.retro import SeenStore
from tutela.detect.matching.tlist import open_list
from tutela.detect.scan.findings import FindingsFile, parse_finding, render_finding
from tutela.detect.scan.journal import Entry, Journal
from tutela.detect.service.changes import Draft
from tutela.detect.service.feed import Ask, Feed
from tutela.detect.service.follower import Follower
from tutela.detect.service.holds import HoldRules
from tutela.detect.service.hook_queue import HookQueue, Letter
from tutela.detect.service.keeper import ListKeeper
from tutela.detect.service.shelf import Shelf
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.detect.service.stored import check_stored
from tutela.detect.service.token_file import lift, read_tokens
from tutela.detect.service.tokens import TokenBook
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Invalid, TutelaError, Unavailable

CLOCK = FixedClock(NOW)


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    return unpacked(RELEASES[-1], tmp_path / "golden")


@pytest.fixture
def added(golden: Path) -> Path:
    add_optional(golden)
    return golden


def test_a_data_folder_with_more_in_it_answers_and_is_followed(added: Path) -> None:
    folder = added / "match"
    check_stored(folder)
    assert found(folder, "merged") == {"entry-merged"}
    follow(folder)
    assert found(folder, "newer") == {"entry-newer"}, "the change of the newer release is worked in"
    assert not found(folder, "tail-1")
    with closing(Shelf(folder, clock=CLOCK)) as shelf:
        state = shelf.state("held")
    assert state.held is not None
    assert state.held.entries == HELD_REMOVED


def test_a_data_folder_with_more_in_it_is_changed_and_released(added: Path) -> None:
    folder = added / "match"
    with SqliteChangeLog(folder / "changes.sqlite", clock=CLOCK) as log:
        log.append(Draft(list="golden", act="add", caller="back", entries=entries_of("back")))
        log.append(Draft(list="held", act="release", caller="back"))
        assert log.after(0)[-3].entries == entries_of("newer")
    follow(folder)
    assert found(folder, "back") == {"entry-back"}
    with closing(Shelf(folder, clock=CLOCK)) as shelf:
        assert not shelf.applied().holds
    with closing(LiveWriter(folder / "lists" / "golden")) as writer:
        writer.merge()
    assert found(folder, "newer") == {"entry-newer"}
    assert (folder / "lists" / "golden" / "newer.bin").exists(), "a file that nobody knows is left alone"


def test_tokens_feed_and_hooks_with_more_in_them_go_on(added: Path) -> None:
    folder, tokens = added / "match", manifest(RELEASES[-1])["tokens"]
    book = TokenBook(folder / "tokens.json", clock=CLOCK)
    assert book.caller(tokens["platform"]).roles == {"detail", "curate"}
    lift(folder / "tokens.json", "platform", NOW)
    kept = json.loads((folder / "tokens.json").read_bytes())["tokens"]
    assert all(row.items() >= MORE.items() for row in kept)
    assert len(read_tokens(folder / "tokens.json")) == 2
    feed = Feed(folder / "feed", Shelf(folder, clock=CLOCK), CLOCK)
    assert feed.page(book.caller(tokens["recipient"]), Ask())["count"] > 0
    with HookQueue(folder / "hooks.sqlite") as queue:
        queue.append([Letter(message="msg_b", endpoint="other", body=b"{}", made_seconds=NOW.timestamp())])
        queue.delivered(queue.claim("golden", NOW.timestamp() + 1)[0])
        assert queue.claim("other", NOW.timestamp() + 1)


def test_a_list_file_with_more_in_it_is_verified_and_read(added: Path) -> None:
    view = open_list(added / "small.tlist")
    view.verify()
    assert list(view.entries()) == list(entries_of("listed"))


def test_a_scan_with_more_in_its_journal_is_taken_up(added: Path) -> None:
    folder = added / "scan"
    with Journal(folder / "journal.sqlite") as taken_up:
        verdict = taken_up.verdict_of_twin(value_of("md5", "file-1")[:8], value_of("sha256", "file-1"))
        assert verdict is not None
        assert verdict.matches == finding_of("file-1").matches
        lines = FindingsFile(folder / "findings.jsonl", keep_bytes=taken_up.findings_bytes)
        taken_up.record(Entry(finding=finding_of("file-3")))
        assert taken_up.commit(lines, pace=(2.0, 1, 7))
        lines.close()
    with SeenStore(folder / "seen.sqlite") as seen, LiveList(added / "match/lists/golden") as live:
        seen.remember("again", prints_of("merged"))
        assert [hit.file_id for hit in seen.match(live, clock=CLOCK)] == ["merged", "again"]


def test_a_finding_with_more_in_it_is_read() -> None:
    wider: dict[str, Any] = json.loads(render_finding(finding_of("a")))
    wider["matches"] = [match | MORE for match in wider["matches"]]
    assert parse_finding(json.dumps(wider | MORE)).matches == finding_of("a").matches


def _shelf_answers(golden: Path) -> None:
    with closing(Shelf(golden / "match", clock=CLOCK)) as shelf:
        shelf.state("golden")


def _shelf_says(golden: Path) -> None:
    with closing(Shelf(golden / "match", clock=CLOCK)) as shelf:
        shelf.applied()


def _feed(golden: Path) -> None:
    folder = golden / "match"
    caller = TokenBook(folder / "tokens.json", clock=CLOCK).caller(
        manifest(RELEASES[-1])["tokens"]["recipient"]
    )
    Feed(folder / "feed", Shelf(folder, clock=CLOCK), CLOCK).page(caller, Ask())


def _follow(golden: Path) -> None:
    folder = golden / "match"
    with SqliteChangeLog(folder / "changes.sqlite") as log, Follower(log, folder, clock=CLOCK) as follower:
        follower.step()


def _keep(golden: Path) -> None:
    ListKeeper(golden / "match/lists/golden", HoldRules()).close()


#: Everybody who opens a file of that format, and what is said to whom: the operator's words name the version.
READERS: dict[str, list[tuple[Callable[[Path], object], type[TutelaError], str]]] = {
    "list file": [(lambda golden: open_list(golden / "small.tlist"), Invalid, "version 2 is needed"),
                  (_shelf_answers, Unavailable, "cannot be read")],
    "live list": [(lambda golden: LiveList(golden / "match/lists/golden"), Invalid, "version 2 is needed"),
                  (_keep, Unavailable, "version 2 is needed"),
                  (_shelf_answers, Unavailable, "cannot be read")],
    "standing of a list": [(_keep, Unavailable, "version 2 is needed"),
                           (_shelf_answers, Unavailable, "cannot be read")],
    "change log": [(lambda golden: SqliteChangeLog(golden / "match/changes.sqlite"), Invalid,
                    "version 2 is needed")],
    "change": [(_follow, Invalid, "version 2 is needed")],
    "progress of a replica": [(_follow, Invalid, "version 2 is needed"),
                              (_shelf_says, Unavailable, "version 2 is needed")],
    "tokens": [(lambda golden: read_tokens(golden / "match/tokens.json"), Invalid, "version 2 is needed"),
               (_feed, Unavailable, "version 2 is needed")],
    "book of a feed": [(_feed, Unavailable, "version 2 is needed")],
    "queue of web-hooks": [(lambda golden: HookQueue(golden / "match/hooks.sqlite"), Invalid,
                            "version 2 is needed")],
    "journal of a scan": [(lambda golden: Journal(golden / "scan/journal.sqlite"), Invalid,
                           "version 2 is needed")],
    "store of what was seen": [(lambda golden: SeenStore(golden / "scan/seen.sqlite"), Invalid,
                                "version 2 is needed")],
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_a_file_of_the_next_version_is_refused_with_the_version_and_left_as_it_is(
    name: str, golden: Path
) -> None:
    NEXT[name](golden)
    before = contents(golden)
    for read, family, words in READERS[name]:
        with pytest.raises(family, match=words):
            read(golden)
    assert contents(golden) == before


def test_every_format_with_a_version_in_its_file_is_tried() -> None:
    assert set(NEXT) == set(READERS) == set(formats()) - {"finding"}


@pytest.mark.parametrize(
    "name", sorted(set(NEXT) - {"change", "journal of a scan", "store of what was seen"})
)
def test_a_service_does_not_begin_on_a_folder_of_a_newer_release(name: str, golden: Path) -> None:
    NEXT[name](golden)
    before = contents(golden)
    with pytest.raises(Invalid, match="version 2 is needed"):
        check_stored(golden / "match")
    assert contents(golden) == before


def test_changes_behind_one_of_the_next_version_wait_for_the_release_that_knows_it(golden: Path) -> None:
    """None is passed over: they may depend on it."""
    folder = golden / "match"
    NEXT["change"](golden)
    with SqliteChangeLog(folder / "changes.sqlite", clock=CLOCK) as log:
        log.append(Draft(list="golden", act="add", caller="back", entries=entries_of("behind")))
        with Follower(log, folder, clock=CLOCK) as follower:
            at = follower.sequence
            with pytest.raises(Invalid, match="version 2 is needed"):
                follower.step()
            assert follower.sequence == at
        assert log.head() == at + 2
    assert found(folder, "merged") == {"entry-merged"}, "the lists answer as they stood"


def test_the_manual_names_every_format() -> None:
    page = (ROOT / "docs" / "explanation" / "formats-and-upgrades.md").read_text("utf-8")
    rows = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| ")]
    assert rows[0] == "format"
    assert set(rows[1:]) == set(formats())


@pytest.mark.parametrize("name", ["live list", "standing of a list", "progress of a replica"])
def test_newer_lists_can_be_taken_away_and_are_made_anew_from_the_log(name: str, golden: Path) -> None:
    folder = golden / "match"
    NEXT[name](golden)
    shutil.rmtree(folder / "lists")
    (folder / "applied.json").unlink()
    check_stored(folder)
    follow(folder)
    assert found(folder, "merged") == {"entry-merged"}
    assert not found(folder, "tail-1")


def test_damage_is_not_taken_for_a_newer_release(golden: Path) -> None:
    folder = golden / "match"
    (folder / "applied.json").write_bytes(b"{")
    (folder / "lists" / "golden" / "HEAD").write_bytes(b"")
    (folder / "hooks.sqlite").write_bytes(b"no database")
    check_stored(folder)


def test_a_recipe_with_one_more_key_is_another_recipe(golden: Path) -> None:
    """So a later release leaves a new key out of the recipe while it has its default (the manual says so)."""
    with Journal(golden / "scan" / "journal.sqlite") as journal:
        kept = json.loads(journal.meta("recipe"))
        with pytest.raises(Conflict, match="newer"):
            journal.check_recipe(kept | {"newer": 1})


def contents(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but locks and what SQLite keeps beside an open file."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith((".lock", "-wal", "-shm"))
    }
