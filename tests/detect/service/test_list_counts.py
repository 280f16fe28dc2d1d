from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tutela.detect.matching.live_writer import LiveWriter, create_live
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.service.list_counts import Counts, CountsKeeper, counts_of

HEADER = ListHeader(name="a", version="1", created=datetime(2026, 1, 1, tzinfo=UTC))


def rows(entry: str, number: int) -> list[ListEntry]:
    return [
        ListEntry(entry=entry, kind="pdq", value=bytes([number, 1] * 16)),
        ListEntry(entry=entry, kind="md5", value=bytes([number, 2] * 8), disputed=number == 2),
    ]


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveWriter]:
    with create_live(tmp_path / "a", HEADER, rows("one", 1)) as writer:
        yield writer


def test_segment_and_tail_are_counted_together(live: LiveWriter) -> None:
    live.add(rows("two", 2))
    assert counts_of(live) == Counts(disputed=1, kinds={"pdq": 2, "md5": 2})


def test_what_was_removed_does_not_count(live: LiveWriter) -> None:
    live.add(rows("two", 2))
    live.remove("two")
    live.remove("one", kind="md5")
    assert counts_of(live) == Counts(disputed=0, kinds={"pdq": 1})


def test_an_emptied_list_counts_nothing(live: LiveWriter) -> None:
    live.remove("one")
    assert counts_of(live) == Counts(disputed=0, kinds={})


def test_counts_are_taken_again_only_after_a_change(live: LiveWriter) -> None:
    keeper = CountsKeeper()
    before = keeper.counts("a", live)
    assert keeper.counts("a", live) is before
    live.add(rows("two", 2))
    assert keeper.counts("a", live).kinds == {"pdq": 2, "md5": 2}
