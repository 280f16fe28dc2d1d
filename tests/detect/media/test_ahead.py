"""Members begun several at once: in order, bounded, and nothing left open when the walk ends early."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest

from tutela.detect.media import ahead as ahead_module
from tutela.detect.media.ahead import Ahead
from tutela.detect.media.shapes import Examined


def _examined(name: str) -> Examined:
    return Examined(member=name, size_bytes=0, md5=b"", sha1=b"", sha256=b"")


@pytest.fixture
def fd() -> Iterator[int]:
    opened = os.memfd_create("member")
    yield opened
    os.close(opened)


def _open_descriptors() -> int:
    return len(os.listdir("/dev/fd"))


def test_results_keep_the_order_of_the_walk(fd: int) -> None:
    def slow_first(number: int, _fd: int) -> Examined:
        time.sleep(0.02 if number == 0 else 0)
        return _examined(str(number))

    with Ahead(4) as ahead:
        found = [one for n in range(20) for one in ahead.begin(fd, 1, partial(slow_first, n))]
        found += ahead.finish()
    assert [one.member for one in found] == [str(number) for number in range(20)]


def test_several_are_examined_at_the_same_time(fd: int) -> None:
    together = threading.Barrier(3, timeout=5)

    def meet(_fd: int) -> Examined:
        together.wait()
        return _examined("met")

    with Ahead(3) as ahead:
        found = [one for _ in range(3) for one in ahead.begin(fd, 1, meet)] + list(ahead.finish())
    assert len(found) == 3


def test_few_bytes_are_held_at_once(fd: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead_module, "HELD_BYTES_MAX", 100)
    running, most, lock = 0, 0, threading.Lock()

    def counted(_fd: int) -> Examined:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.005)
        with lock:
            running -= 1
        return _examined("x")

    with Ahead(8) as ahead:
        found = [one for _ in range(10) for one in ahead.begin(fd, 60, counted)] + list(ahead.finish())
    assert len(found) == 10
    assert most == 1


def test_each_has_a_descriptor_of_its_own_and_all_are_closed(fd: int) -> None:
    before = _open_descriptors()
    seen: list[int] = []

    def note(own: int) -> Examined:
        seen.append(own)
        os.fstat(own)
        return _examined("x")

    with Ahead(2) as ahead:
        list(ahead.begin(fd, 1, note))
        list(ahead.finish())
    assert seen != [fd]
    assert _open_descriptors() == before


def test_a_walk_that_ends_early_leaves_nothing_open(fd: int) -> None:
    before = _open_descriptors()
    release = threading.Event()

    def waiting(_fd: int) -> Examined:
        release.wait(5)
        return _examined("x")

    with pytest.raises(KeyError), Ahead(1) as ahead:
        for _ in range(2):
            list(ahead.begin(fd, 1, waiting))
        release.set()
        raise KeyError
    assert _open_descriptors() == before


def test_an_error_comes_out_where_the_result_would(fd: int) -> None:
    def failing(_fd: int) -> Examined:
        raise RuntimeError("no worker")

    with pytest.raises(RuntimeError, match="no worker"), Ahead(2) as ahead:
        list(ahead.begin(fd, 1, failing))
        list(ahead.finish())
