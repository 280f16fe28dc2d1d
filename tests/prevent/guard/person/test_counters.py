from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.person import counters
from tutela.prevent.guard.person.counters import (
    CELLS,
    RECORD_BYTES,
    Counters,
    NoCounters,
    forget_counts,
    read_counts,
)
from tutela.prevent.guard.person.folder import COUNTS, MARK, Folder
from tutela.prevent.guard.person.sealing import new_keys

KEYS = new_keys("four calm words here", work_bits=2)
PRIVATE = KEYS.open("four calm words here")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 5, 4, 12, tzinfo=UTC))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "f")
    made.make()
    return made


@pytest.fixture
def counting(folder: Folder, clock: FixedClock) -> Counters:
    return Counters(folder, KEYS.public, clock, release="0.1.0")


def test_counts_come_back_by_day_path_and_tier(folder: Folder, clock: FixedClock, counting: Counters) -> None:
    for _ in range(3):
        counting.count("network", "exact")
    counting.count("screen", "undecided")
    counting.keep()
    clock.advance(86_400)
    counting.keep()
    counting.count("network", "exact")
    counting.keep()
    first, second = read_counts(folder, PRIVATE)
    assert (first.day, second.day, first.release) == (date(2026, 5, 4), date(2026, 5, 5), "0.1.0")
    assert {cell: number for cell, number in first.counts.items() if number} == {
        ("network", "exact"): 3,
        ("screen", "undecided"): 1,
    }
    assert sum(second.counts.values()) == 1 and set(second.counts) == set(CELLS) and len(CELLS) == 8


def test_a_count_belongs_to_the_day_on_which_its_hour_began(
    folder: Folder, clock: FixedClock, counting: Counters
) -> None:
    counting.count("network", "near")
    clock.advance(86_400)
    counting.keep()
    assert [day.day for day in read_counts(folder, PRIVATE)] == [date(2026, 5, 4)]


def test_counts_of_another_release_or_other_lists_are_kept_apart(folder: Folder, counting: Counters) -> None:
    counting.count("network", "exact")
    counting.keep()
    counting.mark("0.1.0+1234567")
    counting.count("network", "exact")
    counting.keep()
    assert [(day.release, day.counts["network", "exact"]) for day in read_counts(folder, PRIVATE)] == [
        ("0.1.0", 1),
        ("0.1.0+1234567", 1),
    ]


def test_the_file_tells_nobody_whether_anything_was_blocked(folder: Folder, counting: Counters) -> None:
    counting.keep()
    for _ in range(1000):
        counting.count("network", "class")
    assert len(folder.read(COUNTS) or b"") == RECORD_BYTES, "nothing is written when something is blocked"
    counting.keep()
    data = folder.read(COUNTS) or b""
    assert len(data) == 2 * RECORD_BYTES and b"0.1.0" not in data and (1000).to_bytes(4, "big") not in data


def test_another_key_reads_nothing(folder: Folder, counting: Counters) -> None:
    counting.keep()
    other = new_keys("another calm sentence", work_bits=2).open("another calm sentence")
    assert read_counts(folder, other) == ()


def test_the_oldest_go_when_the_file_is_full(
    folder: Folder, clock: FixedClock, counting: Counters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "RECORDS_MAX", 3)
    for _ in range(5):
        counting.keep()
        clock.advance(86_400)
    counting.keep()
    assert len(folder.read(COUNTS) or b"") == 3 * RECORD_BYTES
    assert [day.day.day for day in read_counts(folder, PRIVATE)] == [6, 7, 8]


def test_a_record_that_a_kill_cut_off_or_that_was_damaged_takes_no_other_with_it(
    folder: Folder, counting: Counters
) -> None:
    counting.count("network", "exact")
    counting.keep()
    whole = folder.read(COUNTS) or b""
    folder.write(COUNTS, whole + bytes(RECORD_BYTES) + whole[:70])
    counting.count("network", "exact")
    counting.keep()
    assert len(folder.read(COUNTS) or b"") == 3 * RECORD_BYTES
    (day,) = read_counts(folder, PRIVATE)
    assert day.counts["network", "exact"] == 2


def test_counts_stay_in_memory_while_the_disk_is_full(
    folder: Folder, counting: Counters, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(name: str, data: bytes) -> None:
        raise Unavailable("full")

    counting.count("network", "exact")
    monkeypatch.setattr(folder, "append", full)
    with pytest.raises(Unavailable):
        counting.keep()
    monkeypatch.undo()
    counting.keep()
    assert read_counts(folder, PRIVATE)[0].counts["network", "exact"] == 1


@contextmanager
def slow_record(folder: Folder, counting: Counters) -> Iterator[None]:
    """While the block runs, a record is being added to a disk that takes its time, and then fails."""
    began, goes_on = threading.Event(), threading.Event()

    def failing(name: str, data: bytes) -> None:
        began.set()
        goes_on.wait(5)
        raise Unavailable("full")

    def keep() -> None:
        with suppress(Unavailable):
            counting.keep()

    keeping = threading.Thread(target=keep)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(folder, "append", failing)
        keeping.start()
        assert began.wait(5)
        yield
        goes_on.set()
        keeping.join()


def test_counting_waits_for_no_disk_and_loses_nothing_to_one_that_fails(
    folder: Folder, counting: Counters
) -> None:
    counting.count("network", "exact")
    meanwhile = threading.Thread(target=counting.count, args=("network", "near"))
    with slow_record(folder, counting):
        meanwhile.start()
        meanwhile.join(1)
        waits = meanwhile.is_alive()
    meanwhile.join()
    assert not waits
    counting.keep()
    counts = read_counts(folder, PRIVATE)[0].counts
    assert (counts["network", "exact"], counts["network", "near"]) == (1, 1)


def test_what_is_forgotten_waits_for_the_record_that_is_being_added(
    folder: Folder, counting: Counters
) -> None:
    counting.count("network", "exact")
    forgetting = threading.Thread(target=counting.forget)
    with slow_record(folder, counting):
        forgetting.start()
        forgetting.join(0.1)
    forgetting.join()
    counting.keep()
    assert read_counts(folder, PRIVATE)[0].counts["network", "exact"] == 0


def test_keeping_nothing_writes_no_byte(folder: Folder) -> None:
    nothing = NoCounters()
    nothing.count("network", "exact")
    nothing.keep()
    nothing.mark("0.2.0")
    assert [one.name for one in folder.path.iterdir()] == [MARK]


def test_counts_are_forgotten_at_the_persons_wish(folder: Folder, counting: Counters) -> None:
    counting.keep()
    forget_counts(folder)
    assert read_counts(folder, PRIVATE) == () and folder.read(COUNTS) is None
