from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detect.service.values import asked, value_at
from tutela.detect.service import families as room
from tutela.detect.service.families import (
    DAY_SECONDS,
    EDGE_BITS,
    FAMILIES_CUT_MAX,
    MEMBERS_MAX,
    RADIUS_BITS,
    TABLE_BYTES,
    Families,
    Sighting,
    Step,
)

LIMIT = 20.0


class Desk:
    """One caller's families, asked at a time that the test sets."""

    def __init__(self) -> None:
        self.buffer = bytearray(TABLE_BYTES)
        mask = np.frombuffer(np.random.default_rng(1).bytes(32), "<u8")
        self.families = Families(self.buffer, mask)
        self.now, self.lifted, self.limit = 1e9, 0.0, LIMIT

    def ask(self, value: bytes, *, met: bool = False, file: int = 0) -> Sighting:
        return self.families.note(
            asked(value, met=met, file=file),
            now_seconds=self.now,
            limit=self.limit,
            lifted_seconds=self.lifted,
        )

    def probe(self, seed: int, number: int, *, start: int = 0) -> list[Step]:
        """Asks for variations of one picture, each with another bit turned; what each led to."""
        return [self.ask(value_at(seed, place)).step for place in range(start, start + number)]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_burst_gives_an_alarm_at_half_and_is_cut_off_at_the_limit(desk: Desk) -> None:
    steps = desk.probe(1, 25)
    assert steps.index(Step.ALARM) == LIMIT / 2 - 1
    assert steps.index(Step.FAMILY_CUT) == LIMIT - 1
    assert steps.count(Step.ALARM) == 1
    assert set(steps[int(LIMIT) :]) == {Step.REFUSED}


def test_the_same_file_again_never_counts(desk: Desk) -> None:
    assert {desk.ask(value_at(1), file=5).step for _ in range(1_000)} == {Step.CALM}
    assert {desk.ask(value_at(2)).step for _ in range(1_000)} == {Step.CALM}


def test_other_files_of_one_value_count_half(desk: Desk) -> None:
    steps = [desk.ask(value_at(1), file=file).step for file in range(1, 60)]
    assert steps.index(Step.ALARM) == 2 * (LIMIT / 2 - 1)


def test_what_was_answered_before_is_answered_when_the_family_is_cut_off(desk: Desk) -> None:
    desk.probe(1, 30)
    assert desk.ask(value_at(1, 3), file=9).step is Step.CALM
    assert desk.ask(value_at(1, 40)).step is Step.REFUSED
    assert desk.ask(value_at(1, 40)).step is Step.REFUSED  # a refused value was not kept
    assert desk.ask(value_at(2)).step is Step.CALM


def test_a_picture_below_a_tenth_of_the_queries_makes_no_burst(desk: Desk) -> None:
    other = 1_000
    for place in range(200):
        assert desk.ask(value_at(1, place)).step is Step.CALM
        for _ in range(11):
            other += 1
            desk.ask(value_at(other))


def test_both_sides_of_the_edge_are_counted_however_much_else_is_asked(desk: Desk) -> None:
    steps = []
    for place in range(40):
        steps.append(desk.ask(value_at(1, place), met=place % 2 == 0).step)
        for number in range(20):
            desk.ask(value_at(1_000 + 100 * place + number))
    assert Step.ALARM in steps[:14]
    assert Step.FAMILY_CUT in steps[:24]


def test_copies_of_a_listed_picture_and_one_that_is_missed_are_no_edge(desk: Desk) -> None:
    for place in range(9):
        desk.ask(value_at(1, place), met=True)
    assert desk.ask(value_at(1, *range(50, 50 + EDGE_BITS + 2))).edges == 0
    assert desk.ask(value_at(1, 20)).edges == 2  # one value that is not found, however many are


def test_far_values_are_families_of_their_own(desk: Desk) -> None:
    first = desk.ask(value_at(1)).family
    assert desk.ask(value_at(1, *range(RADIUS_BITS))).family == first
    assert desk.ask(value_at(1, *range(100, 101 + RADIUS_BITS))).family == first + 1


def test_a_day_later_everything_is_open_again(desk: Desk) -> None:
    desk.probe(1, 25)
    desk.now += DAY_SECONDS - 1
    assert desk.ask(value_at(1, 50)).step is Step.REFUSED
    desk.now += 1
    assert desk.ask(value_at(1, 51)).step is Step.CALM
    assert Step.FAMILY_CUT in desk.probe(1, 30, start=60)


def test_an_operator_lifts_a_cut_off(desk: Desk) -> None:
    desk.probe(1, 25)
    desk.now += 10
    desk.lifted = desk.now - 1
    assert desk.ask(value_at(1, 50)).step is Step.CALM
    assert Step.FAMILY_CUT in desk.probe(1, 30, start=60)


def test_the_third_family_of_a_day_cuts_the_caller_off(desk: Desk) -> None:
    for seed in range(1, FAMILIES_CUT_MAX):
        assert Step.FAMILY_CUT in desk.probe(seed, 25)
    assert Step.CALLER_CUT in desk.probe(FAMILIES_CUT_MAX, 25)
    assert desk.families.is_cut(desk.now, desk.lifted)
    told = desk.ask(value_at(99))
    assert (told.step, told.family) == (Step.REFUSED, 0)
    assert not desk.families.is_cut(desk.now, desk.now + 1)
    desk.now += DAY_SECONDS
    assert desk.ask(value_at(99)).step is Step.CALM


def test_families_cut_off_on_other_days_do_not_add_up(desk: Desk) -> None:
    for seed in range(1, 6):
        assert Step.FAMILY_CUT in desk.probe(seed, 25)
        desk.now += 0.7 * DAY_SECONDS
    assert not desk.families.is_cut(desk.now, 0)


def test_memory_is_bounded_and_lone_values_are_forgotten_first(desk: Desk) -> None:
    families = {desk.ask(value_at(1, place)).family for place in range(3)}
    met = desk.ask(value_at(2), met=True).family
    for number in range(room.ROWS_MAX + 500):
        desk.now += 0.01
        desk.ask(value_at(10_000 + number))
    assert len(desk.families) == room.ROWS_MAX
    assert families == {desk.ask(value_at(1, 5)).family}
    assert desk.ask(value_at(2, 5)).family == met
    assert desk.ask(value_at(10_000)).family > room.ROWS_MAX  # forgotten: a new family
    assert desk.ask(value_at(10_000 + room.ROWS_MAX)).family <= room.ROWS_MAX + 600


def test_a_process_killed_between_two_writes_leaves_a_table_that_works(desk: Desk) -> None:
    desk.families.head["rows"] = 5  # rows taken, never written
    for number in range(room.ROWS_MAX + 20):
        desk.ask(value_at(10_000 + number))
    assert len(desk.families) == room.ROWS_MAX
    assert Step.FAMILY_CUT in desk.probe(1, 25)


def test_a_family_keeps_a_bounded_number_of_values(desk: Desk) -> None:
    desk.limit = 1e6  # raised: never cut off
    generator = np.random.default_rng(3)
    for _ in range(MEMBERS_MAX + 50):
        places = (int(place) for place in generator.choice(256, 20, replace=False))
        assert desk.ask(value_at(1, *places)).family == 1
    assert len(desk.families) == MEMBERS_MAX


def test_no_value_stands_in_memory_as_it_is(desk: Desk) -> None:
    desk.ask(value_at(1), met=True)
    assert value_at(1) not in desk.buffer


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 255), st.booleans(), st.integers(0, 2)), max_size=120
    )
)
def test_only_cut_families_refuse_and_counts_never_pass_the_number_of_queries(
    queries: list[tuple[int, int, bool, int]],
) -> None:
    desk, refusing = Desk(), False
    for number, (seed, place, met, file) in enumerate(queries, 1):
        told = desk.ask(value_at(seed, place), met=met, file=file)
        assert told.burst <= number
        assert told.edges <= 2 * number
        assert told.step is not Step.REFUSED or refusing
        refusing = refusing or told.step >= Step.FAMILY_CUT
