"""Every way that the coverage table claims has a page, and no other."""

from __future__ import annotations

from tutela.demo.guard.ways import UNSHOWN, WAYS
from tutela.prevent.guard.proxy.coverage import ROUTES


def test_the_ways_are_those_that_the_table_claims() -> None:
    assert list(WAYS) == [one.name for one in ROUTES if one.claim == "before"]
    assert UNSHOWN.keys() <= WAYS.keys()


def test_one_way_is_of_a_person_who_has_films_blocked() -> None:
    stricter = [name for name, way in WAYS.items() if way.stricter]
    assert stricter == ["progressive film, where films are blocked"]


def test_whole_ways_are_held_where_the_table_says_so() -> None:
    held = {name for name, way in WAYS.items() if not way.ruled}
    told = {
        one.name for one in ROUTES if one.how.startswith(("held", "dropped", "broken off", "a blank for"))
    }
    assert told - held <= {"SVG with rasters inside", "ICO and CUR, JPEG XL, HEIC, kinds that nobody knows"}
    # These two are held in part, and here as a whole: their harmless picture comes by itself.
    assert held - told <= {"film in data: addresses, WebSocket messages, events", "ranges of a film"}
