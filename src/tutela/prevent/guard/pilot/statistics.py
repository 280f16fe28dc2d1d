"""Shares, their intervals and tests, also where whole noise of known variance was added to the counts.

With ``noise`` 0 they are the usual ones: Wilson's score interval (1927), Newcombe's interval for a difference
(1998, method 10), Pearson's test without continuity correction, Fisher's exact test. With noise the variance
of the count is n p (1 - p) + noise, and the same equations are solved. Normal approximation throughout.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

#: The standard normal distribution's 97.5 % point: intervals hold 95 %, tests 5 %.
Z = 1.959963984540054


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A range that holds the true value 95 times of 100."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """``count`` of ``people``; ``noise`` is the variance of what was added to the count, 0 where it is exact.

    A count with noise may lie below 0 or above ``people``: its share is then cut at 0 and 1, its test not.
    """

    count: int
    people: int
    noise: float = 0.0

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 of nobody."""
        return min(1.0, max(0.0, self.count / self.people)) if self.people else 0.0


def wilson(one: Counted) -> Interval:
    """The shares p under which this count is no surprise: (count - np)**2 <= Z**2 (np(1 - p) + noise)."""
    if not one.people:
        return Interval(low=0.0, high=1.0)
    n, square = one.people, Z * Z
    a, b = n * n + square * n, 2 * n * one.count + square * n
    c = one.count * one.count - square * one.noise
    root = math.sqrt(max(0.0, b * b - 4 * a * c))
    return Interval(low=_cut((b - root) / (2 * a)), high=_cut((b + root) / (2 * a)))


def _cut(share: float) -> float:
    return min(1.0, max(0.0, share))


def newcombe(first: Counted, second: Counted) -> Interval:
    """The interval of the first share less the second."""
    one, two, gap = wilson(first), wilson(second), first.share - second.share
    below = math.hypot(first.share - one.low, two.high - second.share)
    above = math.hypot(one.high - first.share, second.share - two.low)
    return Interval(low=max(-1.0, gap - below), high=min(1.0, gap + above))


def score_p(first: Counted, second: Counted) -> float:
    """Two-sided p of no difference; without noise that of Pearson. 1 where nothing can be said."""
    n, m = first.people, second.people
    if not n or not m:
        return 1.0
    share = _cut((first.count + second.count) / (n + m))
    spread = share * (1 - share) * (1 / n + 1 / m) + first.noise / (n * n) + second.noise / (m * m)
    if spread <= 0:
        return 1.0
    return math.erfc(abs(first.count / n - second.count / m) / math.sqrt(2 * spread))


def fisher_p(first: Counted, second: Counted) -> float:
    """Two-sided p of Fisher's exact test, of exact counts: all tables no likelier than this one."""
    n, m, both = first.people, second.people, first.count + second.count
    ways = {
        count: math.comb(n, count) * math.comb(m, both - count)
        for count in range(max(0, both - m), min(n, both) + 1)
    }
    as_rare = sum(one for one in ways.values() if one <= ways[first.count])
    return float(Fraction(as_rare, sum(ways.values())))
