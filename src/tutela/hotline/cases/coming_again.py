"""What could not be fetched is asked for again a few times over two days, ever more seldom; then it stays."""

from __future__ import annotations

from datetime import timedelta

from tutela.hotline.cases.coming import Came
from tutela.hotline.cases.job_kinds import FETCH
from tutela.hotline.cases.models import Sighting
from tutela.hotline.work.actions import put
from tutela.hotline.work.handlers import NORMAL, URGENT, Arguments
from tutela.kernel.clock import Clock
from tutela.kernel.egress.reasons import FAMILIES
from tutela.kernel.errors import Invalid, Unavailable
from tutela.kernel.fetcher.orders import NotFetched

#: Waits between two fetches of what was not there: two days in all, each some 2.5 times the one before (our
#: own: hosts that were down, a wall that lets us in later, a page that is put up again).
WAITS = (timedelta(hours=1), timedelta(hours=4), timedelta(hours=12), timedelta(hours=31))


def come_again(sighting: Sighting, came: Came, arguments: Arguments, *, clock: Clock) -> bool:
    """Whether the address is fetched again later: not where something came. ``arguments``: of its job.

    What was reported: unless it is no address. What stood on a page: only where host or network failed, since
    a page names much that was never there.
    """
    again = int(arguments.get("again", 0))
    if again >= len(WAITS) or not _is_worth(came, sighting):
        return False
    name = sighting.public_id
    put(
        FETCH,
        {**arguments, "again": again + 1},
        key=f"{FETCH}-{name}-{again + 1}",
        due=clock.now() + WAITS[again],
        priority=URGENT if sighting.item.urgent else NORMAL,
        host=sighting.host_digest,
        clock=clock,
    )
    return True


def _is_worth(came: Came, sighting: Sighting) -> bool:
    if isinstance(came.answer, NotFetched):
        family = FAMILIES[came.answer.reason]
        return issubclass(family, Unavailable) or (sighting.level == 0 and not issubclass(family, Invalid))
    return not came.answer.is_there and (sighting.level == 0 or came.answer.status >= 500)
