"""Whole noise for published counts: the discrete Laplace distribution, drawn exactly.

P(x) = (1 - a) / (1 + a) * a**|x| with a = exp(-epsilon) (Ghosh, Roughgarden and Sundararajan 2009, the
two-sided geometric mechanism). Added to a count that one person changes by at most 1 it gives
epsilon-differential privacy. The sampler is that of Canonne, Kamath and Steinke (2020, algorithms 1 and 2):
whole numbers and fractions only, so that no rounding shifts a probability (Mironov 2012).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from secrets import randbelow

#: A uniform whole number from 0 to below the argument.
Below = Callable[[int], int]
#: Epsilon of one count at most: above it noise is 0 nearly always, which is no protection (our own).
EPSILON_MAX = Fraction(4)
_WRITTEN = re.compile(r"[0-9]{1,4}(?:/[0-9]{1,4}|\.[0-9]{1,4})?", re.ASCII)


def parse_fraction(untrusted_text: str) -> Fraction:
    """The sum of epsilons that ``3/2``, ``1`` or ``0.25`` says. Raises ValueError for any other form."""
    try:
        if _WRITTEN.fullmatch(untrusted_text):  # no 1e999999999, which is a number as long
            return Fraction(untrusted_text)
    except ZeroDivisionError:
        pass
    raise ValueError("an epsilon is written 1, 1/2 or 0.25")


def parse_epsilon(untrusted_text: str) -> Fraction:
    """The epsilon that ``3/2``, ``1`` or ``0.25`` says. Raises ValueError outside 0 < epsilon <= 4."""
    epsilon = parse_fraction(untrusted_text)
    if not 0 < epsilon <= EPSILON_MAX or epsilon.denominator > 1_000:
        raise ValueError(f"an epsilon lies above 0 and is at most {EPSILON_MAX}, in thousandths or coarser")
    return epsilon


def discrete_laplace(epsilon: Fraction, below: Below = randbelow) -> int:
    """One draw. With epsilon = s/t the loop needs about 2 turns, whatever s and t are."""
    s, t = epsilon.numerator, epsilon.denominator
    while True:
        u = below(t)
        if not _happens_exp(Fraction(u, t), below):
            continue
        v = 0
        while _happens_exp(Fraction(1), below):
            v += 1
        size = (u + t * v) // s
        negative = below(2) == 1
        if not (negative and size == 0):
            return -size if negative else size


def _happens_exp(gamma: Fraction, below: Below) -> bool:
    """Whether an event of probability exp(-gamma) happens, 0 <= gamma <= 1 (algorithm 1)."""
    k = 1
    while below(gamma.denominator * k) < gamma.numerator:
        k += 1
    return k % 2 == 1


def probability(x: int, epsilon: Fraction) -> float:
    """The probability of noise ``x``."""
    a = math.exp(-epsilon)
    return float((1 - a) / (1 + a) * a ** abs(x))


def variance(epsilon: Fraction) -> float:
    """The variance of the noise: 2a / (1 - a)**2."""
    a = math.exp(-epsilon)
    return 2 * a / (1 - a) ** 2
