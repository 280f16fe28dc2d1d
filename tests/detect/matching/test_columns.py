"""Entries as columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.making import CREATED, entry, value
from tutela.detect.matching.columns import (
    NO_MOMENT,
    ROW,
    check_entry,
    columns_of,
    entry_of,
    microseconds_of,
    moment_of,
    row_of,
)
from tutela.detect.matching.shapes import ListEntry

MD5 = entry("a", "md5", value(1, 16))


@given(st.datetimes(timezones=st.just(UTC)))
def test_moments_come_back_to_the_microsecond(moment: datetime) -> None:
    assert moment_of(microseconds_of(moment)) == moment


def test_moments_of_other_zones_mean_the_same_moment() -> None:
    there = CREATED.astimezone(timezone(timedelta(hours=9)))
    assert microseconds_of(there) == microseconds_of(CREATED)


def test_no_moment_and_damaged_moments_are_no_date() -> None:
    assert microseconds_of(None) == NO_MOMENT
    assert moment_of(NO_MOMENT) is None
    assert moment_of((1 << 63) - 1) is None


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        (replace(MD5, entry=""), "id"),
        (replace(MD5, kind="crc"), "kind"),
        (replace(MD5, value=b""), "16 bytes"),
        (replace(MD5, kind="pdq"), "32 bytes"),
        (replace(MD5, kind="vpdq", value=b""), "vpdq"),
        (replace(MD5, kind="vpdq", value=b"x" * 33), "vpdq"),
        (replace(MD5, quality=101), "quality"),
        (replace(MD5, quality=-1), "quality"),
        (replace(MD5, valid_to=datetime(2026, 1, 1)), "time zone"),
    ],
)
def test_entry_that_cannot_be_stored_is_named_by_number(bad: ListEntry, word: str) -> None:
    with pytest.raises(ValueError, match=rf"entry number 2: .*{word}"):
        columns_of([MD5, bad])


def test_shared_ids_and_labels_stand_once() -> None:
    columns = columns_of([MD5, replace(MD5, kind="sha1", value=value(2, 20)), replace(MD5, note="other")])
    assert len(columns.rows) == 3
    assert len(columns.ids) == 1
    assert len(columns.labels) == 2


def test_a_row_is_32_bytes() -> None:
    assert ROW.itemsize == 32 == len(row_of(MD5, group=0, label=0, place=0))


def test_good_entry_passes() -> None:
    check_entry(MD5)


def test_films_know_where_they_end() -> None:
    columns = columns_of([entry("a", "vpdq", value(1, 96)), MD5, entry("b", "vpdq", value(2, 32))])
    assert columns.film_ends.tolist() == [0, 3, 4]
    assert len(columns.frames) == 4


def test_a_row_becomes_the_entry_it_was() -> None:
    whole = replace(MD5, source="s", law="l", note="n", quality=7, valid_to=CREATED, disputed=True)
    columns = columns_of([whole])
    texts = [columns.strings[int(number)] for number in columns.labels[0]]
    assert entry_of(columns.rows[0], whole.value, columns.ids[0], texts) == whole
