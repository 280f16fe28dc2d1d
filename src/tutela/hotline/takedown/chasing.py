"""What follows where a place is still there although somebody was told: a reminder, then the next rung. Pure.

The clock runs at nights and at weekends: content does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tutela.hotline.takedown.letterhead import settings_in_force
from tutela.hotline.takedown.states import UNCONFIRMED

#: wait: it is not time yet, or one is on its way. remind: the same recipient is told again. climb: whoever
#: stands on the next rung is told.
Step = Literal["wait", "remind", "climb"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long somebody who was told is waited for, and how often they are reminded."""

    wait: timedelta
    reminders_max: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One notice about the place: its state, since when it has it, and which reminder it is (0: none).

    ``until``: of an order, until when it is to be done.
    """

    state: str
    at: datetime
    reminder: int
    until: datetime | None = None


def next_step(told: Sequence[Told], now: datetime, patience: Patience) -> Step:
    """What follows for a place that was just seen to be there. ``told`` are its notices, in order.

    Whoever was given an order has until its deadline, and not the days that others have.
    """
    if any(one.state in UNCONFIRMED for one in told):
        return "wait"
    sent = [one for one in told if one.state == "sent"]
    if not sent or now < _due(sent[-1], patience):
        return "wait"
    return "remind" if sent[-1].reminder < patience.reminders_max else "climb"


def _due(one: Told, patience: Patience) -> datetime:
    """Until when whoever was told this is waited for; a reminder after the deadline has the usual days."""
    return one.until if one.until is not None and one.until > one.at else one.at + patience.wait


def patience_of(*, urgent: bool) -> Patience:
    """How long this house waits, as its settings say."""
    settings = settings_in_force()
    days = settings.remind_urgent_days if urgent else settings.remind_days
    return Patience(wait=timedelta(days=days), reminders_max=settings.reminders_max)
