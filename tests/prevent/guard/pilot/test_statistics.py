from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.prevent.guard.pilot.statistics import Counted, fisher_p, newcombe, score_p, wilson


def of(count: int, people: int, noise: float = 0.0) -> Counted:
    return Counted(count=count, people=people, noise=noise)


@pytest.mark.parametrize(
    ("count", "people", "low", "high"),
    # Newcombe 1998 (Statistics in Medicine 17, 857-872), table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_intervals_are_the_published_ones(count: int, people: int, low: float, high: float) -> None:
    found = wilson(of(count, people))
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


@pytest.mark.parametrize(
    ("one", "two", "low", "high"),
    # Newcombe 1998 (Statistics in Medicine 17, 873-890), table II, method 10.
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombes_intervals_are_the_published_ones(
    one: tuple[int, int], two: tuple[int, int], low: float, high: float
) -> None:
    found = newcombe(of(*one), of(*two))
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


def test_fishers_test_is_the_lady_tasting_tea() -> None:
    assert fisher_p(of(3, 4), of(1, 4)) == pytest.approx(34 / 70)
    assert fisher_p(of(4, 4), of(0, 4)) == pytest.approx(2 / 70)
    assert fisher_p(of(0, 5), of(0, 5)) == 1


def test_the_score_test_is_pearsons() -> None:
    # 2 x 2 table 36, 54 / 18, 72: chi-squared 8.5714 with one degree of freedom.
    table = [[36, 54], [18, 72]]
    total = 180
    chi = sum(
        (table[i][j] - sum(table[i]) * (table[0][j] + table[1][j]) / total) ** 2
        / (sum(table[i]) * (table[0][j] + table[1][j]) / total)
        for i in range(2)
        for j in range(2)
    )
    assert chi == pytest.approx(8.5714, abs=1e-4)
    assert score_p(of(36, 90), of(18, 90)) == pytest.approx(math.erfc(math.sqrt(chi / 2)))


@given(st.integers(-20, 120), st.integers(1, 100), st.floats(0, 40))
def test_an_interval_holds_its_share_and_grows_with_the_noise(count: int, people: int, noise: float) -> None:
    found, wider = wilson(of(count, people, noise)), wilson(of(count, people, noise + 1))
    assert 0 <= found.low <= found.high <= 1
    assert wider.low <= found.low + 1e-12 and found.high <= wider.high + 1e-12
    if 0 <= count <= people:
        assert found.low <= of(count, people).share + 1e-12 <= found.high + 2e-12


@given(st.integers(-20, 120), st.integers(-20, 120), st.floats(0, 40))
def test_more_noise_never_makes_a_difference_surer(first: int, second: int, noise: float) -> None:
    one, two = of(first, 90, noise), of(second, 90, noise)
    assert 0 <= score_p(one, two) <= 1
    assert score_p(one, two) == pytest.approx(score_p(two, one))
    gap = newcombe(one, two)
    assert (
        -1 <= gap.low <= one.share - two.share + 1e-12
        and one.share - two.share <= gap.high + 1e-12 <= 1 + 1e-9
    )


def test_of_nobody_nothing_is_said() -> None:
    assert of(3, 0).share == 0 and wilson(of(3, 0)).high == 1 and score_p(of(1, 0), of(1, 9)) == 1
    assert score_p(of(0, 9), of(0, 9)) == 1
    assert of(-3, 9).share == 0 and of(12, 9).share == 1


@pytest.mark.parametrize("noise", [0.0, 2.0])
def test_intervals_hold_the_truth_as_often_as_they_say(noise: float) -> None:
    source, held, runs = random.Random(3), 0, 2000
    for _ in range(runs):
        count = sum(source.random() < 0.3 for _ in range(90)) + round(source.gauss(0, math.sqrt(noise)))
        interval = wilson(of(count, 90, noise))
        held += interval.low <= 0.3 <= interval.high
    assert 0.92 < held / runs < 0.97, "whole counts: a little less or more than 95 of 100"
