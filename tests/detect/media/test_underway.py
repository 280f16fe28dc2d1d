"""A JPEG that is waited for without a thread: the same answers as ``examine`` gives, whatever happens."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import pytest

from tests.detect.media.opening import examine, opened
from tests.pictures import encoded, jpeg, landscape
from tutela.detect.media import underway
from tutela.detect.media.hearing import Sink
from tutela.detect.media.nursery import Worker
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import WEB, Ask, Examined, ShownForm
from tutela.detect.media.underway import Underway

PICTURE = jpeg(landscape(1, 320, 240), quality=85)


@contextmanager
def ready_pool(rules: PoolRules | None = None) -> Iterator[MediaPool]:
    """A pool with a worker that has greeted and is idle."""
    with MediaPool(rules or PoolRules(recheck_share_percent=0.0)) as pool:
        examine(pool, PICTURE)
        yield pool


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with ready_pool() as started:
        yield started


def nowhere(_form: ShownForm) -> None:
    """A sink that keeps nothing."""


def all_waited(begun: Underway) -> list[Examined | None]:
    """The end of it, waited for as an event loop would."""
    while not begun.heard():
        assert select.select([begun], [], [], 20.0)[0], "nothing came"
    return begun.ended() or begun.settle()


def waited(begun: Underway) -> Examined:
    (found,) = all_waited(begun)
    assert found is not None
    return found


def begun_on(pool: MediaPool, *fds: int, sink: Sink = nowhere) -> Underway:
    found = pool.begin([(fd, sink) for fd in fds], Ask())
    assert found is not None
    return found


def test_the_answer_is_that_of_examine(pool: MediaPool) -> None:
    forms: list[ShownForm] = []
    with opened(PICTURE) as fd:
        said = waited(begun_on(pool, fd, sink=forms.append))
    wanted, wanted_forms = examine(pool, PICTURE)
    assert said == wanted
    assert [(one.form, one.luma64.tobytes()) for one in forms] == [
        (one.form, one.luma64.tobytes()) for one in wanted_forms
    ]


def test_the_worker_goes_on_with_the_next_file(pool: MediaPool) -> None:
    examine(pool, PICTURE)
    workers = pool.counts.workers
    for _ in range(3):
        with opened(PICTURE) as fd:
            assert waited(begun_on(pool, fd)).trouble is None
    assert pool.counts.workers == workers


@pytest.mark.parametrize("data", [encoded(landscape(1, 64, 64), "PNG"), b"text", b""])
def test_what_is_no_jpeg_is_left_to_examine(pool: MediaPool, data: bytes) -> None:
    with opened(data) as fd:
        assert pool.begin([(fd, nowhere)], Ask()) is None


def test_only_an_idle_worker_begins(pool: MediaPool) -> None:
    examine(pool, PICTURE)
    with opened(PICTURE) as first, opened(PICTURE) as second:
        under_way = begun_on(pool, first)
        assert pool.begin([(second, nowhere)], Ask()) is None
        waited(under_way)
        waited(begun_on(pool, second))


def test_a_broken_jpeg_has_its_trouble_and_digests(pool: MediaPool) -> None:
    broken = PICTURE[: len(PICTURE) // 2]
    examine(pool, PICTURE)
    with opened(broken) as fd:
        said = waited(begun_on(pool, fd))
    assert said == examine(pool, broken)[0]
    assert said.sha256


def test_a_second_look_is_left_to_the_next_examine() -> None:
    rules = PoolRules(recheck_share_percent=100.0)
    with ready_pool() as pool, opened(PICTURE) as fd:
        pool.rules = rules
        waited(begun_on(pool, fd))
        assert pool.begin([(fd, nowhere)], Ask()) is None
        pool.rules = PoolRules(recheck_share_percent=0.0)
        examine(pool, PICTURE)
        assert pool.counts.rechecked == 1
        examine(pool, PICTURE)
        assert pool.counts.rechecked == 1


def test_a_worn_worker_is_ended() -> None:
    with (
        ready_pool(PoolRules(recheck_share_percent=0.0, worker_items_max=2)) as pool,
        opened(PICTURE) as fd,
    ):
        under_way = begun_on(pool, fd)
        while not under_way.heard():
            select.select([under_way], [], [], 20.0)
        assert under_way.ended() is None
        (said,) = under_way.settle()
        assert said is not None and said.trouble is None
        worn = under_way.worker
        assert examine(pool, PICTURE)[0].trouble is None
        following = begun_on(pool, fd)
        assert following.worker is not worn
        assert waited(following).trouble is None


def test_a_spare_worker_takes_the_place_of_a_worn_one() -> None:
    with (
        ready_pool(PoolRules(recheck_share_percent=0.0, worker_items_max=2)) as pool,
        opened(PICTURE) as fd,
    ):
        waited(begun_on(pool, fd))
        deadline = time.monotonic() + 20
        while (following := pool.begin([(fd, nowhere)], Ask())) is None:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        assert waited(following).trouble is None
        assert pool.counts.workers == 2


def test_a_killed_worker_is_a_trouble_and_the_digests_come_from_another() -> None:
    with ready_pool() as pool, opened(PICTURE) as fd:
        under_way = begun_on(pool, fd)
        assert under_way.worker.ready is not None
        os.kill(under_way.worker.ready.pid, signal.SIGKILL)
        said = waited(under_way)
        assert said.sha256 == examine(pool, PICTURE)[0].sha256
        assert pool.counts.killed in (0, 1)  # 0: it had answered before


def test_a_silent_worker_is_given_up() -> None:
    with ready_pool() as pool, opened(PICTURE) as fd:
        under_way = begun_on(pool, fd)
        under_way.slow()
        assert under_way.ended() is None
        (said,) = under_way.settle()
        assert said is not None and said.trouble is not None and said.trouble.kind == "refused"
        assert said.sha256
        assert pool.counts.slow == 1


def test_nobody_waits_any_more() -> None:
    with ready_pool() as pool, opened(PICTURE) as fd:
        begun_on(pool, fd).abandon()
        assert examine(pool, PICTURE)[0].trouble is None


def test_a_long_answer_is_finished_where_one_may_block(
    pool: MediaPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    examine(pool, PICTURE)
    monkeypatch.setattr(underway, "LOOP_BYTES_MAX", -1)
    monkeypatch.setattr(Worker, "hear", lambda _worker, _answers: False)
    with opened(PICTURE) as fd:
        under_way = begun_on(pool, fd)
        assert under_way.heard()
        assert under_way.ended() is None
        (said,) = under_way.settle()
        assert said is not None and said.trouble is None


def test_a_sink_that_fails_leaves_the_pool_usable() -> None:
    def fail(form: ShownForm) -> None:
        raise ValueError("full")

    with ready_pool() as pool, opened(PICTURE) as fd:
        found = begun_on(pool, fd, sink=fail)
        with pytest.raises(ValueError, match="full"):
            waited(found)
        assert examine(pool, PICTURE)[0].trouble is None


def test_hearing_never_waits(pool: MediaPool) -> None:
    examine(pool, PICTURE)
    with opened(PICTURE) as fd:
        under_way = begun_on(pool, fd)
        assert under_way.worker.ready is not None
        os.kill(under_way.worker.ready.pid, signal.SIGSTOP)
        began = time.monotonic()
        under_way.heard()
        assert time.monotonic() - began < 1.0
        os.kill(under_way.worker.ready.pid, signal.SIGCONT)
        assert waited(under_way).trouble is None


def test_several_files_get_the_answers_that_they_get_one_by_one(pool: MediaPool) -> None:
    data = [jpeg(landscape(seed, 96, 64), quality=80) for seed in range(4)]
    data[2] = data[2][:300]
    examine(pool, PICTURE)
    with ExitStack() as files:
        fds = [files.enter_context(opened(one)) for one in data]
        assert all_waited(begun_on(pool, *fds)) == [examine(pool, one)[0] for one in data]


def test_a_worker_that_dies_among_several_files_leaves_them_to_be_examined_one_by_one() -> None:
    with ready_pool() as pool, opened(PICTURE) as first, opened(PICTURE) as second:
        alone = examine(pool, PICTURE)[0]
        under_way = begun_on(pool, first, second)
        assert under_way.worker.ready is not None
        os.kill(under_way.worker.ready.pid, signal.SIGKILL)
        assert set(all_waited(under_way)) <= {None, alone}
        assert pool.counts.killed in (0, 1)


def test_what_follows_a_file_that_hit_a_limit_is_examined_by_another_worker() -> None:
    small, large = (jpeg(landscape(1, side, side), quality=80) for side in (32, 128))
    ask = Ask(limits=replace(WEB, pixels_max=2_000))
    with ready_pool() as pool, ExitStack() as files:
        fds = [files.enter_context(opened(one)) for one in (small, large, small)]
        under_way = pool.begin([(fd, nowhere) for fd in fds], ask)
        assert under_way is not None
        first, second, third = all_waited(under_way)
        assert first is not None and first.trouble is None
        assert second is not None and second.trouble is not None
        assert third is None


def test_several_files_do_not_wear_a_worker_out_further_than_one_by_one() -> None:
    rules = PoolRules(recheck_share_percent=0.0, worker_items_max=3)
    with ready_pool(rules) as pool, opened(PICTURE) as fd:
        assert pool.begin([(fd, nowhere)] * 3, Ask()) is None
        all_waited(begun_on(pool, fd, fd))
