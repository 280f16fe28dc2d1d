"""The pool: what comes back for a good, an odd and a hostile file, and that the run goes on."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.detect.media.opening import examine, opened
from tests.pictures import encoded, jpeg, landscape
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import WEB, Ask, ShownForm
from tutela.kernel.errors import Unavailable


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with MediaPool(PoolRules(recheck_share_percent=0.0)) as started:
        yield started


def test_a_picture_gives_digests_facts_and_its_upright_form(pool: MediaPool) -> None:
    data = jpeg(landscape(1, 320, 240), quality=85)
    examined, forms = examine(pool, data)
    assert examined.trouble is None
    assert (examined.md5, examined.sha1, examined.sha256) == tuple(
        hashlib.new(name, data).digest() for name in ("md5", "sha1", "sha256")
    )
    assert (examined.facts.container, examined.facts.width, examined.facts.height) == ("jpeg", 320, 240)
    assert [form.form for form in forms] == ["f0/r0"]
    assert forms[0].luma64.shape == (64, 64)
    assert examined.size_bytes == len(data)


def test_an_ordinary_file_is_not_media_and_still_has_digests(pool: MediaPool) -> None:
    examined, forms = examine(pool, b"just text")
    assert examined.trouble is not None
    assert examined.trouble.kind == "not_media"
    assert examined.sha256 == hashlib.sha256(b"just text").digest()
    assert forms == []


@pytest.mark.parametrize("data", [b"%PDF-1.7 something", b"Received: from x\n", b"Rar!\x1a\x07\x00"])
def test_a_container_that_is_not_opened_is_counted_as_unreadable(pool: MediaPool, data: bytes) -> None:
    examined, _ = examine(pool, data)
    assert examined.trouble is not None
    assert (examined.trouble.kind, examined.trouble.reason) == ("unreadable", "container not opened")


def test_an_empty_file_has_the_digests_of_nothing(pool: MediaPool) -> None:
    examined, _ = examine(pool, b"")
    assert examined.trouble is not None
    assert examined.trouble.reason == "empty file"
    assert examined.md5 == hashlib.md5(b"", usedforsecurity=False).digest()


def test_a_file_of_another_size_than_memory_is_digested_in_a_stream(pool: MediaPool) -> None:
    data = bytes(range(256)) * (33 << 12)
    examined, _ = examine(pool, data)
    assert examined.size_bytes == len(data) > 32 << 20
    assert examined.sha256 == hashlib.sha256(data).digest()


def test_what_is_no_regular_file_is_not_read(pool: MediaPool) -> None:
    fd = os.open("/dev/zero", os.O_RDONLY)
    try:
        examined = pool.examine(fd, Ask(), lambda form: None)
    finally:
        os.close(fd)
    assert examined.trouble is not None
    assert examined.trouble.reason == "not a regular file"
    assert examined.sha256 == b""


def test_a_name_that_says_another_kind_is_ambiguous(pool: MediaPool) -> None:
    data = encoded(landscape(1, 64, 64), "PNG")
    assert "name_differs" in examine(pool, data, name="holiday.jpg")[0].facts.ambiguous
    assert examine(pool, data, name="holiday.png")[0].facts.ambiguous == ()
    assert examine(pool, data, name="holiday")[0].facts.ambiguous == ()


def test_the_descriptor_stays_where_it_was_and_open(pool: MediaPool) -> None:
    with opened(jpeg(landscape(1, 64, 64), quality=85)) as fd:
        os.lseek(fd, 7, os.SEEK_SET)
        pool.examine(fd, Ask(), lambda form: None)
        assert os.lseek(fd, 0, os.SEEK_CUR) == 7


@pytest.mark.parametrize("family", [RuntimeError, ValueError, OSError])
def test_a_sink_that_fails_leaves_the_pool_usable(pool: MediaPool, family: type[Exception]) -> None:
    def fail(form: ShownForm) -> None:
        raise family("full")

    with opened(jpeg(landscape(1, 64, 64), quality=85)) as fd, pytest.raises(family, match="full"):
        pool.examine(fd, Ask(), fail)
    assert examine(pool, b"text")[0].sha256


def test_a_worker_killed_from_outside_costs_one_item_at_most(pool: MediaPool) -> None:
    data = jpeg(landscape(1, 64, 64), quality=85)
    examine(pool, data)
    with pool.borrow("picture") as worker:
        victim = worker.greet().pid
    os.kill(victim, signal.SIGKILL)
    first, second = examine(pool, data)[0], examine(pool, data)[0]
    assert first.sha256 == second.sha256 == hashlib.sha256(data).digest()
    assert second.trouble is None


def test_a_worker_sees_at_most_so_many_files() -> None:
    with MediaPool(PoolRules(recheck_share_percent=0.0, worker_items_max=3)) as pool:
        for _ in range(7):
            examine(pool, b"text")
        assert pool.counts.workers == 3


def test_a_new_batch_meets_fresh_workers(pool: MediaPool) -> None:
    examine(pool, b"text")
    before = pool.counts.workers
    examine(pool, b"text")
    assert pool.counts.workers == before
    pool.new_batch()
    examine(pool, b"text")
    assert pool.counts.workers == before + 1


def test_a_limit_that_was_hit_replaces_the_worker(pool: MediaPool) -> None:
    ask = Ask(limits=replace(WEB, pixels_max=100))
    examine(pool, b"text")
    before = pool.counts.workers
    examined, forms = examine(pool, jpeg(landscape(1, 64, 64), quality=85), ask)
    assert examined.trouble is not None
    assert (examined.trouble.kind, examined.trouble.reason) == ("refused", "more pixels than the limit")
    assert forms == []
    examine(pool, b"text")
    assert pool.counts.workers == before + 1


def test_the_second_look_agrees_with_the_first() -> None:
    with MediaPool(PoolRules(recheck_share_percent=100.0)) as pool:
        examined, forms = examine(pool, jpeg(landscape(1, 320, 240), quality=85))
        assert examined.trouble is None
        assert len(forms) == 1
        assert (pool.counts.rechecked, pool.counts.deviations) == (1, 0)
        examine(pool, b"text")
        assert pool.counts.workers == 3  # the second look's worker stays, the first one's goes


def test_many_threads_share_two_workers() -> None:
    data = [jpeg(landscape(seed, 96, 64), quality=80) for seed in range(4)]
    found: list[bytes] = []
    with MediaPool(PoolRules(recheck_share_percent=0.0), workers=2) as pool:

        def work(mine: bytes) -> None:
            for _ in range(5):
                found.append(examine(pool, mine)[0].sha256)

        threads = [threading.Thread(target=work, args=(mine,)) for mine in data]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert pool.counts.workers == 2
    assert sorted(found) == sorted(hashlib.sha256(mine).digest() for mine in data for _ in range(5))


def test_a_closed_pool_says_so() -> None:
    pool = MediaPool()
    pool.close()
    pool.close()
    with pytest.raises(Unavailable):
        examine(pool, b"text")


@pytest.mark.needs("linux")
def test_workers_die_with_their_parent() -> None:
    """Nursery and worker are gone after the parent was killed without a chance to tidy up."""
    program = (
        "import os, sys; from tutela.detect.media.pool import MediaPool\n"
        "pool = MediaPool()\n"
        "with pool.borrow('picture') as worker: pid = worker.greet().pid\n"
        "print(pid, pool._nurseries['picture']._process.pid, flush=True)\n"
        "sys.stdin.read()"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as parent:
        assert parent.stdout is not None
        children = [int(word) for word in parent.stdout.readline().split()]
        parent.kill()
    deadline = time.monotonic() + 10
    while any(_lives(pid) for pid in children) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert [pid for pid in children if _lives(pid)] == []


def _lives(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"
