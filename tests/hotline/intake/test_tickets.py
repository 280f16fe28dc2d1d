from __future__ import annotations

import hashlib
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hotline.intake.clocks import Seconds
from tutela.hotline.intake.tickets import Tickets, is_solved


def test_a_ticket_says_how_old_it_is() -> None:
    clock = Seconds()
    tickets = Tickets(now=clock)
    ticket = tickets.issue()
    clock.now += 12.5
    assert tickets.age_seconds(ticket) == pytest.approx(12.5, abs=0.01)
    assert ticket != tickets.issue() and Tickets(now=clock).age_seconds(ticket) is None


@given(st.text() | st.from_regex(r"tkt_[0-9a-z]{32}\.[0-9]{1,4}\.[0-9a-f]{32}", fullmatch=True))
def test_nobody_makes_one(untrusted: str) -> None:
    assert Tickets().age_seconds(untrusted) is None


def test_an_earlier_moment_breaks_the_signature() -> None:
    tickets = Tickets(now=Seconds())
    name, made, signature = tickets.issue().split(".")
    assert tickets.age_seconds(f"{name}.{int(made) - 20_000}.{signature}") is None


def test_a_puzzle_is_solved_by_trying() -> None:
    number = next(n for n in count() if hashlib.sha256(f"a:{n}".encode()).digest()[0] == 0)
    assert is_solved("a", str(number), bits=8)
    assert not is_solved("b", str(number), bits=24)


@given(st.text())
def test_anything_else_solves_nothing(untrusted: str) -> None:
    assert not is_solved("ticket", untrusted, bits=64)
