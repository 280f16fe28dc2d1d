"""How bar i5-4 counts what is found and what is blocked wrongly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from proofs import guard_sight, i5_04
from proofs.corpus.collection import Collection, Piece
from proofs.figure import Figure
from tests.detect.matching.making import flipped, value
from tests.pictures import landscape
from tutela.demo.copies import THIRTEEN
from tutela.prevent.guard.shapes import SHOWN, Ruling, undecided

TWELVE = [one.name for one in THIRTEEN if one.name != i5_04.BEYOND_REACH]


@pytest.mark.parametrize(("missed", "passed"), [(0, True), (12, True), (13, False)])
def test_recall_is_that_of_all_twelve_kinds_together(missed: int, passed: bool, tmp_path: Path) -> None:
    by_kind = {name: {"near": 50, "exact": 50} for name in TWELVE} | {i5_04.BEYOND_REACH: {"shown": 100}}
    by_kind["GIF"] = {"near": 100 - missed, "shown": missed}
    figure = Figure(bar="i5-4", folder=tmp_path)
    i5_04.record_recall(figure, by_kind)
    assert figure.passed is passed


def test_near_hashes_count_once() -> None:
    first, second = value(1), value(2)
    near = flipped(first, *range(31))
    far = flipped(first, *range(32))
    assert i5_04.distinct([one.hex() for one in (first, second, near, far)]) == 3 - 1
    assert i5_04.distinct([one.hex() for one in (first, second, far)]) == 3
    assert i5_04.distinct([]) == 0


def test_flat_pictures_and_undecided_ones_are_no_benign_pictures_that_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = {
        "detailed: shown": 97,
        "detailed: near": 2,
        "flat: near": 7,
        "detailed: undecided: too_slow": 1,
    }
    step: dict[str, Any] = {"outcomes": outcomes, "values": [value(n).hex() for n in range(100)]}
    figure = Figure(bar="i5-4", folder=tmp_path)
    i5_04.record_benign(figure, [step], 10, 100)
    assert figure.passed
    told = {one["name"]: one["value"] for one in figure.as_json()["figures"]}
    assert (told["false blocks by the list"], told["held because undecided"]) == (2, 1)
    figure = Figure(bar="i5-4", folder=tmp_path)
    i5_04.record_benign(figure, [step], 10, 101)
    assert not figure.passed


def test_no_file_is_listed_and_benign_at_once() -> None:
    names = [f"p-{number:012x}-{where}" for number in range(6) for where in ("whole", "0-0", "448-0")]
    pieces = tuple(Piece(name=name, path=Path(name), photograph=True, package="p") for name in names)
    listed, others = i5_04.halves(Collection(pieces=pieces, which=""))
    files = [{one.name[:14] for one in half} for half in (listed, others)]
    assert len(listed) == len(others) == 9 and not files[0] & files[1]


def test_outcomes_are_words_and_excerpts_differ() -> None:
    assert guard_sight.word(SHOWN) == "shown"
    assert guard_sight.word(Ruling(tier="near", why="listed")) == "near"
    assert guard_sight.word(undecided("too_slow")) == "undecided: too_slow"
    picture = landscape(1, 400, 300)
    made = [guard_sight.excerpt(picture, number) for number in range(4)]
    assert len({one.tobytes() for one in made}) == 4
    assert all(min(one.size) >= 32 and max(one.size) <= 480 for one in made)
    assert guard_sight.excerpt(picture, 1).tobytes() == made[1].tobytes()
