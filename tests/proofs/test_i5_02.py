"""What counts as passed in bar i5-2, and that one picture that passed fails it."""

from __future__ import annotations

import base64
from collections import Counter
from pathlib import Path

import pytest

from proofs import i5_02
from proofs.figure import Figure
from proofs.guard_answers import bad_answers, bomb, came_through, chunk
from proofs.guard_client import Gallery, Seen, outcome, passes
from proofs.guard_starts import STARTS
from proofs.guard_trouble import TROUBLES
from tests.pictures import jpeg, landscape
from tutela.prevent.guard.carriers import blanks

KNOWN = jpeg(landscape(3, 200, 150), quality=80)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (KNOWN, "passed"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + KNOWN[700:1_600], "passed"),
        (b"<img src='data:image/jpeg;base64," + base64.b64encode(KNOWN) + b"'>", "passed"),
        (b"x" * 5_000, "passed"),
        (blanks.RASTER, "placeholder"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + blanks.VECTOR, "placeholder"),
        (b"<img src='" + blanks.RASTER_ADDRESS + b"'>" + b" " * 5_000, "placeholder"),
        (blanks.RASTER + KNOWN[700:1_600], "passed"),
        (b"<h1>502</h1>", "nothing"),
        (b"", "nothing"),
    ],
)
def test_what_came_is_told_apart(got: bytes, expected: str) -> None:
    assert outcome(got, KNOWN) == expected


@pytest.mark.parametrize("shift", [0, 1, 2])
def test_a_picture_in_base64_is_seen_wherever_it_begins(shift: int) -> None:
    carried = base64.b64encode(bytes(shift) + KNOWN)
    assert came_through(KNOWN, carried) is (shift == 0), "found by whole groups"
    assert came_through(KNOWN, base64.b64encode(KNOWN[shift * 3 :]))


def test_there_are_enough_kinds_and_each_has_a_secret() -> None:
    answers = bad_answers(KNOWN)
    assert len(answers) >= 45 and len(TROUBLES) >= 20
    assert all(len(one.secret) > 500 for one in answers.values())
    assert set(i5_02.SHORT) <= set(TROUBLES) and set(i5_02.SHORT_STARTS) <= set(STARTS)
    assert chunk(b"abc") == b"3\r\nabc\r\n" and len(bomb()) < 200_000


def test_every_sort_of_picture_has_bytes_of_its_own() -> None:
    gallery = Gallery()
    paths = [f"/{sort}/{number}/m-{number}" for sort in ("near", "class", "benign") for number in range(8)]
    assert len({gallery.picture(path) for path in paths}) == 24
    assert gallery.picture("/known/5/m") == gallery.known[1]


@pytest.mark.parametrize(
    ("what", "direct", "passed"),
    [("placeholder", 8, True), ("nothing", 8, True), ("passed: known", 8, False), ("placeholder", 7, False)],
)
def test_one_that_passed_fails_the_bar_and_so_does_a_control_that_shows_nothing(
    what: str, direct: int, passed: bool, tmp_path: Path
) -> None:
    seen = Seen(by_kind={f"kind {number}": Counter(["placeholder"]) for number in range(20)})
    seen.add("kind 7", [what])
    assert passes(seen.by_kind["kind 7"]) == (what == "passed: known")
    figure = Figure(bar="i5-2", tier="ci", folder=tmp_path)
    i5_02.record(figure, seen, [], ["passed: x"] * direct + ["nothing"] * (8 - direct))
    assert figure.passed is passed
