"""A worker does what is due; a sender that has nothing to send asks for nothing."""

from __future__ import annotations

import pytest
from django.db import transaction

from tutela.demo.chain.story import Stage
from tutela.demo.chain.turns import ReaderTurn, SenderTurn, WorkerTurn
from tutela.hotline.work.actions import put
from tutela.hotline.work.handlers import Handler, forget, register

pytestmark = pytest.mark.django_db


class Unasked:
    """A sender that must not be asked."""

    def tend_in_time(self) -> None:
        raise AssertionError

    step = tend_in_time


def test_a_worker_does_all_that_is_due(stage: Stage) -> None:
    register(Handler(kind="toy"))
    try:
        turn = WorkerTurn(stage.clock, ("toy",))
        assert not turn.act() and turn.next_moment() is None
        with transaction.atomic():
            put("toy", {}, clock=stage.clock)
        assert turn.next_moment() == stage.clock.now()
        assert turn.act() and not turn.act()
        assert turn.events == 1
    finally:
        forget("toy")


def test_a_sender_without_notices_does_nothing(stage: Stage) -> None:
    turn = SenderTurn(Unasked(), stage.clock)  # type: ignore[arg-type]
    assert not turn.act() and turn.next_moment() is None


def test_answers_are_read_when_some_came(stage: Stage) -> None:
    rounds, arrived = [2, 0], [0]

    class Reader:
        def round(self) -> int:
            return rounds.pop(0)

    turn = ReaderTurn(Reader(), lambda: arrived[0])  # type: ignore[arg-type]
    assert not turn.act() and rounds == [2, 0]
    arrived[0] = 2
    assert turn.act() and not turn.act() and rounds == []
    assert turn.next_moment() is None
