"""What is published: totals with noise, and every figure computed from these totals alone.

The noise is exact discrete Laplace (``kernel.privacy.laplace``). One person is in one arm and changes each
total of it by at most 1, so a release costs a person the sum of its totals' epsilons; both arms are paid
together (parallel composition). How many people an arm has, and how many professionals answered, is part of
the design and published as it is. Blocks are not published: one person's may be any number, and noise that
hides a person would hide everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from fractions import Fraction
from secrets import randbelow
from typing import Any

from tutela.kernel.privacy.laplace import Below, discrete_laplace, variance
from tutela.kernel.privacy.ledger import Ledger
from tutela.prevent.guard.pilot.analysing import COURSE, PRIMARY, SECONDARY, Total
from tutela.prevent.guard.pilot.questions import questions_at
from tutela.prevent.guard.pilot.statistics import Counted, newcombe, score_p, wilson
from tutela.prevent.guard.pilot.studies import Budget, Study

#: Version of the published file.
FORMAT = 1
#: Digits after the point of every figure: what the independent script compares.
DIGITS = 6
#: How the ledger calls the groups that pay.
PEOPLE, PROFESSIONALS = "people", "professionals"
MECHANISM = (
    "discrete Laplace, P(x) = (1 - a)/(1 + a) a^|x| with a = exp(-epsilon); one person changes a total by 1"
)


def epsilon_of(name: str, budget: Budget) -> Fraction:
    """What the total of this name costs."""
    return budget.primary if name == PRIMARY else budget.other


def noised(totals: Sequence[Total], budget: Budget, below: Below = randbelow) -> tuple[Total, ...]:
    """The totals with noise, each drawn by itself. They may lie below 0 or above the number of people."""
    return tuple(
        replace(one, count=one.count + discrete_laplace(epsilon_of(one.name, budget), below))
        for one in totals
    )


def charge(ledger: Ledger, release: str, study: Study, *, asked_professionals: bool, day: date) -> Fraction:
    """What the people of the study have spent with this release, which is charged now, before noise is drawn.

    Raises Conflict where it was published before, Refused where the study's total would be passed.
    """
    budget = study.budget
    costs = {name: epsilon_of(name, budget) for name in (PRIMARY, *SECONDARY, *COURSE)}
    spent = ledger.charge(PEOPLE, release, costs, total=budget.total, day=day)
    if asked_professionals:
        own = {one.name: budget.other for one in questions_at("professional")}
        ledger.charge(PROFESSIONALS, release, own, total=budget.total, day=day)
    return spent


def published(
    study: Study, release: str, *, people: Sequence[Total], professionals: Sequence[Total], spent: Fraction
) -> Mapping[str, Any]:
    """The published file, from totals that have their noise already."""
    names = tuple(study.arms)
    return {
        "format": FORMAT,
        "study": {
            "name": study.name,
            "title": study.title,
            "clinic": study.clinic,
            "ethics": study.ethics,
            "arms": dict(study.arms),
            "primary": asdict(study.primary),
        },
        "release": release,
        "design": {
            "arms": {name: next((one.people for one in people if one.group == name), 0) for name in names},
            "professionals": professionals[0].people if professionals else 0,
        },
        "privacy": {
            "mechanism": MECHANISM,
            "epsilon": {
                one.name: str(epsilon_of(one.name, study.budget)) for one in (*people, *professionals)
            },
            "spent": str(spent),
            "total": str(study.budget.total),
        },
        "totals": _totals(people) | _totals(professionals),
        "figures": figures(people, professionals, names=names, budget=study.budget),
    }


def figures(
    people: Sequence[Total], professionals: Sequence[Total], *, names: Sequence[str], budget: Budget
) -> Mapping[str, Any]:
    """Every figure, by the name of its total."""
    found: dict[str, Any] = {}
    for name in dict.fromkeys(one.name for one in people):
        mine = {one.group: _counted(one, budget) for one in people if one.name == name}
        found[name] = compared(*(mine[arm] for arm in names), names=names)
    for one in professionals:
        found[one.name] = {"groups": {one.group: _single(_counted(one, budget))}}
    return found


def compared(first: Counted, second: Counted, *, names: Sequence[str]) -> Mapping[str, Any]:
    """The figures of one total in both arms."""
    gap = newcombe(first, second)
    return {
        "groups": {name: _single(one) for name, one in zip(names, (first, second), strict=True)},
        "difference": round(first.share - second.share, DIGITS),
        "low": round(gap.low, DIGITS),
        "high": round(gap.high, DIGITS),
        "p": round(score_p(first, second), DIGITS),
    }


def _single(one: Counted) -> Mapping[str, float]:
    interval = wilson(one)
    return {
        "share": round(one.share, DIGITS),
        "low": round(interval.low, DIGITS),
        "high": round(interval.high, DIGITS),
    }


def _counted(total: Total, budget: Budget) -> Counted:
    noise = variance(epsilon_of(total.name, budget))
    return Counted(count=total.count, people=total.people, noise=noise)


def _totals(totals: Sequence[Total]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for one in totals:
        found.setdefault(one.name, {})[one.group] = one.count
    return found
