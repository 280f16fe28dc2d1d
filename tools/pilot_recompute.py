"""Computes every figure of a published pilot again, from its totals alone.

``python tools/pilot_recompute.py published.json [report.md]`` ends with 0 where all agree, else with 1.
Written apart from the program that published them: nothing of tutela is imported, only the standard library.

The noise is discrete Laplace with variance 2a/(1-a)^2, a = exp(-epsilon). Interval of a share: all p with
(count - np)^2 <= z^2 (np(1-p) + variance). Interval of a difference: Newcombe 1998, method 10, from these.
p: two-sided normal test of the counts with the pooled share, the noise's variance added.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from math import erfc, exp, sqrt
from pathlib import Path
from typing import Any

Z = 1.959963984540054
#: Published figures have six digits after the point; a last digit may be rounded the other way.
DIGITS = 6
ALLOWED = 1.000001e-6


def recomputed(data: dict[str, Any]) -> dict[str, Any]:
    """Every figure, from the totals, the numbers of people and the epsilons."""
    arms = list(data["design"]["arms"])
    people = {**data["design"]["arms"], "professionals": data["design"]["professionals"]}
    found: dict[str, Any] = {}
    for name, totals in data["totals"].items():
        a = exp(-float(Fraction(data["privacy"]["epsilon"][name])))
        extra = 2 * a / (1 - a) ** 2
        groups = {group: share_of(count, people[group], extra) for group, count in totals.items()}
        found[name] = {"groups": groups}
        if set(totals) == set(arms):
            first, second = groups[arms[0]], groups[arms[1]]
            found[name] |= gap(first, second)
            found[name]["p"] = p_of([totals[arm] for arm in arms], [people[arm] for arm in arms], extra)
    return found


def share_of(count: int, n: int, extra: float) -> dict[str, float]:
    """Share and interval, cut at 0 and 1. The interval is where a parabola in p is below zero."""
    if n == 0:
        return {"share": 0.0, "low": 0.0, "high": 1.0}
    centre = (count + Z * Z / 2) / (n + Z * Z)
    product = (count * count - Z * Z * extra) / (n * (n + Z * Z))
    half = sqrt(max(0.0, centre * centre - product))
    return {"share": cut(count / n), "low": cut(centre - half), "high": cut(centre + half)}


def cut(share: float) -> float:
    """The share, between 0 and 1."""
    return 0.0 if share < 0 else 1.0 if share > 1 else share


def gap(one: dict[str, float], two: dict[str, float]) -> dict[str, float]:
    """The difference of two shares, with its interval."""
    difference = one["share"] - two["share"]
    down = sqrt((one["share"] - one["low"]) ** 2 + (two["high"] - two["share"]) ** 2)
    up = sqrt((one["high"] - one["share"]) ** 2 + (two["share"] - two["low"]) ** 2)
    return {"difference": difference, "low": max(-1.0, difference - down), "high": min(1.0, difference + up)}


def p_of(counts: list[int], people: list[int], extra: float) -> float:
    """Two-sided p; 1 where there is nothing to compare."""
    if 0 in people:
        return 1.0
    pooled = cut(sum(counts) / sum(people))
    spread = sum(pooled * (1 - pooled) / n + extra / n**2 for n in people)
    if spread <= 0:
        return 1.0
    return erfc(abs(counts[0] / people[0] - counts[1] / people[1]) / sqrt(spread) / sqrt(2))


def differences(published: Any, own: Any, place: str = "figures") -> list[str]:
    """Where the two differ, in words."""
    if isinstance(own, dict):
        if not isinstance(published, dict) or set(published) != set(own):
            return [f"{place}: not the same figures"]
        return [text for name in own for text in differences(published[name], own[name], f"{place}.{name}")]
    right = isinstance(published, int | float) and abs(published - own) <= ALLOWED
    return [] if right else [f"{place}: published {published}, computed {own:.6f}"]


def missing_rows(data: dict[str, Any], own: dict[str, Any], report: str) -> list[str]:
    """Rows with the computed figures that the report lacks."""
    people = {**data["design"]["arms"], "professionals": data["design"]["professionals"]}
    wanted = []
    for name, figures in own.items():
        for group, one in figures["groups"].items():
            share, low, high = (written(one[part]) for part in ("share", "low", "high"))
            total = data["totals"][name][group]
            wanted.append(f"| {group} | {total} | {people[group]} | {share} % | {low} % to {high} % |")
        if "p" in figures:
            difference, low, high = (written(figures[part]) for part in ("difference", "low", "high"))
            p = round(figures["p"], DIGITS)
            wanted.append(f"| {difference} | {low} to {high} | {p:.4f} |")
    return [f"the report lacks {row}" for row in wanted if row not in report]


def written(share: float) -> str:
    """The share in percent as the report has it: from the published digits."""
    return f"{100 * round(share, DIGITS):.1f}"


def main(arguments: list[str]) -> int:
    """0 where every figure agrees, 1 where one differs, 2 where the call is wrong."""
    try:
        data = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        report = Path(arguments[1]).read_text(encoding="utf-8") if len(arguments) > 1 else None
    except (IndexError, OSError, ValueError) as error:
        print(f"usage: pilot_recompute.py published.json [report.md]: {error}", file=sys.stderr)
        return 2
    own = recomputed(data)
    wrong = differences(data["figures"], own)
    if report is not None:
        wrong += missing_rows(data, own, report)
    for text in wrong:
        print(text)
    compared = sum(len(one["groups"]) * 3 + 4 * ("p" in one) for one in own.values())
    print(f"{compared} figures computed again from {len(data['totals'])} totals: {len(wrong)} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
