"""How bar i5-3 reckons what the guard adds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from proofs import i5_03
from proofs.figure import Figure
from proofs.guard_origin import Gallery, Link, marked
from proofs.guard_processes import Way
from tests.pictures import jpeg, landscape


def test_a_picture_has_the_size_of_the_bar() -> None:
    assert abs(len(i5_03.picture(1)) - i5_03.PICTURE_BYTES) < i5_03.PICTURE_BYTES_OFF


@pytest.mark.parametrize(("guard_ms", "passed"), [(14.0, True), (16.0, False)])
def test_what_is_added_is_the_time_without_that_of_the_direct_way(
    guard_ms: float, passed: bool, tmp_path: Path
) -> None:
    seconds = {"direct": [0.010] * 9, "bare mitmproxy": [0.5] * 9, "guard": [0.010 + guard_ms / 1_000] * 9}
    figure = Figure(bar="i5-3", folder=tmp_path)
    i5_03.record_added(figure, "one after another", seconds, ("<= 15", "<= 40"))
    assert figure.passed is passed


@pytest.mark.parametrize(("guard", "passed"), [(0.119, True), (0.121, False)])
def test_a_page_may_take_a_fifth_longer(guard: float, passed: bool, tmp_path: Path) -> None:
    figure = Figure(bar="i5-3", folder=tmp_path)
    i5_03.record_page(figure, "a link", {"direct": [0.1] * 3, "guard": [guard] * 3}, "<= 20")
    assert figure.passed is passed


def test_ways_are_taken_in_turn_first_one_then_the_other() -> None:
    asked: list[int] = []
    ways = {"direct": Way(port=1), "guard": Way(port=2)}

    def measure(way: Way) -> list[float]:
        asked.append(way.port)
        return [1.0]

    assert i5_03.in_rounds(ways, 2, measure) == {"direct": [1.0, 1.0], "guard": [1.0, 1.0]}
    assert asked == [2, 1, 1, 2]


def test_no_two_requests_get_the_same_bytes_but_the_same_picture() -> None:
    plain = jpeg(landscape(1, 64, 48), quality=80)
    gallery = Gallery([plain])
    one, other = (gallery.picture(f"/picture/0/m-{number}") for number in (1, 2))
    assert one != other and one.endswith(plain[2:]) and other.endswith(plain[2:])
    assert marked(plain, "x")[:2] == plain[:2]
    assert len(set(gallery.page("m-3"))) == 12


def test_a_link_takes_its_time_for_all_together() -> None:
    link = Link(megabits_a_second=8, round_trip_seconds=0)
    link._free_at = busy = time.monotonic() + 0.2
    link.carry(20_000)
    assert link._free_at == pytest.approx(busy + 0.02)
    assert time.monotonic() >= link._free_at
