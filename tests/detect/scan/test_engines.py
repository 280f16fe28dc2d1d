"""Threads take pieces on demand, bound what waits, and give the consumer a turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

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
    assert taken <= 2 * WAITING_PER_WORKER + 4
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
