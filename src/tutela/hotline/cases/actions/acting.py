"""The job by which a place is acted on: takedown does it, once for each place that waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tutela.hotline.cases.job_kinds import ACT
from tutela.hotline.cases.models import Sighting
from tutela.hotline.work.actions import follow, put
from tutela.hotline.work.claims import Claim
from tutela.kernel.clock import Clock


def put_act(places: Iterable[Sighting], *, clock: Clock, priority: int | None = None) -> None:
    """None; each place has its job, and no second one. ``priority``: that of the kind where it is None."""
    for place in places:
        name = place.public_id
        put(ACT, {"sighting": name}, key=f"{ACT}-{name}", priority=priority, clock=clock)


def act_at_once(
    places: Sequence[Sighting], claim: Claim, ahead: object | None = None, *, clock: Clock
) -> None:
    """None; the first place is acted on as part of the job of ``claim``, the others as by ``put_act``.

    ``ahead``: what was found out already for the one place that there is (``cases.looking_ahead``).
    """
    name = places[0].public_id
    follow(ACT, {"sighting": name}, claim, ahead, key=f"{ACT}-{name}", clock=clock)
    put_act(places[1:], clock=clock)
