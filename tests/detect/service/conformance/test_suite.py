"""The run: every hole is noticed by its check, what cannot be asked is not passed, nothing stays behind."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from tests.detect.service.conformance.running import FEW, failed, kit_of, run
from tutela.detect.service.conformance.results import Row
from tutela.detect.service.conformance.samples import PlainSamples
from tutela.detect.service.conformance.shapes.contract import (
    ALL_ABILITIES,
    Ability,
    Answer,
    Entry,
    Misbehaved,
    NotLetIn,
)
from tutela.detect.service.conformance.shapes.memory import (
    NOTICED_BY,
    Hole,
    MemorySubject,
)
from tutela.detect.service.conformance.suite import CHECKS, GROUPS, run_suite
from tutela.kernel.errors import Refused, Unavailable


def test_a_matcher_without_holes_passes_everything_and_is_left_empty() -> None:
    subject = MemorySubject()
    sheet = run(subject)
    assert failed(sheet) == set()
    assert sheet.count("not applicable") == 0
    assert sheet.passed
    assert not subject.lists
    assert {row.check for row in sheet.rows} == {check.name for check in CHECKS}


@pytest.mark.parametrize("hole", [hole for hole in get_args(Hole) if hole != "lists stay"])
def test_each_hole_is_noticed_by_its_check(hole: Hole) -> None:
    sheet = run(MemorySubject(holes={hole}))
    assert NOTICED_BY[hole] in failed(sheet)
    assert not sheet.passed


def test_only_the_variants_that_are_not_found_fail() -> None:
    sheet = run(MemorySubject(blind_to={"turned"}))
    (row,) = [row for row in sheet.rows if row.status == "failed"]
    assert (row.title, row.found, row.total) == ("turned", 0, 3)


@pytest.mark.parametrize("ability", sorted(ALL_ABILITIES - {"ask_picture"}))
def test_what_a_shape_lacks_is_not_applicable_and_nothing_else_fails(ability: Ability) -> None:
    sheet = run(MemorySubject(abilities=ALL_ABILITIES - {ability}))
    lacking = {row.check for row in sheet.rows if row.status == "not applicable"}
    assert lacking >= {check.name for check in CHECKS if ability in check.needs}
    assert all(row.words for row in sheet.rows if row.status == "not applicable")
    assert failed(sheet) == set()


def test_a_matcher_loaded_beforehand_is_asked_without_lists() -> None:
    subject = MemorySubject(abilities=frozenset({"ask_picture"}))
    subject.create_list("theirs")
    for number in range(FEW.pictures):
        subject.add_picture("theirs", str(number), PlainSamples().original(number))
    assert run(subject).count("passed") < run(subject, replace(FEW, preloaded=True)).count("passed")
    assert run(subject, replace(FEW, preloaded=True)).passed


def test_a_batch_of_hashes_is_asked_with_hashes() -> None:
    sheet = run(MemorySubject(batch_of="hashes"))
    assert [row.status for row in sheet.rows if row.check == "batch"] == ["passed"]


def test_lists_that_stay_are_counted_and_the_sheet_does_not_pass() -> None:
    sheet = run(MemorySubject(holes={"lists stay"}))
    assert (sheet.left_behind, failed(sheet), sheet.passed) == (8, set(), False)


@pytest.mark.parametrize("abilities", [ALL_ABILITIES, frozenset[Ability]({"ask_picture"})])
def test_a_matcher_that_nobody_reaches_is_no_sheet(abilities: frozenset[Ability]) -> None:
    class Nobody(MemorySubject):
        def create_list(self, name: str) -> None:
            super().create_list(name)
            raise Unavailable("nobody answers")

        def ask_picture(self, picture: bytes) -> Answer:
            raise Unavailable("nobody answers")

    subject = Nobody(abilities=abilities)
    with pytest.raises(Unavailable):
        run(subject)
    assert not subject.lists


@pytest.mark.parametrize("abilities", [ALL_ABILITIES, frozenset[Ability]({"ask_picture"})])
def test_a_wrong_token_is_no_sheet_but_one_sentence(abilities: frozenset[Ability]) -> None:
    class Closed(MemorySubject):
        def create_list(self, name: str) -> None:
            raise NotLetIn("status 401")

        def ask_picture(self, picture: bytes) -> Answer:
            raise NotLetIn("status 401")

    with pytest.raises(Refused, match=r"status 401.*--token"):
        run(Closed(abilities=abilities))


def test_a_matcher_that_cannot_make_lists_fails_everything_and_ends() -> None:
    class Closed(MemorySubject):
        def create_list(self, name: str) -> None:
            raise Misbehaved("status 500")

    sheet = run(Closed())
    assert {row.words for row in sheet.rows if row.check.startswith("index")} == {"status 500"}
    assert sheet.left_behind == 0


def test_a_matcher_that_dies_on_the_way_fails_from_there_on() -> None:
    class Dying(MemorySubject):
        def ask_hash(self, value: bytes) -> Answer:
            raise Unavailable("nobody answers any more")

        def delete_list(self, name: str) -> None:
            raise Misbehaved("status 500")

    sheet = run(Dying())
    assert {"index-of-0", "index-of-1", "freshness"} <= failed(sheet)
    assert sheet.left_behind > 0


def test_each_line_is_told_as_it_is_made() -> None:
    told: list[Row] = []
    sheet = run_suite(kit_of(MemorySubject()), "x", tell=told.append)
    assert tuple(told) == sheet.rows


def test_checks_have_names_of_their_own_and_stand_in_a_group() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert {check.group for check in CHECKS} == set(GROUPS)


class LastFirst(MemorySubject):
    """Takes in what is added in the wrong order: one entry with each question, the newest first."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[tuple[str, str, bytes]] = []

    def add_hash(self, listed: str, name: str, value: bytes) -> Entry:
        self.waiting.append((listed, name, value))
        return Entry(list=listed, name=name)

    def _known(self, value: bytes) -> Answer:
        if self.waiting:
            listed, name, other = self.waiting.pop()
            super().add_hash(listed, name, other)
        return super()._known(value)


def test_a_matcher_may_take_things_in_in_any_order() -> None:
    """Shards and queues do; nothing in a shape promises that what was sent first is found first."""
    assert failed(run(LastFirst(), replace(FEW, wait_seconds=60))) == set()
