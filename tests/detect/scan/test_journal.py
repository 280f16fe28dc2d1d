"""The journal: durable rows, lines that never part from them, one scan at a time, one recipe."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.scan.findings import FindingsFile, NullSink, parse_finding
from tutela.detect.scan.journal import DoneKeys, Entry, Journal
from tutela.detect.scan.shapes import Finding, FoundMatch, Identity
from tutela.kernel.errors import Conflict, Invalid

MATCH = FoundMatch(
    list="l", version="1", entry="e", kind="pdq", form="f0/r0", distance_bits=4, confirmed=None,
    query_percent=None, target_percent=None,
)  # fmt: skip


def finding(path: str, member: str | None = None, **fields: object) -> Finding:
    given_: dict[str, object] = {"sha256": "ab" * 32, "status": "unknown", "reason": "nothing", **fields}
    return Finding(path=path, member=member, **given_)  # type: ignore[arg-type]


@given(
    st.sets(st.binary(min_size=16, max_size=16), max_size=40),
    st.lists(st.binary(min_size=16, max_size=16), max_size=10),
)
def test_done_keys_hold_exactly_what_was_given(keys: set[bytes], others: list[bytes]) -> None:
    shared = [key[:8] + other[8:] for key, other in zip(sorted(keys), others, strict=False)]
    done = DoneKeys(b"".join(sorted(keys)))
    asked = [*keys, *others, *shared]
    assert done.hold(b"".join(asked)).tolist() == [key in keys for key in asked]
    assert all(key in done for key in keys)


def test_keys_that_share_their_first_half_are_told_apart() -> None:
    keys = sorted(b"same-8-b" + bytes([number]) * 8 for number in (1, 3, 5, 7))
    done = DoneKeys(b"".join(keys))
    assert done.hold(b"".join(keys)).all()
    assert not done.hold(b"".join(b"same-8-b" + bytes([number]) * 8 for number in (0, 2, 4, 6, 8))).any()


def test_a_committed_finding_is_done_for_the_next_run_and_not_for_others(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        journal.record(Entry(finding=finding("a")))
        journal.record(Entry(finding=finding("a.zip", "b")))
        assert len(journal.commit(NullSink())) == 2
    with Journal(tmp_path / "j") as journal:
        assert journal.is_done("a")
        assert journal.is_done("a.zip", "b")
        assert not journal.is_done("a.zip")
        assert journal.not_done(["a", "b", "a.zip"]) == [False, True, True]


def test_what_was_not_committed_is_not_done(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        journal.record(Entry(finding=finding("a")))
    with Journal(tmp_path / "j") as journal:
        assert not journal.is_done("a")


def test_a_place_is_recorded_once(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        sink = NullSink()
        for _ in range(2):
            journal.record(Entry(finding=finding("a")))
        assert [one.path for one in journal.commit(sink)] == ["a"]


def test_a_path_and_a_member_never_share_a_key(tmp_path: Path) -> None:
    with Journal(None) as journal:
        assert (
            len(
                {journal.key("a", None), journal.key("a", ""), journal.key("", "a"), journal.key("a\0", None)}
            )
            >= 3
        )
        assert journal.key("a", "b") != journal.key("a", "c")


def test_names_that_are_no_text_are_kept_apart() -> None:
    with Journal(None) as journal:
        assert journal.key(os.fsdecode(b"\xff"), None) != journal.key(os.fsdecode(b"\xfe"), None)


def test_two_journals_have_different_keys_so_nobody_can_choose_names_that_collide() -> None:
    with Journal(None) as one, Journal(None) as other:
        assert one.key("a", None) != other.key("a", None)


def test_lines_behind_the_committed_length_are_cut_off(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        file = FindingsFile(tmp_path / "f")
        journal.record(Entry(finding=finding("a")))
        journal.commit(file)
        file.write(b'{"path": "lost"}\n{"half')
        file.close()
    with Journal(tmp_path / "j") as journal:
        file = FindingsFile(tmp_path / "f", keep_bytes=journal.findings_bytes)
        assert [parse_finding(line).path for line in file.lines()] == ["a"]
        journal.record(Entry(finding=finding("b")))
        journal.commit(file)
        assert [parse_finding(line).path for line in file.lines()] == ["a", "b"]
        file.close()


def test_a_failed_write_commits_no_row(tmp_path: Path) -> None:
    class Full(NullSink):
        def write(self, lines: bytes) -> None:
            raise OSError(28, "No space left on device")

    with Journal(tmp_path / "j") as journal:
        journal.record(Entry(finding=finding("a")))
        with pytest.raises(OSError, match="No space"):
            journal.commit(Full())
        assert journal.ask("SELECT count(*) FROM items") == [(0,)]


def test_one_scan_at_a_time(tmp_path: Path) -> None:
    with Journal(tmp_path / "j"), pytest.raises(Conflict, match="another scan"):
        Journal(tmp_path / "j")


def test_another_recipe_is_refused_by_name(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        journal.check_recipe({"profile": "forensic", "lists": ["a"]})
        journal.check_recipe({"lists": ["a"], "profile": "forensic"})
        with pytest.raises(Conflict, match="lists"):
            journal.check_recipe({"profile": "forensic", "lists": ["b"]})


@pytest.mark.parametrize("content", [b"no database at all", b""])
def test_a_foreign_file_is_invalid_and_an_empty_one_is_a_new_journal(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "j").write_bytes(content)
    if content:
        with pytest.raises(Invalid, match="journal"):
            Journal(tmp_path / "j")
    else:
        with Journal(tmp_path / "j") as journal:
            assert journal.run == 1


def test_a_foreign_database_and_a_newer_journal_are_invalid(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "foreign") as foreign:
        foreign.execute("CREATE TABLE things (a)")
    with pytest.raises(Invalid, match="not the journal"):
        Journal(tmp_path / "foreign")
    with Journal(tmp_path / "j") as journal:
        journal.set_meta("schema", "99")
    with pytest.raises(Invalid, match="version 99"):
        Journal(tmp_path / "j")


def test_the_settings_of_the_database_are_the_safe_ones(tmp_path: Path) -> None:
    with Journal(tmp_path / "j") as journal:
        values = {
            name: journal.ask(f"PRAGMA {name}")[0][0]
            for name in ("journal_mode", "synchronous", "secure_delete")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}
    assert (tmp_path / "j").stat().st_mode & 0o777 == 0o600


def test_an_equal_content_is_answered_with_what_it_came_to() -> None:
    with Journal(None) as journal:
        found = finding("a", status="candidate", matches=(MATCH,), media_kind="jpeg")
        journal.record(Entry(finding=found, probe=b"12345678", pdq=b"p" * 32))
        journal.commit(NullSink())
        assert journal.may_be_twin(b"12345678")
        verdict = journal.verdict_of_twin(b"12345678", bytes.fromhex("ab" * 32))
        assert verdict is not None
        assert (verdict.status, verdict.matches, verdict.media_kind, verdict.pdq) == (
            "candidate", (MATCH,), "jpeg", b"p" * 32,
        )  # fmt: skip
        assert journal.verdict_of_twin(b"12345678", b"x" * 32) is None


@pytest.mark.parametrize("status", ["unreadable", "refused"])
def test_what_could_not_be_read_is_looked_at_again(status: str) -> None:
    with Journal(None) as journal:
        journal.record(Entry(finding=finding("a", status=status), probe=b"12345678"))
        journal.commit(NullSink())
        assert journal.verdict_of_twin(b"12345678", bytes.fromhex("ab" * 32)) is None


def test_a_hard_link_is_answered_even_with_huge_numbers() -> None:
    identity = Identity(device=(1 << 64) - 1, inode=1 << 63, size_bytes=5, mtime_ns=7)
    with Journal(None) as journal:
        journal.record(Entry(finding=finding("a"), identity=identity))
        journal.commit(NullSink())
        assert journal.verdict_of_link(identity) is not None
        changed = Identity(device=(1 << 64) - 1, inode=1 << 63, size_bytes=5, mtime_ns=8)
        assert journal.verdict_of_link(changed) is None
