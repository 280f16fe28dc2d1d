from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from tutela.hotline.work.actions import follow
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.models import HostTurn, Job
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Refused

Handle = Callable[..., object]
pytestmark = pytest.mark.django_db


def followed(held: Claim, clock: FixedClock) -> bool:
    with transaction.atomic():
        return follow("next", {"item": "itm_x"}, held, key="next:itm_x", clock=clock)


def test_what_is_all_inside_is_done_at_once(held: Claim, handle: Handle, clock: FixedClock) -> None:
    done: list[tuple[object, object]] = []
    handle("next", inside=lambda arguments, result, claim: done.append((dict(arguments), result)))
    assert followed(held, clock) and done == [({"item": "itm_x"}, None)]
    assert not Job.objects.filter(kind="next").exists()


def test_what_asks_somebody_first_has_a_job_of_its_own(
    held: Claim, handle: Handle, clock: FixedClock
) -> None:
    handle("next", outside=lambda arguments, claim: 1, inside=lambda *_: pytest.fail("not here"))
    assert not followed(held, clock)
    job = Job.objects.get(kind="next")
    assert (job.key, job.arguments, job.due) == ("next:itm_x", {"item": "itm_x"}, clock.now())


def test_a_kind_that_another_worker_does_is_put(held: Claim, clock: FixedClock) -> None:
    assert not followed(held, clock)
    assert Job.objects.filter(kind="next").exists()


@pytest.mark.parametrize("error", [Refused("no mandate"), LookupError("a fault")])
def test_what_refuses_leaves_nothing_and_is_put(
    held: Claim, handle: Handle, clock: FixedClock, error: Exception
) -> None:
    def refuse(*_: object) -> None:
        HostTurn.objects.create(host="written", free_at=clock.now())
        raise error

    handle("next", inside=refuse)
    assert not followed(held, clock)
    assert Job.objects.filter(kind="next").exists() and not HostTurn.objects.exists()


def test_a_statement_that_the_database_refuses_spoils_nothing_else(
    held: Claim, handle: Handle, clock: FixedClock
) -> None:
    def wrong(*_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")

    handle("next", inside=wrong)
    assert not followed(held, clock)
    assert Job.objects.filter(kind="next").exists()
    with pytest.raises(DatabaseError):
        wrong()
