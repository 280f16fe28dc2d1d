"""How much one person may be shown: displays an hour, hours a day, and a break after each stretch. Pure.

Times come from the table of exposures, so that they hold after a new sign-in and in every process. A display
that seems to begin later than now, since a clock was set back, counts as one of now.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.hotline.review.settings import ReviewRules

HOUR, DAY = timedelta(hours=1), timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Display:
    """One item shown to one person, from when until when."""

    begun: datetime
    ended: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """How many more items may be shown now; where none, ``reason`` and from when on it may be otherwise."""

    displays: int
    reason: str = ""
    from_when: datetime | None = None


def room(displays: Iterable[Display], rules: ReviewRules, *, now: datetime) -> Room:
    """What is left to somebody who was shown these in the last 24 hours."""
    shown = sorted((one for one in displays if one.ended > now - DAY), key=lambda one: one.begun)
    stretches = _stretches(shown)
    seen = sum(((end - begin) for begin, end in stretches), timedelta())
    if seen >= timedelta(hours=rules.day_hours):
        until = stretches[0][1] + DAY
        return _full(f"{rules.day_hours:g} hours in a day are the most that anybody looks", until)
    if due := _break_until(stretches, rules, now):
        said = f"after {rules.stretch_minutes} minutes comes a break of {rules.break_minutes}"
        return _full(said, due)
    lately = [one for one in shown if one.begun > now - HOUR]
    left = rules.hour_displays - len(lately)
    if left <= 0:
        return _full(
            f"{rules.hour_displays} items an hour are the most that anybody sees", lately[0].begun + HOUR
        )
    return Room(displays=left)


def _full(reason: str, from_when: datetime) -> Room:
    return Room(displays=0, reason=reason, from_when=from_when)


def _stretches(shown: list[Display]) -> list[tuple[datetime, datetime]]:
    """The times in which anything was shown, each counted once however many tiles stood beside each other."""
    found: list[tuple[datetime, datetime]] = []
    for one in shown:
        if found and one.begun <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], one.ended))
        else:
            found.append((one.begun, one.ended))
    return found


def _break_until(
    stretches: list[tuple[datetime, datetime]], rules: ReviewRules, now: datetime
) -> datetime | None:
    """Until when a break lasts that is due now: display since the last one adds up to a stretch."""
    pause, seen, edge = timedelta(minutes=rules.break_minutes), timedelta(), now
    for begin, end in reversed(stretches):
        if edge - end >= pause:
            break
        seen, edge = seen + (end - begin), begin
    if seen < timedelta(minutes=rules.stretch_minutes):
        return None
    return stretches[-1][1] + pause
