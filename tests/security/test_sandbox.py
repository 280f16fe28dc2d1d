"""A worker that was taken over gets nowhere, and its lies do not get past the parent (ST-03)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.security.evil_worker import ATTEMPTS, LIES, evil_pool
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import WEB, Ask, Examined

#: Attempts that the kernel answers with an error; every other one ends the worker.
ANSWERED = {
    "read a file",
    "write a file",
    "open by the C library",
    "eat memory",
    "read the environment",
    "other descriptors",
}
QUICK = Ask(limits=replace(WEB, item_wall_seconds=1.0))

pytestmark = pytest.mark.needs("linux")


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with evil_pool() as opened:
        yield opened


def tried(pool: MediaPool, word: str) -> Examined:
    fd = os.memfd_create("word")
    try:
        os.write(fd, word.encode() + b"\n" + bytes(100))
        return pool.examine(fd, QUICK, lambda form: None)
    finally:
        os.close(fd)


@pytest.mark.parametrize("attempt", sorted(set(ATTEMPTS) - {"hang"}))
def test_an_escape_attempt_is_refused(pool: MediaPool, attempt: str) -> None:
    answer = tried(pool, attempt)
    assert answer.facts.codec != "escaped"
    if attempt in ANSWERED:
        assert answer.facts.codec == "refused"
    else:
        assert answer.trouble is not None
        assert answer.trouble.reason in (
            "the media worker was stopped by the sandbox",
            "needs more processor time than the limit",
        )
    assert answer.sha256 == hashlib.sha256(attempt.encode() + b"\n" + bytes(100)).digest()
    assert not Path("/tmp/tutela-escape").exists()


@pytest.mark.slow
def test_a_worker_that_hangs_is_killed_by_the_parent(pool: MediaPool) -> None:
    answer = tried(pool, "hang")
    assert answer.trouble is not None
    assert answer.trouble.reason == "took longer than the limit"
    assert answer.sha256


@pytest.mark.parametrize("lie", sorted(set(LIES) - {"other answer each time"}))
def test_a_lie_ends_the_worker_and_the_digests_are_still_right(pool: MediaPool, lie: str) -> None:
    answer = tried(pool, lie)
    assert answer.trouble is not None
    assert answer.trouble.reason == "the media worker broke the protocol"
    assert answer.sha256 == hashlib.sha256(lie.encode() + b"\n" + bytes(100)).digest()
    assert tried(pool, "read a file").facts.codec == "refused"


def test_a_fresh_worker_finds_out_who_answers_differently() -> None:
    with evil_pool(PoolRules(recheck_share_percent=100.0)) as pool:
        answer = tried(pool, "other answer each time")
        assert answer.trouble is not None
        assert answer.trouble.reason == "a fresh worker gave another answer"
        assert (pool.counts.rechecked, pool.counts.deviations) == (1, 1)


def test_after_a_fault_the_next_file_meets_another_worker(pool: MediaPool) -> None:
    tried(pool, "read a file")
    before, killed = pool.counts.workers, pool.counts.killed
    tried(pool, "fork")
    tried(pool, "read a file")
    assert pool.counts.workers == before + 2  # one for the digests, one for the next file
    assert pool.counts.killed == killed + 1


def test_every_layer_is_in_force(pool: MediaPool) -> None:
    assert pool.missing_layers == ()


def test_the_parent_s_secrets_are_not_in_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTELA_SECRET", "canary")
    with evil_pool() as other:
        assert tried(other, "read the environment").facts.codec == "refused"
