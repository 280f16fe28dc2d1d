"""Every bomb is refused within 2 s of CPU and 256 MiB above an idle worker (threat model ST-04)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from tests.security.container_bombs import BOMBS
from tutela.detect.media.everything import examine_all
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import Ask, Examined, ShownForm

CPU_SECONDS_MAX = 2.0
#: An idle worker with its libraries (45 MiB measured) and the 256 MiB of ST-04.
PEAK_BYTES_MAX = (64 + 256) << 20

pytestmark = pytest.mark.needs("linux")


def _forget(form: ShownForm) -> None:
    """A sink for forms that nobody looks at."""


def examined(data: bytes) -> Iterator[Examined]:
    fd = os.memfd_create("bomb")
    try:
        os.write(fd, data)
        with MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
            started = time.process_time()
            yield from examine_all(
                pool,
                fd,
                Ask(film_mode="exact"),
                name="bomb",
                sink_for=lambda _member: _forget,
                skip=lambda _member: False,
            )
            pool.new_batch()
            cpu_seconds = pool.counts.cpu_seconds + time.process_time() - started
            assert cpu_seconds <= CPU_SECONDS_MAX
            assert pool.counts.peak_bytes <= PEAK_BYTES_MAX
            assert pool.counts.killed == pool.counts.slow == pool.counts.protocol_faults == 0
    finally:
        os.close(fd)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_refused_with_a_reason(name: str) -> None:
    found = list(examined(BOMBS[name]()))
    refused = [e.trouble.reason for e in found if e.trouble is not None and e.trouble.kind == "refused"]
    assert refused
    assert found[-1].member is None
    assert found[-1].sha256


def test_the_archive_of_24_kilobytes_gives_nothing_out() -> None:
    data = BOMBS["shared_local_header"]()
    assert len(data) < 26_000
    (only,) = examined(data)
    assert only.trouble is not None
    assert only.trouble.reason == "members of the archive overlap"
