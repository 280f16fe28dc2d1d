"""The questionnaires: plain data in ``questions.toml``, their words in ``sentences``.

Every question can be skipped, and every answer is one of a few given ones: nobody can write down what could
be used against them. Nothing asks what somebody did, saw or felt that could be an offence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tutela.kernel.errors import Invalid

#: Answers of each scale, the lowest 0.
SCALES: Mapping[str, int] = {"often": 5, "agree": 5, "yes": 2}
#: When somebody is asked. Professionals fill in theirs once.
MOMENTS = ("start", "middle", "end", "feedback", "professional")
#: Moments of the people who take part.
PERSONAL = MOMENTS[:4]

#: Answers by question; None where it was skipped.
Answers = Mapping[str, int | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question: the name of its words, its scale, and when it is asked."""

    name: str
    scale: str
    moments: tuple[str, ...]


@cache
def questionnaire_version() -> int:
    """The version of the data; it rises when a question changes its meaning."""
    return int(_data()["version"])


@cache
def questions_at(moment: str) -> tuple[Question, ...]:
    """What is asked then, in order. Raises Invalid for a moment that there is not."""
    if moment not in MOMENTS:
        raise Invalid(f"one of {', '.join(MOMENTS)}", field="moment")
    return tuple(one for one in _questions() if moment in one.moments)


@cache
def _questions() -> tuple[Question, ...]:
    return tuple(
        Question(name=name, scale=row["scale"], moments=tuple(row["moments"]))
        for name, row in _data()["questions"].items()
    )


@cache
def _data() -> Mapping[str, Any]:
    text = files("tutela.prevent.guard.pilot").joinpath("questions.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def check_answers(moment: str, untrusted_answers: Mapping[str, object]) -> Answers:
    """The answers, where each belongs to a question of that moment and its scale. Raises Invalid."""
    asked = {one.name: one for one in questions_at(moment)}
    for name, value in untrusted_answers.items():
        if name not in asked:
            raise Invalid("there is no such question then", field=name[:40])
        if value is not None and (type(value) is not int or not 0 <= value < SCALES[asked[name].scale]):
            raise Invalid(f"0 to {SCALES[asked[name].scale] - 1}, or nothing", field=name)
    return {name: value for name, value in untrusted_answers.items() if value is None or type(value) is int}


def check_measure(item: str, moment: str, at_least: int) -> None:
    """Return where this question is asked then and can be answered so. Raises ValueError."""
    found = {one.name: one for one in _questions()}.get(item)
    if found is None or moment not in found.moments or moment not in PERSONAL:
        raise ValueError(f"primary: {item} is not asked at {moment}")
    if at_least >= SCALES[found.scale]:
        raise ValueError(f"primary.at_least: at most {SCALES[found.scale] - 1} for {item}")
