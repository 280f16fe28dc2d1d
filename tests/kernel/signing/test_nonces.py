from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from tutela.kernel.signing.nonces import MemoryNonces

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_nonce_is_new_once_for_each_key_until_its_time() -> None:
    nonces = MemoryNonces()
    assert nonces.remember("a", "1", NOW + HOUR, now=NOW)
    assert not nonces.remember("a", "1", NOW + HOUR, now=NOW + HOUR / 2)
    assert nonces.remember("b", "1", NOW + HOUR, now=NOW)
    assert nonces.remember("a", "1", NOW + 2 * HOUR, now=NOW + HOUR)


def test_of_twenty_at_once_one_is_new() -> None:
    nonces, found, begin = MemoryNonces(), [], threading.Barrier(20)

    def ask() -> None:
        begin.wait()
        found.append(nonces.remember("a", "1", NOW + HOUR, now=NOW))

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == [False] * 19 + [True]
