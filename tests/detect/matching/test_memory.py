"""Entries in memory that may grow while they are asked."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from tests.detect.matching.making import entry, header, many_entries, value
from tutela.arithmetic import words
from tutela.detect.matching.arrange import arrange
from tutela.detect.matching.memory import Growing, MemoryList, MemoryPart
from tutela.detect.matching.segment import Segment


def test_views_keep_what_they_showed() -> None:
    growing = Growing(np.dtype("<u4"))
    growing.extend(np.arange(3, dtype="<u4"))
    before = growing.view()
    growing.extend(np.arange(1000, dtype="<u4"))
    assert before.tolist() == [0, 1, 2]
    assert len(growing) == 1003 == len(growing.view())


def test_part_and_segment_of_the_same_entries_answer_alike() -> None:
    entries = many_entries(9, 300)
    part = MemoryPart(50)
    for one in entries:
        part.add(one)
    segment = Segment(arrange(part.columns(), quality_min=50))
    assert len(part) == len(segment)
    assert part.film_count == segment.film_count
    for row in range(len(part)):
        assert part.entry(row) == segment.entry(row)
        assert part.label(row) == segment.label(row)
        assert part.rows_of(part.entry_id(row)) == segment.rows_of(segment.entry_id(row))
    queries = words(b"".join(one.value[:32] for one in entries if one.kind in ("pdq", "vpdq")))
    for left, right in (
        (
            part.near(queries, 31, batch=True, per_query_max=9),
            segment.near(queries, 31, batch=True, per_query_max=9),
        ),
        (part.near_frames(queries, 31, per_query_max=9), segment.near_frames(queries, 31, per_query_max=9)),
    ):
        assert left.ids.tolist() == right.ids.tolist()
        assert len(left)
    frames = part.near_frames(queries, 31, per_query_max=9).ids
    assert part.films_of(frames).tolist() == segment.films_of(frames).tolist()
    assert np.array_equal(part.frame_hashes(frames), segment.frame_hashes(frames))
    for film in range(part.film_count):
        assert part.film_row(film) == segment.film_row(film)
        assert np.array_equal(part.film_frames(film), segment.film_frames(film))
    md5 = [one.value for one in entries if one.kind == "md5"]
    assert part.exact("md5", md5, per_query_max=5) == segment.exact("md5", md5, per_query_max=5)


def test_an_entry_that_cannot_be_stored_changes_nothing() -> None:
    part = MemoryPart(50)
    with pytest.raises(ValueError):
        part.add(entry("a", "md5", b""))
    assert len(part) == 0 == len(part.rows)
    assert part.exact("md5", [b"x" * 16], per_query_max=1) == []


def test_poor_hashes_are_kept_and_not_found() -> None:
    part = MemoryPart(50)
    part.add(entry("a", "pdq", value(1), quality=49))
    assert len(part) == 1
    assert not len(part.near(words(value(1)), 31, batch=False, per_query_max=1))


def test_list_in_memory_is_a_list() -> None:
    known = MemoryList(header(), [entry("a", "md5", value(1, 16))])
    known.add(entry("b", "md5", value(2, 16)))
    assert known.version == "1"
    assert len(known.parts()[0]) == 2
    assert len(known.header.salt) == 32


def test_asking_while_another_thread_adds_never_sees_half_an_entry() -> None:
    part, done = MemoryPart(50), threading.Event()
    wrong: list[int] = []
    raw = [value(number) for number in range(600)]

    def ask() -> None:
        while not done.is_set():
            hits = part.near(words(b"".join(raw[:50])), 0, batch=True, per_query_max=9)
            wrong.extend(row for row in hits.ids.tolist() if part.entry(row).value not in raw)

    asker = threading.Thread(target=ask)
    asker.start()
    for number, one in enumerate(raw):
        part.add(entry(str(number), "pdq", one))
    done.set()
    asker.join()
    assert not wrong
    assert len(part) == 600


def test_removed_rows_are_not_alive() -> None:
    part = MemoryPart(50)
    part.add(entry("a", "md5", value(1, 16)))
    rows = np.array([0], "<u4")
    assert part.alive(rows).all()
    part.dead.add(0)
    assert not part.alive(rows).any()
