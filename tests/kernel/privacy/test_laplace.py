from __future__ import annotations

import math
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.privacy.laplace import discrete_laplace, parse_epsilon, probability, variance

EPSILONS = (Fraction(1, 4), Fraction(1), Fraction(3, 2), Fraction(4))
#: Draws of a test with a fixed source: the same ones each time.
DRAWS = 10_000


@pytest.mark.parametrize("epsilon", EPSILONS, ids=str)
def test_draws_have_the_exact_distribution(epsilon: Fraction) -> None:
    source = random.Random(8)
    found = Counter(discrete_laplace(epsilon, source.randrange) for _ in range(DRAWS))
    statistic, cells = 0.0, 0
    rest_seen, rest_expected = DRAWS, float(DRAWS)
    for x in range(-60, 61):
        expected = DRAWS * probability(x, epsilon)
        if expected >= 10:
            statistic += (found[x] - expected) ** 2 / expected
            cells += 1
            rest_seen -= found[x]
            rest_expected -= expected
    if rest_expected >= 10:
        statistic += (rest_seen - rest_expected) ** 2 / rest_expected
        cells += 1
    # Chi-squared with cells - 1 degrees of freedom: mean + 4 standard deviations, 1 in 10,000 or rarer.
    assert statistic < cells - 1 + 4 * math.sqrt(2 * (cells - 1))


@given(st.sampled_from(EPSILONS))
def test_the_stated_distribution_is_one_and_keeps_its_promise(epsilon: Fraction) -> None:
    assert sum(probability(x, epsilon) for x in range(-400, 401)) == pytest.approx(1)
    for x in range(-20, 20):
        ratio = probability(x, epsilon) / probability(x + 1, epsilon)
        assert math.exp(-epsilon) * (1 - 1e-9) <= ratio <= math.exp(epsilon) * (1 + 1e-9)
    summed = sum(x * x * probability(x, epsilon) for x in range(-400, 401))
    assert variance(epsilon) == pytest.approx(summed, rel=1e-6)


class UndecidedError(Exception):
    """The scripted numbers ran out; the argument is the limit of the next one."""


def followed(
    epsilon: Fraction, given: tuple[int, ...] = (), share: Fraction = Fraction(1)
) -> dict[int, Fraction]:
    """The exact probability of each outcome, over all ways that are not rarer than 1 in 20,000."""
    left = list(given)

    def below(limit: int) -> int:
        if not left:
            raise UndecidedError(limit)
        return left.pop(0)

    try:
        return {discrete_laplace(epsilon, below): share}
    except UndecidedError as error:
        (limit,) = error.args
    shares: dict[int, Fraction] = {}
    for number in range(limit if share / limit > Fraction(1, 20_000) else 0):
        for outcome, one in followed(epsilon, (*given, number), share / limit).items():
            shares[outcome] = shares.get(outcome, Fraction(0)) + one
    return shares


@pytest.mark.parametrize("epsilon", [Fraction(1)], ids=str)
def test_every_way_through_the_random_source_adds_up_to_the_exact_distribution(epsilon: Fraction) -> None:
    shares = followed(epsilon)
    missing = 1 - float(sum(shares.values()))
    assert 0 <= missing < 0.08
    for x in (-2, -1, 0, 1, 2):
        assert float(shares[x]) <= probability(x, epsilon) <= float(shares[x]) + missing
    assert shares[1] == shares[-1] and shares[2] == shares[-2]


@pytest.mark.parametrize(
    ("text", "epsilon"), [("1", Fraction(1)), ("3/2", Fraction(3, 2)), ("0.25", EPSILONS[0])]
)
def test_an_epsilon_is_read_exactly(text: str, epsilon: Fraction) -> None:
    assert parse_epsilon(text) == epsilon


@pytest.mark.parametrize("text", ["0", "-1", "5", "x", "1/0", "nan", "1/1001", "inf", "1e9999999"])
def test_what_is_no_epsilon_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_epsilon(text)


def test_by_itself_it_asks_the_systems_random_source(monkeypatch: pytest.MonkeyPatch) -> None:
    assert discrete_laplace.__defaults__ is not None
    from secrets import randbelow

    assert discrete_laplace.__defaults__ == (randbelow,)
    assert {discrete_laplace(Fraction(1, 4)) for _ in range(300)} > {-1, 0, 1}
