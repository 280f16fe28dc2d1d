from __future__ import annotations

import io
import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tutela.detect.service import audit
from tutela.detect.service.audit import FileAudit, MemoryAudit, Noted
from tutela.kernel import log
from tutela.kernel.clock import FixedClock
from tutela.kernel.ids import new_id

VALUE = bytes(range(32))
NOTED = Noted(step="alarm", name="forum", id=new_id("tok_"), family=7, burst=25.5, edges=4, met=True)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 5, 6, 23, 59, tzinfo=UTC))


def test_a_line_says_who_and_why_and_holds_no_value(tmp_path: Path, clock: FixedClock) -> None:
    path = tmp_path / "alarms.jsonl"
    kept = FileAudit(path, clock=clock)
    kept.write(NOTED, VALUE)
    kept.write(NOTED, VALUE)
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len(lines) == 2
    assert lines[0]["time"] == "2026-05-06T23:59:00Z"
    assert (lines[0]["name"], lines[0]["family"], lines[0]["burst"]) == ("forum", 7, 25.5)
    assert VALUE.hex() not in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_digests_hold_for_a_day_and_a_process(tmp_path: Path, clock: FixedClock) -> None:
    kept = FileAudit(tmp_path / "a", clock=clock)
    today = kept.digest(VALUE)
    assert kept.digest(VALUE) == today
    assert kept.digest(VALUE[::-1]) != today
    assert FileAudit(tmp_path / "a", clock=clock).digest(VALUE) != today
    clock.advance(60)
    assert kept.digest(VALUE) != today


def test_a_full_file_is_set_aside(tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "FILE_BYTES_MAX", 300)
    kept = FileAudit(tmp_path / "alarms.jsonl", clock=clock)
    for _ in range(7):
        kept.write(NOTED, VALUE)
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert set(sizes) <= {"alarms.jsonl", "alarms.jsonl.1"}
    assert sizes["alarms.jsonl.1"] < 800


def test_two_processes_that_find_a_full_file_lose_no_line(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "alarms.jsonl"
    one, two = FileAudit(path, clock=clock), FileAudit(path, clock=clock)
    for _ in range(5):
        one.write(NOTED, VALUE)
    monkeypatch.setattr(audit, "FILE_BYTES_MAX", path.stat().st_size)
    opened = os.open

    def slow(*words: Any) -> int:
        descriptor = opened(*words)
        monkeypatch.setattr(os, "open", opened)
        two.write(NOTED, VALUE)  # meanwhile it sets the full file aside, and begins another one
        two.write(NOTED, VALUE)
        return descriptor

    monkeypatch.setattr(os, "open", slow)
    one.write(NOTED, VALUE)
    kept = [one for file in tmp_path.iterdir() for one in file.read_text("utf-8").splitlines()]
    assert len(kept) == 8


def test_a_disk_that_fails_is_told_and_work_goes_on(tmp_path: Path, clock: FixedClock) -> None:
    stream = io.StringIO()
    log.configure(stream=stream)
    FileAudit(tmp_path, clock=clock).write(NOTED, VALUE)
    log.configure()
    told = json.loads(stream.getvalue())
    assert (told["event"], told["family"], told["exception"]) == ("audit_unwritten", 7, "IsADirectoryError")


def test_memory_keeps_the_lines() -> None:
    kept = MemoryAudit()
    kept.write(NOTED, VALUE)
    assert kept.lines == [NOTED]
