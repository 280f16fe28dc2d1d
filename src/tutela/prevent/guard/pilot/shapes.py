"""What somebody who takes part can tell: answers, an adverse event, that they leave. Closed words only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from tutela.kernel.errors import Invalid
from tutela.prevent.guard.pilot.questions import PERSONAL, Answers, check_answers

#: What got worse, as the person sees it. None of the words names an act.
Kind = Literal["distress", "sleep", "conflict", "discovered", "device", "other"]
#: How bad: 1 a little, 2 clearly, 3 so that help was needed.
SEVERITIES = (1, 2, 3)
#: Why somebody leaves; nobody has to say.
Reason = Literal["rather_not", "burden", "privacy", "health", "other_help", "no_need"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """The answers of one moment; ``version`` of the questionnaire."""

    moment: str
    day: date
    version: int
    answers: Answers

    def __post_init__(self) -> None:
        if self.moment not in PERSONAL or type(self.version) is not int or self.version < 1:
            raise ValueError("moment: start, middle, end or feedback, of a version of the questions")
        try:
            check_answers(self.moment, self.answers)
        except Invalid as error:
            raise ValueError(str(error)) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that got worse."""

    day: date
    kind: Kind
    severity: int

    def __post_init__(self) -> None:
        known = self.kind in get_args(Kind) and type(self.severity) is int
        if not known or self.severity not in SEVERITIES:
            raise ValueError(f"an event is one of {', '.join(get_args(Kind))}, from 1 to 3")


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """That somebody left the study."""

    day: date
    reason: Reason

    def __post_init__(self) -> None:
        if self.reason not in get_args(Reason):
            raise ValueError(f"reason: one of {', '.join(get_args(Reason))}")
