"""Rows to exact figures: for the clinic and its monitors, never published as they are.

Intention to treat: everybody whose arm was opened counts in it, whatever they did later; whoever left
before the question, skipped it or sent nothing has not reached the outcome.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tutela.prevent.guard.pilot.opening import Row
from tutela.prevent.guard.pilot.questions import PERSONAL, Answers, questions_at
from tutela.prevent.guard.pilot.reports import CELL_NAMES
from tutela.prevent.guard.pilot.statistics import Counted, fisher_p, newcombe, score_p, wilson
from tutela.prevent.guard.pilot.studies import Measure, Study

#: What is counted besides the primary outcome: the question at the end, and the answer that counts.
#: ``calm`` and ``own_goal`` at 3 is *often*, the others at 3 *rather*, ``help_sought`` is *yes*.
SECONDARY: Mapping[str, Measure] = {
    name: Measure(item=name, moment="end", at_least=least)
    for name, least in {"calm": 3, "help_sought": 1, "trust": 3, "burden": 3, "again": 3}.items()
}
#: What is counted of how people fared in the study.
COURSE = ("left", "any_event", "severe_event")
#: The name of the primary outcome among the totals.
PRIMARY = "primary"
#: The answer from which on a professional agrees.
_AGREES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """How many of the people of one group: an arm, or the professionals who answered."""

    name: str
    group: str
    count: int
    people: int


def totals(study: Study, rows: Sequence[Row]) -> tuple[Total, ...]:
    """Every total by arm, exact, in the order in which they are published."""
    measures = {PRIMARY: study.primary, **SECONDARY}
    found = []
    for arm in study.arms:
        mine = [row for row in rows if row.enrolled.arm == arm]
        counts = {name: sum(_reached(row, one) for row in mine) for name, one in measures.items()}
        counts |= {name: sum(_fared(row, name) for row in mine) for name in COURSE}
        found += [
            Total(name=name, group=arm, count=count, people=len(mine)) for name, count in counts.items()
        ]
    return tuple(found)


def professional_totals(answers: Sequence[Answers]) -> tuple[Total, ...]:
    """How many professionals agree with each sentence."""
    return tuple(
        Total(
            name=one.name,
            group="professionals",
            count=sum((told.get(one.name) or 0) >= _AGREES for told in answers),
            people=len(answers),
        )
        for one in questions_at("professional")
    )


def exact_figures(study: Study, rows: Sequence[Row], answers: Sequence[Answers]) -> Mapping[str, Any]:
    """Everything that the clinic's own analysis says, as JSON values."""
    counted = totals(study, rows)
    by_name = {name: [one for one in counted if one.name == name] for name in (PRIMARY, *SECONDARY, *COURSE)}
    return {
        "study": study.name,
        "people": len(rows),
        "reported": sum(row.report is not None for row in rows),
        "outcomes": {name: _compared(*two) for name, two in by_name.items()},
        "professionals": {one.name: _single(one) for one in professional_totals(answers)},
        "answers": _answers(rows),
        "events": _events(rows),
        "counts": _counts(rows),
    }


def _reached(row: Row, measure: Measure) -> bool:
    told = row.answer(measure.item, measure.moment)
    return told is not None and told >= measure.at_least


def _fared(row: Row, name: str) -> bool:
    report = row.report
    if report is None:
        return False
    if name == "left":
        return report.left is not None
    least = 3 if name == "severe_event" else 1
    return any(one.severity >= least for one in report.events)


def _single(total: Total) -> Mapping[str, Any]:
    counted = Counted(count=total.count, people=total.people)
    return {
        "count": total.count,
        "people": total.people,
        "share": counted.share,
        "interval": asdict(wilson(counted)),
    }


def _compared(first: Total, second: Total) -> Mapping[str, Any]:
    one, two = (Counted(count=total.count, people=total.people) for total in (first, second))
    return {
        "arms": {total.group: _single(total) for total in (first, second)},
        "difference": one.share - two.share,
        "interval": asdict(newcombe(one, two)),
        "chi_squared_p": score_p(one, two),
        "fisher_p": fisher_p(one, two),
    }


def _answers(rows: Sequence[Row]) -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """By arm and by question at its moment, feedback too: how many answered, and their mean."""
    asked = [(moment, one.name) for moment in PERSONAL for one in questions_at(moment)]
    found: dict[str, dict[str, dict[str, float]]] = {}
    for arm in sorted({row.enrolled.arm for row in rows}):
        mine = [row for row in rows if row.enrolled.arm == arm]
        for moment, item in asked:
            told = [value for row in mine if (value := row.answer(item, moment)) is not None]
            mean = sum(told) / len(told) if told else 0.0
            found.setdefault(arm, {})[f"{moment}.{item}"] = {"answered": len(told), "mean": round(mean, 3)}
    return found


def _events(rows: Sequence[Row]) -> Mapping[str, Mapping[str, int]]:
    """By arm: how often each kind of event was told, with its severity."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        told = row.report.events if row.report else ()
        found.setdefault(row.enrolled.arm, Counter()).update(f"{one.kind}/{one.severity}" for one in told)
    return {arm: dict(sorted(counts.items())) for arm, counts in found.items()}


def _counts(rows: Sequence[Row]) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
    """By arm and by version (release and lists): people, days, and blocks by path and tier."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for row in rows:
        days = row.report.counts if row.report else ()
        versions = found.setdefault(row.enrolled.arm, {})
        for version in {f"{day.release}+{day.lists}" for day in days}:
            versions.setdefault(version, Counter())["people"] += 1
        for day in days:
            of_version = versions[f"{day.release}+{day.lists}"]
            of_version.update({"days": 1, **dict(zip(CELL_NAMES, day.counts, strict=True))})
    return {
        arm: {name: dict(one) for name, one in sorted(versions.items())} for arm, versions in found.items()
    }
