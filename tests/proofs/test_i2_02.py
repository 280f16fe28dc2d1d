"""What bar 2 of the match service calls equal, better, stricter, refused and worse."""

from __future__ import annotations

import random
from typing import Any

import pytest

from proofs.hma_sides import Answer, Banks, Question
from proofs.i2_02 import flipped, short, summed, verdict

HASH = "ab" * 32


def file(variant: str = "png", group: str = "look-up of a file") -> Question:
    return Question(group=group, variant=variant, method="POST", path="/m/lookup", file=b"x", copy_of=7)


def found(**contents: int) -> Answer:
    matches = [{"bank_content_id": int(name[1:]), "distance": str(bits)} for name, bits in contents.items()]
    return Answer(status=200, said={"pdq": {"SHOP": matches} if matches else {}})


def hashed(value: str) -> Answer:
    return Answer(status=200, said={"pdq": value})


def raw(*numbers: int) -> Answer:
    return Answer(status=200, said={"matches": list(numbers)})


NEAR, FAR = f"{int(HASH, 16) ^ 0b11:064x}", f"{int(HASH, 16) ^ 0xFFF:064x}"
HASHED = file(group="hash")
#: What is listed: content 7, and 2 is switched off.
BANKS = Banks(ratios={"SHOP": 1.0}, contents={7: ("SHOP", {"pdq": NEAR})}, disabled={2})
RAW = Question(group="raw look-up", variant="", method="GET", path="/m/raw_lookup")


@pytest.mark.parametrize(
    ("question", "ours", "theirs", "word"),
    [
        (file(), found(c7=0, c8=4), found(c8=4, c7=0), "equal"),
        (file(), Answer(status=400), Answer(status=400), "equal"),
        (file(), found(c7=0), found(c7=10), "conforming"),
        (file(), found(c7=0), found(c7=11), "worse"),
        (file(), found(c7=0, c8=30), found(c7=0), "edge"),
        (file(), found(), found(c7=31), "edge"),
        (file(), found(), found(c7=4), "worse"),
        (file("gif"), found(c7=8), found(), "better"),
        (file("gif"), found(c8=8), found(), "worse"),
        (file("one_bit"), found(c7=8), Answer(status=400), "better"),
        (HASHED, hashed(HASH), hashed(NEAR), "conforming"),
        (HASHED, hashed(HASH), hashed(FAR), "worse"),
        (file("gif", "hash"), hashed(HASH), hashed("5" * 64), "better"),
        (file("gif", "hash"), hashed("5" * 64), hashed("9" * 64), "worse"),
        (file("gif", "hash"), hashed(""), hashed("9" * 64), "worse"),
        (file("png", "hash"), hashed(HASH), hashed("9" * 64), "worse"),
        (RAW, raw(1), raw(2, 1), "stricter"),
        (RAW, raw(1), raw(3, 1), "worse"),
        (RAW, raw(), raw(2, 3), "worse"),
        (RAW, raw(2, 1), raw(1), "worse"),
        (RAW, raw(1), raw(2), "worse"),
        (file("plain", "hash"), Answer(status=400), hashed(""), "refused"),
        (file("broken"), Answer(status=400), Answer(status=500), "refused"),
        (file("broken"), Answer(status=500), Answer(status=200, said={}), "worse"),
    ],
)
def test_every_difference_has_its_word(question: Question, ours: Answer, theirs: Answer, word: str) -> None:
    assert verdict(question, ours, theirs, BANKS)[0] == word


def test_differences_are_counted_once_each_with_an_example() -> None:
    row: dict[str, Any] = {"group": "g", "variant": "v", "why": "w", "ours": "a", "theirs": "b"}
    assert summed([{**row, "verdict": "equal"}]) == []
    both = summed([{**row, "verdict": "better"}, {**row, "verdict": "better", "ours": "c"}])
    assert [(one["questions"], one["ours"]) for one in both] == [(2, "a")]


def test_a_short_answer_holds_no_hash() -> None:
    assert short(hashed(HASH), HASHED) == "a hash"
    assert short(hashed(""), HASHED) == "an empty hash"
    assert short(found(c7=3), file()) == "7 at 3"
    assert short(Answer(status=500), file()) == "status 500"


def test_so_many_bits_are_turned() -> None:
    for bits in (0, 1, 31):
        value = flipped(HASH, bits, random.Random(bits))
        assert (int(value, 16) ^ int(HASH, 16)).bit_count() == bits
