"""Freshness: measured from the acknowledgement, judged by the limit, ended in time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.detect.service.conformance.running import FEW, kit_of
from tutela.detect.service.conformance.freshness import fresh
from tutela.detect.service.conformance.shapes.contract import ALL_ABILITIES, Answer, Entry
from tutela.detect.service.conformance.shapes.memory import MemorySubject


class Late(MemorySubject):
    """Finds an entry only when it was asked so many times."""

    def __init__(self, asked: int) -> None:
        super().__init__()
        self.asked, self.left = asked, 0

    def add_hash(self, listed: str, name: str, value: bytes) -> Entry:
        self.left = self.asked
        return super().add_hash(listed, name, value)

    def ask_hash(self, value: bytes) -> Answer:
        self.left -= 1
        return Answer() if self.left > 0 else super().ask_hash(value)


def test_what_is_there_at_once_takes_no_time() -> None:
    (outcome,) = fresh(kit_of(MemorySubject()))
    assert outcome.passed
    assert outcome.figures == {"median_seconds": 0, "p99_seconds": 0}


def test_time_counts_from_the_acknowledgement_and_against_the_limit() -> None:
    (outcome,) = fresh(kit_of(Late(asked=4)))
    assert outcome.figures["median_seconds"] == pytest.approx(0.02 + 0.03 + 0.045)
    (late,) = fresh(kit_of(Late(asked=4), replace(FEW, fresh_seconds=0.05)))
    assert (late.found, late.total) == (0, 3)


def test_a_matcher_that_never_finds_ends_the_check_early() -> None:
    (outcome,) = fresh(kit_of(MemorySubject(holes={"slow"})))
    assert (outcome.found, outcome.total) == (0, 1)
    assert "1 of 1 never found" in outcome.words


def test_pictures_are_used_where_hashes_are_not_taken() -> None:
    subject = MemorySubject(abilities=ALL_ABILITIES - {"add_hash"})
    (outcome,) = fresh(kit_of(subject))
    assert outcome.passed
