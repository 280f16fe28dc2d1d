"""A scanner from its parts: engines by name, expired lists refused, known good only where it is asked."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from tests.detect.scan.making import answer
from tutela.detect.fingerprints.fakes import FakePool
from tutela.detect.matching.memory import MemoryList
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.scan.assembly import assemble, pick_engine
from tutela.detect.scan.engines import SerialEngine, ThreadEngine
from tutela.detect.scan.findings import StreamSink
from tutela.detect.scan.journal import Journal
from tutela.detect.scan.recipe import Recipe
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Refused, Unavailable

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def _list(**fields: object) -> MemoryList:
    header = ListHeader(name="l", version="1", created=datetime(2026, 1, 1, tzinfo=UTC), **fields)  # type: ignore[arg-type]  # reason: fields are given by name
    return MemoryList(header, [ListEntry(entry="e", kind="md5", value=b"m" * 16)])


def test_engines_are_picked_by_name() -> None:
    assert pick_engine("serial", 4) == SerialEngine()
    assert pick_engine("threads", 4) == ThreadEngine(workers=4)
    with pytest.raises(Unavailable, match="warp"):
        pick_engine("warp", 4)


def test_an_expired_list_is_refused() -> None:
    expired = _list(valid_to=datetime(2026, 2, 1, tzinfo=UTC))
    with pytest.raises(Refused, match="expired"):
        assemble(
            Recipe(),
            FakePool(answer),
            [expired],
            Journal(None),
            StreamSink(io.BytesIO()),
            clock=FixedClock(NOW),
        )


@pytest.mark.parametrize("known_good", [True, False])
def test_files_are_digested_first_only_for_lists_of_known_good(known_good: bool) -> None:
    scanner = assemble(
        Recipe(), FakePool(answer), [_list(known_good=known_good)], Journal(None), StreamSink(io.BytesIO())
    )
    assert (scanner.looker._known_good is not None) == known_good
