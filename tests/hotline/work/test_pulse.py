from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import OperationalError

from tutela.hotline.work import actions
from tutela.hotline.work.claims import Claim, ClaimLost
from tutela.hotline.work.models import Job
from tutela.hotline.work.pulse import Pulse


class Beats:
    """Counts calls; those listed in ``errors`` raise."""

    def __init__(self, wanted: int, *errors: Exception) -> None:
        self.count, self.wanted, self.errors = 0, wanted, list(errors)
        self.reached = threading.Event()

    def __call__(self) -> None:
        self.count += 1
        if self.count >= self.wanted:
            self.reached.set()
        if self.errors:
            raise self.errors.pop(0)


@pytest.fixture
def short(held: Claim) -> Claim:
    """A claim with a short lease."""
    return replace(held, lease_seconds=0.1)


@pytest.mark.django_db
def test_it_beats_while_the_block_lasts_and_not_after(short: Claim) -> None:
    beats = Beats(4)
    with Pulse(short, beats, 60):
        assert beats.reached.wait(5)
    at_the_end = beats.count
    assert not threading.Event().wait(0.1) and beats.count == at_the_end


@pytest.mark.django_db
def test_a_short_block_needs_no_beat(held: Claim) -> None:
    beats = Beats(1)
    with Pulse(held, beats, 60):
        pass
    assert beats.count == 0


@pytest.mark.django_db
def test_a_database_that_is_away_is_asked_again(short: Claim) -> None:
    beats = Beats(3, OperationalError(), OperationalError())
    with Pulse(short, beats, 60):
        assert beats.reached.wait(5)


@pytest.mark.django_db
def test_a_lost_claim_ends_it(short: Claim) -> None:
    beats = Beats(2, ClaimLost("gone"))
    with Pulse(short, beats, 60):
        assert not beats.reached.wait(0.2)
    assert beats.count == 1


@pytest.mark.django_db
def test_a_block_that_hangs_gets_no_more_beats(short: Claim) -> None:
    beats = Beats(1)
    with Pulse(short, beats, 0):
        assert not beats.reached.wait(0.2)


@pytest.mark.django_db(transaction=True)
def test_the_thread_reaches_the_database(short: Claim, clock: Callable[[], object]) -> None:
    before = Job.objects.get().lease_until
    beats = Beats(2)

    def beat() -> None:
        actions.heartbeat(short)
        beats()

    with Pulse(short, beat, 60):
        assert beats.reached.wait(5)
    assert Job.objects.get().lease_until != before
