"""Append-only records: a torn end is dropped, damage before the end is an error."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.matching.logs import LogWriter, pack_record, pack_records, parse_records, read_log

payloads_of = st.lists(st.binary(max_size=40), max_size=6)


@given(payloads_of)
def test_records_come_back_as_they_were(payloads: list[bytes]) -> None:
    raw = pack_records(payloads)
    assert parse_records(raw) == (payloads, len(raw))


@given(payloads_of, st.binary(min_size=1, max_size=40), st.data())
def test_a_record_cut_anywhere_is_dropped(payloads: list[bytes], last: bytes, data: st.DataObject) -> None:
    whole, torn = pack_records(payloads), pack_record(last)
    kept = data.draw(st.integers(0, len(torn) - 1))
    for filler in (b"", b"\0" * data.draw(st.integers(0, 20))):
        raw = whole + torn[:kept] + (filler if not kept else b"")
        assert parse_records(raw) == (payloads, len(whole))


def test_a_last_record_with_unwritten_bytes_is_torn() -> None:
    good, torn = pack_record(b"one"), bytearray(pack_record(b"two" * 10))
    torn[20:] = bytes(len(torn) - 20)
    assert parse_records(good + bytes(torn)) == ([b"one"], len(good))


@given(st.integers(0, 18), st.integers(1, 255))
def test_damage_before_the_end_is_never_a_shorter_list(place: int, change: int) -> None:
    raw = bytearray(pack_records([b"one", b"two", b"three" * 50]))
    raw[place] ^= change
    with pytest.raises(ValueError, match="record 1"):
        parse_records(bytes(raw))


def test_writer_appends_and_cuts_off_a_torn_end(tmp_path: Path) -> None:
    path = tmp_path / "log"
    writer = LogWriter(path, 0)
    writer.append(b"one")
    writer.close()
    with path.open("ab") as stream:
        stream.write(pack_record(b"two")[:7])
    writer = LogWriter(path, read_log(path).size_bytes)
    writer.append(b"three")
    writer.close()
    assert read_log(path).payloads == [b"one", b"three"]
    assert read_log(path, len(pack_record(b"one"))).payloads == [b"three"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_log(tmp_path / "none") == ([], 0)


def test_failed_write_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = LogWriter(tmp_path / "log", 0)
    writer.append(b"one")
    real = os.fsync
    failures = [OSError(5, "no"), None]

    def fail_once(descriptor: int) -> None:
        failure = failures.pop(0) if failures else None
        if failure is not None:
            raise failure
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fail_once)
    with pytest.raises(OSError):
        writer.append(b"two")
    writer.append(b"three")
    writer.close()
    assert read_log(tmp_path / "log").payloads == [b"one", b"three"]


def test_after_a_write_that_cannot_be_taken_back_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = LogWriter(tmp_path / "log", 0)

    def fail(*_: object) -> None:
        raise OSError(5, "no")

    monkeypatch.setattr(os, "fsync", fail)
    monkeypatch.setattr(os, "ftruncate", fail)
    with pytest.raises(OSError):
        writer.append(b"one")
    monkeypatch.undo()
    with pytest.raises(OSError, match="open the list again"):
        writer.append(b"two")
    writer.close()
