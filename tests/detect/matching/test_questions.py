"""The prints of many files as one set of questions."""

from __future__ import annotations

from tests.detect.matching.making import digest, pdq, value
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching.questions import questions_of


def test_questions_know_their_file_and_print() -> None:
    first = (digest("md5", value(1, 16)), pdq(value(2)), pdq(value(3), quality=None))
    second = (pdq(value(4), quality=10), digest("md5", value(5, 16)))
    asked = questions_of([first, (), second])
    assert asked.files.tolist() == [0, 0, 2]
    assert asked.numbers.tolist() == [1, 2, 0]
    assert asked.quality.tolist() == [100, 100, 10]
    assert asked.pdq.tobytes() == value(2) + value(3) + value(4)
    assert asked.exact["md5"].owners == [(0, 0), (2, 1)]
    assert asked.exact["md5"].values == [value(1, 16), value(5, 16)]


def test_prints_that_no_list_can_hold_are_left_out() -> None:
    odd = (Fingerprint(kind="other", value=b"x"), digest("md5", b"short"), pdq(b"short"), digest("md5", b""))
    asked = questions_of([odd])
    assert not asked.exact
    assert not len(asked.pdq)


def test_no_files_ask_nothing() -> None:
    asked = questions_of([])
    assert not asked.exact
    assert asked.pdq.shape == (0, 4)
