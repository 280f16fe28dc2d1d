"""When somebody who was told is reminded, and when the next rung is told: days, not working days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tutela.hotline.takedown.chasing import Patience, Told, next_step, patience_of

#: A Friday.
SENT = datetime(2026, 5, 1, 17, 0, tzinfo=UTC)
TWO_DAYS = Patience(wait=timedelta(days=2), reminders_max=2)


def told(state: str = "sent", reminder: int = 0) -> Told:
    return Told(state=state, at=SENT, reminder=reminder)


@pytest.mark.parametrize(
    ("hours", "rows", "step"),
    [
        (47, [told()], "wait"),
        (48, [told()], "remind"),
        (48, [told(reminder=1)], "remind"),
        (48, [told(reminder=2)], "climb"),
        (48, [], "wait"),
        (48, [told("failed")], "wait"),
        (48, [told(), told("failed")], "remind"),
        *[(480, [told(), told(state)], "wait") for state in ("queued", "sending", "in_doubt")],
    ],
)
def test_the_next_step_comes_in_its_time_also_on_a_sunday(hours: int, rows: list[Told], step: str) -> None:
    assert next_step(rows, SENT + timedelta(hours=hours), TWO_DAYS) == step


def test_a_house_without_reminders_climbs_at_once() -> None:
    assert (
        next_step([told()], SENT + timedelta(days=2), Patience(wait=timedelta(days=1), reminders_max=0))
        == "climb"
    )


def test_what_is_urgent_is_waited_for_less() -> None:
    assert patience_of(urgent=True) == Patience(wait=timedelta(days=1), reminders_max=2)
    assert patience_of(urgent=False) == TWO_DAYS


@pytest.mark.parametrize(
    ("hours", "until", "reminder", "step"),
    [
        (239, 240, 0, "wait"),
        (240, 240, 0, "remind"),
        (12, 12, 0, "remind"),
        (11, 12, 0, "wait"),
        (47, -1, 1, "wait"),  # a reminder that went out after the deadline
        (48, -1, 1, "remind"),
        (48, -1, 2, "climb"),
    ],
)
def test_an_order_has_until_its_deadline(hours: int, until: int, reminder: int, step: str) -> None:
    row = Told(state="sent", at=SENT, reminder=reminder, until=SENT + timedelta(hours=until))
    assert next_step([row], SENT + timedelta(hours=hours), TWO_DAYS) == step
