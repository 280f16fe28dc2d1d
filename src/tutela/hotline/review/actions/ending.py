"""Displays that end: by what their person does next, or because their time is over."""

from __future__ import annotations

from datetime import timedelta

from tutela.hotline.people.models import Person
from tutela.hotline.review.models import Exposure
from tutela.hotline.review.rules import rules_in_force
from tutela.kernel.clock import Clock


def end_displays(person: Person, how: str, *, clock: Clock) -> None:
    """Return once nothing is before this person's eyes any more, as far as the house counts it.

    A display that nobody ended in time counts for its longest time, whatever happened meanwhile.
    """
    now, longest = clock.now(), timedelta(seconds=rules_in_force().display_seconds)
    for one in Exposure.objects.filter(who=person.public_id, ended_at=None):
        lasted = min(max(now - one.begun_at, timedelta()), longest)
        one.ended_at, one.seconds = one.begun_at + lasted, lasted.total_seconds()
        one.how_ended = "lapsed" if lasted == longest else how
        one.save(update_fields=["ended_at", "seconds", "how_ended"])
