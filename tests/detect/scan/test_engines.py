"""Threads take pieces on demand, bound what waits, and give the consumer a turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from tutela.detect.scan.engines import WAITING_PER_WORKER, ThreadEngine


def test_pieces_are_taken_on_demand() -> None:
    taken = 0

    def pieces() -> Iterator[int]:
        nonlocal taken
        for piece in range(100_000):
            taken += 1
            yield piece

    running = ThreadEngine(workers=2).run(pieces(), lambda piece: [piece])
    next(iter(running))
    time.sleep(0.05)
    waiting = 2 * WAITING_PER_WORKER  # as many again are in the consumer's hand, one in each thread's
    assert taken <= 2 * waiting + 4
    running.close()  # type: ignore[attr-defined]


def test_the_consumer_gets_a_turn_while_nothing_comes() -> None:
    release = threading.Event()

    def slow(piece: int) -> Iterator[int]:
        release.wait(5)
        yield piece

    running = iter(ThreadEngine(workers=1).run([1], slow))
    assert next(running) is None
    release.set()
    assert [one for one in running if one is not None] == [1]


def test_stopping_early_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    running = ThreadEngine(workers=3).run(range(10_000), lambda piece: [piece] * 10)
    next(iter(running))
    running.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


def test_what_came_before_an_error_comes_out_before_it() -> None:
    def failing(piece: int) -> Iterator[int]:
        yield piece
        if piece == 5:
            raise ValueError("piece 5")

    seen: list[int | None] = []
    with pytest.raises(ValueError, match="piece 5"):
        for result in ThreadEngine(workers=1).run(range(100), failing):
            seen.append(result)
    assert [one for one in seen if one is not None] == [0, 1, 2, 3, 4, 5]
