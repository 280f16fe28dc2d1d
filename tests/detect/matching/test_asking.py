"""One list asked about many files: caps that removed rows do not use up, one find per entry and kind."""

from __future__ import annotations

import numpy as np
import pytest

from tests.detect.matching.making import NOW, digest, entry, header, pdq, value
from tutela.arithmetic import words
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching import asking
from tutela.detect.matching.asking import Asking, FileAnswers, Found, exact_valid, near_valid
from tutela.detect.matching.memory import MemoryList, MemoryPart
from tutela.detect.matching.questions import ExactQuestions, questions_of


def part_with_removed(kind: str, size: int, removed: int) -> MemoryPart:
    part = MemoryPart(50)
    for number in range(removed + 2):
        part.add(entry(str(number), kind, value(1, size)))
    part.dead.update(range(removed))
    return part


def test_removed_rows_never_hide_standing_ones() -> None:
    part = part_with_removed("pdq", 32, 100)
    hits = near_valid(part, words(value(1)), 31, NOW, 1)
    assert [part.entry_id(row) for row in hits.ids.tolist()] == ["100", "101"]
    part = part_with_removed("md5", 16, 100)
    asked = ExactQuestions(values=[value(1, 16)], owners=[(0, 0)])
    found = exact_valid(part, "md5", asked, NOW, 1)
    assert [part.entry_id(hit.row) for hit in found] == ["100", "101"]


def test_an_entry_keeps_its_best_find() -> None:
    part = MemoryPart(50)
    for disputed in (True, False, False):
        part.add(entry("a", "pdq", value(1), disputed=disputed))
    answers = FileAnswers()
    for row, distance, number in ((0, 0, 0), (1, 9, 3), (2, 9, 2), (1, 10, 0)):
        answers.take(Found(part=part, row=row, number=number, distance_bits=distance))
    best = answers.best["a", "pdq"]
    assert (best.row, best.distance_bits, best.number) == (2, 9, 2)


def test_film_frames_beyond_the_cap_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = MemoryList(header(), [entry(str(number), "vpdq", value(1)) for number in range(5)])
    asked = questions_of([[pdq(value(1))]])
    monkeypatch.setattr(asking, "FRAMES_PER_PRINT_MAX", 3)
    one = Asking(crowd, asked, NOW, per_print_max=100, per_file_max=100)
    one.ask(crowd.parts()[0])
    assert one.answers[0].capped
    assert len(one.answers[0].best) == 3


def test_films_out_of_force_do_not_match() -> None:
    old = MemoryList(header(), [entry("a", "vpdq", value(1), valid_to=NOW)])
    one = Asking(old, questions_of([[pdq(value(1))]]), NOW, per_print_max=9, per_file_max=9)
    one.ask(old.parts()[0])
    assert not one.answers


def test_rows_beyond_the_files_cap_are_told_and_the_nearest_stay() -> None:
    raw = np.frombuffer(value(1), np.uint8).copy()
    entries = []
    for number in range(6):
        raw[number] ^= 1
        entries.append(entry(str(number), "pdq", raw.tobytes()))
    crowd = MemoryList(header(), entries)
    one = Asking(crowd, questions_of([[pdq(value(1))]]), NOW, per_print_max=9, per_file_max=2)
    one.ask(crowd.parts()[0])
    assert one.answers[0].capped
    assert set(one.answers[0].best) == {("0", "pdq"), ("1", "pdq")}


def asked_of(known: MemoryList, *prints: Fingerprint, per_print_max: int = 9) -> Asking:
    one = Asking(known, questions_of([prints]), NOW, per_print_max=per_print_max, per_file_max=9)
    one.ask(known.parts()[0])
    return one


def test_digests_are_asked_and_what_exceeds_the_cap_is_told() -> None:
    crowd = MemoryList(header(), [entry(str(number), "md5", value(1, 16)) for number in range(5)])
    answers = asked_of(crowd, digest("md5", value(1, 16)), per_print_max=2).answers
    assert answers[0].capped
    assert set(answers[0].best) == {("0", "md5"), ("1", "md5")}


def test_what_is_not_listed_gives_no_answer() -> None:
    known = MemoryList(header(), [entry("a", "md5", value(1, 16)), entry("f", "vpdq", value(2, 64))])
    assert not asked_of(known, digest("md5", value(3, 16)), pdq(value(4))).answers
    assert not asked_of(known, digest("md5", value(3, 16))).answers
    assert near_valid(known.parts()[0], words(value(4)), 31, NOW, 1) is not None


def test_known_good_lists_are_asked_for_digests_only() -> None:
    good = MemoryList(header(known_good=True), [entry("a", "md5", value(1, 16)), entry("a", "pdq", value(2))])
    answers = asked_of(good, digest("md5", value(1, 16)), pdq(value(2))).answers
    assert set(answers[0].best) == {("a", "md5")}


def test_expired_rows_are_left_out() -> None:
    part = MemoryPart(50)
    part.add(entry("old", "pdq", value(1), valid_to=NOW))
    part.add(entry("new", "pdq", value(1)))
    hits = near_valid(part, words(value(1)), 31, NOW, 9)
    assert [part.entry_id(row) for row in hits.ids.tolist()] == ["new"]
