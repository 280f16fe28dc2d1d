from __future__ import annotations

from collections.abc import Callable

import pytest

from tutela.hotline.ledger.actors import person
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.work import actions
from tutela.hotline.work.claims import Claim, ClaimLost
from tutela.hotline.work.models import Job
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Conflict, Refused
from tutela.kernel.ids import new_id

Put = Callable[..., None]
Take = Callable[..., Claim | None]
pytestmark = pytest.mark.django_db
SOMEBODY = person(new_id("usr_"))


def recorded() -> list[tuple[str, str]]:
    return list(LedgerEntry.objects.values_list("act", "subject"))


def test_a_parked_job_is_put_back_with_all_its_tries(held: Claim, claim: Take, clock: FixedClock) -> None:
    actions.park(held, "Refused")
    actions.retry_job(held.job, actor=SOMEBODY, clock=clock)
    again = claim()
    assert again is not None and (again.job, again.tries) == (held.job, 1)
    assert recorded() == [("job_retried", held.job)]


def test_what_is_not_parked_is_not_put_back(held: Claim) -> None:
    with pytest.raises(Conflict):
        actions.retry_job(held.job, actor=SOMEBODY)
    assert Job.objects.get().token == held.token and not recorded()


def test_a_job_whose_key_is_open_again_stays_parked(held: Claim, put: Put) -> None:
    actions.park(held, "Refused")
    put(key="toy:itm_x")
    with pytest.raises(Conflict):
        actions.retry_job(held.job, actor=SOMEBODY)
    assert Job.objects.get(job_id=held.job).state == "parked" and not recorded()


def test_a_job_that_somebody_parks_is_lost_to_its_worker(held: Claim, claim: Take, clock: FixedClock) -> None:
    actions.park_job(held.job, actor=SOMEBODY, clock=clock)
    assert (Job.objects.get().state, Job.objects.get().reason) == ("parked", "person")
    assert recorded() == [("job_parked", held.job)]
    with pytest.raises(ClaimLost):
        actions.finish(held)
    assert claim() is None


def test_a_parked_job_is_not_parked_again(held: Claim) -> None:
    actions.park(held, "Refused")
    with pytest.raises(Conflict):
        actions.park_job(held.job, actor=SOMEBODY)
    assert not recorded()


@pytest.mark.parametrize("act", [actions.retry_job, actions.park_job])
def test_a_job_that_is_not_there_is_refused(act: Callable[..., None]) -> None:
    with pytest.raises(Refused):
        act("job_nothing", actor=SOMEBODY)
