"""A JPEG that is waited for without a thread: the same answers as ``examine`` gives, whatever happens."""

from __future__ import annotations

import hashlib
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
from tutela.detect.media.desk import PLACES
from tutela.detect.media.hearing import Sink
from tutela.detect.media.nursery import Worker
from tutela.detect.media.opened import Opened
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import WEB, Ask, Examined, ShownForm
from tutela.detect.media.troubles import trouble
from tutela.detect.media.underway import Seen, Underway

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
    seen = begun.ended() or begun.settle()
    begun.bury()
    return [None if one is None else one.examined for one in seen]


def waited(begun: Underway) -> Examined:
    (found,) = all_waited(begun)
    assert found is not None
    return found


def begun_on(pool: MediaPool, *fds: int, sink: Sink = nowhere) -> Underway:
    found = pool.begin([(Opened.of(fd), sink) for fd in fds], Ask())
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
        assert pool.begin([(Opened.of(fd), nowhere)], Ask()) is None


def test_only_an_idle_worker_begins(pool: MediaPool) -> None:
    examine(pool, PICTURE)
    with opened(PICTURE) as first, opened(PICTURE) as second:
        under_way = begun_on(pool, first)
        assert pool.begin([(Opened.of(second), nowhere)], Ask()) is None
        waited(under_way)
        waited(begun_on(pool, second))


def test_a_broken_jpeg_has_its_trouble_and_digests(pool: MediaPool) -> None:
    broken = PICTURE[: len(PICTURE) // 2]
    examine(pool, PICTURE)
    with opened(broken) as fd:
        said = waited(begun_on(pool, fd))
    assert said == examine(pool, broken)[0]
    assert said.sha256


def seen_once(pool: MediaPool, fd: int) -> tuple[Underway, Seen]:
    """A file that is to be looked at twice, after the first look."""
    begun = begun_on(pool, fd)
    while not begun.heard():
        select.select([begun], [], [], 20.0)
    (seen,) = begun.ended() or begun.settle()
    assert seen is not None and seen.again is not None
    return begun, seen


def test_a_second_look_is_taken_by_a_fresh_worker_while_the_first_one_goes_on() -> None:
    with ready_pool() as pool, opened(PICTURE) as fd:
        pool.rules = PoolRules(recheck_share_percent=100.0)
        first, seen = seen_once(pool, fd)
        assert pool.counts.rechecked == 0
        following = begun_on(pool, fd)  # nobody waits for the second look
        assert following.worker is first.worker
        assert seen.again is not None and seen.again() == seen.examined
        assert (pool.counts.rechecked, pool.counts.deviations) == (1, 0)
        assert waited(following).trouble is None
        assert len(pool._idle["picture"]) == 1
        assert pool._busy["picture"] == 0


def test_second_looks_leave_one_worker_more_than_a_pool_may_have_at_most() -> None:
    with ready_pool() as pool, opened(PICTURE) as fd:
        pool.rules = PoolRules(recheck_share_percent=100.0)
        for _ in range(4):
            begun, seen = seen_once(pool, fd)
            begun.bury()
            busy = pool.begin([(Opened.of(fd), nowhere)], Ask())
            assert seen.again is not None
            seen.again()
            assert busy is not None
            assert len(pool._idle["picture"]) + pool._busy["picture"] == 2  # the fresh one may stay
            waited(busy)
            assert len(pool._idle["picture"]) + pool._busy["picture"] == 1


def test_nor_do_many_second_looks_at_once() -> None:
    rules = PoolRules(recheck_share_percent=100.0)
    with MediaPool(rules, workers=2) as pool, opened(PICTURE) as fd:
        with pool.borrow("picture"), pool.borrow("picture"):
            pass  # both have greeted and are idle
        looks = [seen_once(pool, fd)[1] for _ in range(4)]
        busy = [begun_on(pool, fd), begun_on(pool, fd)]
        for seen in looks:
            assert seen.again is not None
            seen.again()
            assert len(pool._idle["picture"]) + pool._busy["picture"] <= 3
        for begun in busy:
            waited(begun)
        assert len(pool._idle["picture"]) == 2


def test_what_nobody_buried_ends_with_the_pool() -> None:
    with ready_pool(PoolRules(recheck_share_percent=0.0, worker_items_max=2)) as pool, opened(PICTURE) as fd:
        begun = begun_on(pool, fd)
        while not begun.heard():
            select.select([begun], [], [], 20.0)
        assert begun.ended()
        assert begun.leftover is not None
        descriptor = begun.worker.fileno()
        assert descriptor >= 0
    assert begun.worker.fileno() == -1


def test_a_second_look_that_sees_something_else_counts() -> None:
    with ready_pool() as pool, opened(PICTURE) as fd:
        pool.rules = PoolRules(recheck_share_percent=100.0)
        begun, seen = seen_once(pool, fd)
        answer = begun.parts[0].answer
        assert answer.digests is not None
        answer.digests = replace(answer.digests, md5=b"0" * 16)
        assert seen.again is not None
        said = seen.again()
        assert said.trouble == trouble("refused", "deviated")
        assert said.md5 == seen.examined.md5
        assert pool.counts.deviations == 1


def test_a_small_file_is_laid_on_the_desk_of_its_worker(pool: MediaPool) -> None:
    pictures = [jpeg(landscape(seed, 96, 64), quality=80) for seed in range(PLACES)]
    wanted = [examine(pool, one)[0] for one in pictures]
    for start in (0, 3):  # a second time over what lay there
        files = [(laid(one), nowhere) for one in pictures[start : start + 4]]
        begun = pool.begin(files, Ask())
        assert begun is not None
        assert all_waited(begun) == wanted[start : start + 4]


def laid(data: bytes) -> Opened:
    """A file that came in pieces and has no descriptor."""
    pieces = (data[:100], data[100:])
    return Opened(fd=-1, size_bytes=len(data), kind="jpeg", own=False, pieces=pieces)


def test_what_a_worker_failed_at_is_laid_before_another() -> None:
    with ready_pool() as pool:
        begun = pool.begin([(laid(PICTURE), nowhere)], Ask())
        assert begun is not None
        begun.slow()
        (seen,) = begun.settle()
        assert seen is not None and seen.examined.sha256 == hashlib.sha256(PICTURE).digest()


def test_a_worn_worker_is_ended() -> None:
    with (
        ready_pool(PoolRules(recheck_share_percent=0.0, worker_items_max=2)) as pool,
        opened(PICTURE) as fd,
    ):
        under_way = begun_on(pool, fd)
        while not under_way.heard():
            select.select([under_way], [], [], 20.0)
        (said,) = under_way.ended() or []
        assert said is not None and said.examined.trouble is None
        worn = under_way.worker
        assert under_way.leftover is worn
        under_way.bury()
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
        while (following := pool.begin([(Opened.of(fd), nowhere)], Ask())) is None:
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
        (seen,) = under_way.settle()
        assert seen is not None
        said = seen.examined
        assert said.trouble is not None and said.trouble.kind == "refused"
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
        assert said is not None and said.examined.trouble is None


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
        under_way = pool.begin([(Opened.of(fd), nowhere) for fd in fds], ask)
        assert under_way is not None
        first, second, third = all_waited(under_way)
        assert first is not None and first.trouble is None
        assert second is not None and second.trouble is not None
        assert third is None


def test_several_files_do_not_wear_a_worker_out_further_than_one_by_one() -> None:
    rules = PoolRules(recheck_share_percent=0.0, worker_items_max=3)
    with ready_pool(rules) as pool, opened(PICTURE) as fd:
        seasoned = pool._idle["picture"][0]
        begun = pool.begin([(Opened.of(fd), nowhere)] * 3, Ask())
        assert begun is None or begun.worker is not seasoned
        begun = begun or begun_on(pool, fd, fd)  # where there is no other worker yet
        assert None not in all_waited(begun)
