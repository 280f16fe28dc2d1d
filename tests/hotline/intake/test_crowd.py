from __future__ import annotations

import random

import pytest

from tests.hotline.intake.clocks import Seconds
from tutela.hotline.intake.crowd import (
    NEWS_SECONDS,
    PLAIN_BURST_SECONDS,
    TICKET_SECONDS,
    URGENT_BURST_SECONDS,
    WAIT_SECONDS,
    Attempt,
    Crowd,
)


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def crowd(clock: Seconds) -> Crowd:
    return Crowd(per_second=1, now=clock)


def an_attempt(ticket: str = "", *, number: str = "", written: bytes = b"x", urgent: bool = False) -> Attempt:
    return Attempt(untrusted_ticket=ticket, untrusted_number=number, written=written, urgent=urgent)


def flood(crowd: Crowd) -> None:
    """Fills the plain lane."""
    while crowd.admit(an_attempt()):
        pass


def test_at_rest_everybody_comes_in_at_once(crowd: Crowd) -> None:
    assert all(crowd.admit(an_attempt()) for _ in range(PLAIN_BURST_SECONDS))
    assert crowd.busy and not crowd.admit(an_attempt())


def test_who_waited_comes_in_although_others_flood(crowd: Crowd, clock: Seconds) -> None:
    ticket = crowd.tickets.issue()
    flood(crowd)
    assert not crowd.admit(an_attempt(ticket))
    clock.now += WAIT_SECONDS
    flood(crowd)
    assert crowd.admit(an_attempt(ticket))


def test_one_ticket_brings_in_one_text(crowd: Crowd, clock: Seconds) -> None:
    ticket = crowd.tickets.issue()
    clock.now += WAIT_SECONDS
    flood(crowd)
    assert crowd.admit(an_attempt(ticket, written=b"one"))
    assert not crowd.admit(an_attempt(ticket, written=b"two"))
    assert crowd.admit(an_attempt(ticket, written=b"one"))


@pytest.mark.parametrize(
    "spoilt", ["", "tkt_0.1.aa", "x" * 10_000, "\x00", "tkt_" + "0" * 32 + ".0." + "0" * 32]
)
def test_a_ticket_that_is_none_of_ours_counts_for_nothing(crowd: Crowd, clock: Seconds, spoilt: str) -> None:
    clock.now += WAIT_SECONDS
    flood(crowd)
    assert not crowd.admit(an_attempt(spoilt))


def test_a_crowd_is_told_of_once_a_minute(crowd: Crowd, clock: Seconds) -> None:
    flood(crowd)
    crowd.admit(an_attempt())
    assert crowd.news() == 2 and crowd.news() == 0
    crowd.admit(an_attempt())
    clock.now += NEWS_SECONDS
    assert crowd.news() == 1


def test_the_time_of_a_form_that_is_shown_again_goes_on(crowd: Crowd, clock: Seconds) -> None:
    ticket = crowd.tickets.issue()
    clock.now += WAIT_SECONDS
    assert crowd.ticket_for(ticket) == ticket and crowd.ticket_for("x") not in {"x", ticket}
    assert crowd.admit(an_attempt(ticket)) and crowd.ticket_for(ticket) != ticket


def test_an_old_ticket_ends(crowd: Crowd, clock: Seconds) -> None:
    ticket = crowd.tickets.issue()
    clock.now += TICKET_SECONDS + 1
    flood(crowd)
    assert not crowd.admit(an_attempt(ticket))


def test_the_urgent_lane_is_its_own_and_has_an_end_too(crowd: Crowd) -> None:
    flood(crowd)
    assert all(crowd.admit(an_attempt(urgent=True)) for _ in range(URGENT_BURST_SECONDS))
    assert not crowd.admit(an_attempt(urgent=True))


def test_the_flood_of_the_bar_keeps_no_good_report_out(clock: Seconds) -> None:
    """50,000 junk posts in ten minutes and 500 good ones, 50 of them urgent (bar 7)."""
    crowd, chance, begun = Crowd(per_second=5, now=clock), random.Random(7), clock.now
    moments = [(begun + place * 600 / 50_000, "junk") for place in range(50_000)]
    moments += [(begun + chance.uniform(0, 570), "good") for _ in range(450)]
    moments += [(begun + chance.uniform(0, 600), "urgent") for _ in range(50)]
    arrived = {"junk": 0, "good": 0, "urgent": 0}
    waiting: list[tuple[float, str]] = []
    for moment, kind in sorted(moments):
        clock.now = moment
        for late in [one for one in waiting if one[0] <= moment]:
            waiting.remove(late)
            arrived["good"] += crowd.admit(an_attempt(late[1], written=late[1].encode()))
        ticket = "" if kind == "junk" else crowd.tickets.issue()
        if crowd.admit(an_attempt(ticket, urgent=kind == "urgent")):
            arrived[kind] += 1
        elif kind == "good":
            waiting.append((moment + WAIT_SECONDS, ticket))
    clock.now = begun + 620
    arrived["good"] += sum(crowd.admit(an_attempt(ticket, written=b"x")) for _, ticket in waiting)
    assert arrived["good"] == 450 and arrived["urgent"] == 50
    assert arrived["junk"] < 5 * (600 + PLAIN_BURST_SECONDS)
