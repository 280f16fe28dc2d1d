from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.detect.matching.making import digest, entry, file, header, pdq, value
from tests.detect.service.drafts import NOW
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.live_writer import LiveWriter, create_live
from tutela.detect.service.shelf_list import ShelfList
from tutela.detect.service.standing import Standing
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Unavailable

STANDING = Standing(born=1, change=1)
FILM = b"".join(value(number) for number in range(70, 74))


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[LiveWriter]:
    rows = [
        entry("a", "pdq", value(1)),
        entry("a", "sha256", value(1)),
        entry("b", "pdq", value(2)),
        entry("film", "vpdq", FILM),
    ]
    with create_live(tmp_path / "live", header(), rows) as opened:
        opened.add([entry("c", "pdq", value(1))])
        yield opened


def test_silent_entries_do_not_answer_and_hide_nobody(writer: LiveWriter) -> None:
    clock = FixedClock(NOW)
    listed = ShelfList("list", LiveList(writer.folder), STANDING, clock)
    engine = MatchEngine([listed], clock=clock)

    def met(*prints: object) -> set[str]:
        return {match.entry for match in engine.decide(file(*prints)).matches}  # type: ignore[arg-type]  # prints

    film = [pdq(FILM[at : at + 32], form=f"t{at}/r0") for at in range(0, len(FILM), 32)]
    asked = (pdq(value(1)), digest("sha256", value(1)))
    assert met(*asked) == {"a", "c"} and met(*film) == {"film"}
    assert engine.decide(file(*asked)).status == "known"
    until = NOW + timedelta(seconds=9)
    listed.standing = replace(STANDING, disabled={"a": until, "film": None})
    assert met(*asked) == {"c"} and met(pdq(value(2))) == {"b"} and not met(*film)
    assert engine.decide(file(*asked)).status == "candidate"
    clock.advance(9)
    assert met(*asked) == {"a", "c"} and not met(*film)


def test_parts_of_a_silenced_list_say_the_same_as_the_list(writer: LiveWriter) -> None:
    listed = ShelfList("list", LiveList(writer.folder), STANDING, FixedClock(NOW))
    plain = listed.parts()
    listed.standing = replace(STANDING, disabled={"nobody": None})
    for part, silenced in zip(plain, listed.parts(), strict=True):
        assert len(silenced.rows) == len(part.rows) and silenced.film_count == part.film_count
        for row in range(len(part.rows)):
            assert silenced.entry(row) == part.entry(row) and silenced.label(row) == part.label(row)
            assert silenced.rows_of(part.entry_id(row)) == part.rows_of(part.entry_id(row))
        for film in range(part.film_count):
            assert silenced.film_row(film) == part.film_row(film)
    assert (listed.version, listed.header.name) == (listed.live.version, listed.header.name)


def test_the_rows_of_an_entry_are_those_that_stand_switched_off_or_not(writer: LiveWriter) -> None:
    clock = FixedClock(NOW)
    standing = replace(STANDING, disabled={"a": None})
    listed = ShelfList("list", LiveList(writer.folder), standing, clock)
    assert sorted(row.kind for row in listed.entry_rows("a")) == ["pdq", "sha256"]
    assert [row.value for row in listed.entry_rows("film")] == [FILM]
    assert [row.entry for row in listed.entry_rows("c")] == ["c"]
    writer.remove("a")
    assert ShelfList("list", LiveList(writer.folder), standing, clock).entry_rows("a") == []
    assert listed.entry_rows("nobody") == []


def test_list_that_cannot_be_read_any_more_goes_on_answering(
    writer: LiveWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = ShelfList("list", LiveList(writer.folder), STANDING, FixedClock(NOW))
    before = listed.parts()
    with monkeypatch.context() as patch:
        patch.setattr(LiveList, "parts", lambda _: (_ for _ in ()).throw(Unavailable("gone")))
        assert listed.parts() == before and listed.troubled
    assert listed.parts() and not listed.troubled
