"""Retro-match: what was seen before is asked again with new entries."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.detect.matching.making import NOW, digest, entry, file, flipped, header, pdq, value
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching import retro
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.memory import MemoryList
from tutela.detect.matching.retro import SeenStore
from tutela.detect.matching.shapes import ListEntry
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid, Refused, Unavailable

CLOCK = FixedClock(NOW)
SEEN = {
    "itm_1": file(digest("md5", value(1, 16)), digest("sha256", value(2)), pdq(value(3))),
    "itm_2": file(digest("md5", value(4, 16)), pdq(value(5), "f0/r0", 40), pdq(value(6), "f0/mx", 90)),
    "itm_3": file(*(pdq(value(10 + n), f"t{n}.000/r0") for n in range(10)), film=True),
    "itm_4": file(digest("sha256", value(7))),
    "itm_5": file(Fingerprint(kind="photodna", value=value(8, 144), form="f0/r0")),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SeenStore]:
    with SeenStore(tmp_path / "seen.sqlite") as opened:
        for name, prints in SEEN.items():
            opened.remember(name, prints)
        yield opened


NEW = [
    [entry("a", "sha256", value(2))],
    [entry("a", "md5", value(4, 16)), entry("a", "pdq", flipped(value(6), 1, 2))],
    [entry("a", "pdq", value(5))],
    [entry("a", "vpdq", b"".join(value(10 + n) for n in range(9)))],
    [entry("a", "vpdq", b"".join(value(20 + n) for n in range(9)))],
    [entry("a", "photodna", value(8, 144))],
    [entry("a", "pdq", flipped(value(3), *range(32)))],
    [],
]


@pytest.mark.parametrize("entries", NEW)
@pytest.mark.parametrize("block", [1, 2, 4096])
def test_the_answer_is_what_a_scan_would_have_said(
    store: SeenStore, entries: list[ListEntry], block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retro, "_FILES_PER_BLOCK", block)
    known = MemoryList(header(), entries)
    decider = MatchEngine([known], clock=CLOCK)
    expected = {name: decider.decide(seen) for name, seen in SEEN.items()}
    found = {hit.file_id: hit.decision for hit in store.match_entries(known.header, entries, clock=CLOCK)}
    assert found == {name: decision for name, decision in expected.items() if decision.matches}


def test_store_is_private_and_survives_closing(tmp_path: Path) -> None:
    path = tmp_path / "seen.sqlite"
    with SeenStore(path) as store:
        store.remember("itm_1", SEEN["itm_1"])
    assert path.stat().st_mode & 0o777 == 0o600
    with SeenStore(path) as store:
        assert len(store) == 1
        assert [hit.file_id for hit in store.match_entries(header(), NEW[0], clock=CLOCK)] == ["itm_1"]


def test_a_file_seen_again_is_kept_once(store: SeenStore) -> None:
    store.remember("itm_1", SEEN["itm_4"])
    assert len(store) == len(SEEN)
    assert not list(store.match_entries(header(), NEW[0], clock=CLOCK))


def test_forgotten_files_are_gone(store: SeenStore) -> None:
    assert store.forget("itm_1")
    assert not store.forget("itm_1")
    assert len(store) == len(SEEN) - 1
    assert not list(store.match_entries(header(), NEW[0], clock=CLOCK))


def test_the_oldest_are_forgotten_beyond_the_bound(tmp_path: Path) -> None:
    with SeenStore(tmp_path / "seen.sqlite", files_max=2) as store:
        for name, prints in SEEN.items():
            store.remember(name, prints)
        assert len(store) == 2
        assert not list(store.match_entries(header(), NEW[0], clock=CLOCK))
        assert list(store.match_entries(header(), NEW[5], clock=CLOCK))


def test_an_expired_list_is_not_asked_back(store: SeenStore) -> None:
    with pytest.raises(Refused):
        list(store.match_entries(header(valid_to=NOW), NEW[0], clock=CLOCK))


def test_what_is_no_store_is_invalid(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database at all, but long enough to be taken for one" * 10)
    with pytest.raises(Invalid):
        SeenStore(tmp_path / "text")
    with pytest.raises(Unavailable):
        SeenStore(tmp_path / "no" / "folder")


def change(path: Path, statement: str) -> None:
    database = sqlite3.connect(path)
    database.execute(statement)
    database.commit()
    database.close()


def test_a_store_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    SeenStore(tmp_path / "seen").close()
    change(tmp_path / "seen", "PRAGMA user_version=99")
    with pytest.raises(Invalid, match="newer"):
        SeenStore(tmp_path / "seen")


def test_a_damaged_row_is_invalid(tmp_path: Path) -> None:
    with SeenStore(tmp_path / "seen") as store:
        store.remember("itm_1", SEEN["itm_1"])
        change(tmp_path / "seen", "UPDATE seen SET forms = '['")
        with pytest.raises(Invalid, match="damaged"):
            list(store.match_entries(header(), NEW[0], clock=CLOCK))


def test_closed_store_is_unavailable(tmp_path: Path) -> None:
    store = SeenStore(tmp_path / "seen")
    store.close()
    with pytest.raises(Unavailable):
        store.remember("itm_1", SEEN["itm_1"])


def test_a_change_that_fails_leaves_what_was_there(store: SeenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retro, "_INSERT", "INSERT INTO nowhere VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
    with pytest.raises(Unavailable):
        store.remember("itm_1", SEEN["itm_4"])
    assert len(store) == len(SEEN)
    assert list(store.match_entries(header(), NEW[0], clock=CLOCK))
