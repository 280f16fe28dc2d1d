from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.custody import vault_crowd
from tutela.kernel.custody import durable
from tutela.kernel.custody.age import Damaged, Target
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.keys import EPOCH_PREFIX
from tutela.kernel.custody.opening import Opener
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.ids import new_id

OLD, NEW = new_id(EPOCH_PREFIX), new_id(EPOCH_PREFIX)


@pytest.fixture
def store(tmp_path: Path) -> FileBlobStore:
    return FileBlobStore(tmp_path / "objects", tmp_path / "envelopes")


def write(target: Target) -> bytes:
    target.write(b"sealed")
    return b"envelope"


def put(store: FileBlobStore) -> str:
    blob = new_id("blb_")
    store.put(blob, OLD, write)
    return blob


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_an_object_is_there_until_it_is_destroyed(store: FileBlobStore, tmp_path: Path) -> None:
    assert list(store.blobs()) == [] and store.sweep() == 0
    blob, other = put(store), put(store)
    with store.sealed(blob) as sealed:
        assert sealed.read() == b"sealed"
    assert store.size_bytes(blob) == 6 and store.envelopes(blob) == {OLD: b"envelope"}
    assert list(store.blobs()) == list(store.blobs(OLD)) == sorted([blob, other])
    assert list(store.blobs(NEW)) == []
    assert store.sweep() == 0
    store.destroy(blob)
    assert list(store.blobs()) == [other] and not any(blob in path.name for path in files(tmp_path))
    for attempt in (store.sealed, store.envelopes, store.size_bytes, store.destroy):
        with pytest.raises(Refused, match="no such object"):
            attempt(blob)


def test_everything_is_closed_to_others(store: FileBlobStore, tmp_path: Path) -> None:
    put(store)
    for path in tmp_path.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)


@pytest.mark.parametrize("untrusted", ["../../etc/passwd", "blb_x", ""])
def test_what_is_no_id_reaches_no_file(store: FileBlobStore, untrusted: str) -> None:
    for attempt in (store.sealed, store.envelopes, store.destroy, lambda one: list(store.blobs(one))):
        with pytest.raises(Refused):
            attempt(untrusted)


def test_a_key_moves_from_one_epoch_to_the_next_once(store: FileBlobStore, tmp_path: Path) -> None:
    blob = put(store)
    store.move(blob, OLD, NEW, b"new")
    store.move(blob, OLD, NEW, b"newer")
    assert store.envelopes(blob) == {NEW: b"new"}
    assert [path.read_bytes() for path in files(tmp_path / "envelopes")] == [b"new"]
    with pytest.raises(Refused):
        store.move(new_id("blb_"), OLD, NEW, b"x")


def test_after_a_crash_in_a_move_both_keys_are_there_and_destroyed_together(
    store: FileBlobStore, tmp_path: Path
) -> None:
    blob = put(store)
    durable.write_file(tmp_path / "envelopes" / NEW / f"{blob}.age", b"new")
    assert store.envelopes(blob) == {OLD: b"envelope", NEW: b"new"}
    store.destroy(blob)
    assert files(tmp_path) == []


def test_bytes_that_are_lost_are_told(store: FileBlobStore, tmp_path: Path) -> None:
    blob = put(store)
    files(tmp_path / "objects")[0].unlink()
    with pytest.raises(Damaged):
        store.sealed(blob)
    store.destroy(blob)


def test_an_envelope_that_goes_while_it_is_read_is_no_error_of_its_own(
    store: FileBlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = put(store)
    monkeypatch.setattr(store, "_epochs", lambda _: [NEW])
    with pytest.raises(Refused):
        store.envelopes(blob)


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyError("source")])
def test_a_failed_put_leaves_nothing(store: FileBlobStore, tmp_path: Path, error: Exception) -> None:
    def fails(target: Target) -> bytes:
        target.write(b"sealed")
        raise error

    with pytest.raises(type(error)):
        store.put(new_id("blb_"), OLD, fails)
    assert files(tmp_path) == []


def test_a_put_whose_envelope_fails_leaves_nothing(
    store: FileBlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise Unavailable("full")

    monkeypatch.setattr(durable, "write_file", full)
    with pytest.raises(Unavailable):
        put(store)
    assert files(tmp_path) == []


#: What changes the disk; each is one step between two of which a process may die.
STEPS = ("open", "write", "fsync", "rename", "unlink", "pwrite", "mkdir", "close")


def killed(work: Callable[[], object], call: str, at: int) -> bool:
    """Whether a child that does ``work`` was killed at its ``at``-th call of ``os.<call>``, before it."""
    child = os.fork()
    if child == 0:
        counted, real = [0], getattr(os, call)

        def dying(*arguments: Any, **named: Any) -> Any:
            counted[0] += 1
            if counted[0] == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        setattr(os, call, dying)
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("call", STEPS)
def test_a_put_killed_at_any_step_leaves_a_whole_object_or_after_the_sweep_nothing(
    store: FileBlobStore, tmp_path: Path, call: str
) -> None:
    for at in range(1, 60):
        blob = new_id("blb_")
        was_killed = killed(lambda blob=blob: store.put(blob, OLD, write), call, at)  # type: ignore[misc]  # default
        store.sweep()
        if blob in store.blobs():
            with store.sealed(blob) as sealed:
                assert sealed.read() == b"sealed" and store.envelopes(blob) == {OLD: b"envelope"}
            store.destroy(blob)
        assert files(tmp_path) == [] and store.sweep() == 0
        if not was_killed:
            return
    pytest.fail("the call never came to its end")


@pytest.mark.parametrize("call", STEPS)
def test_a_destruction_killed_at_any_step_can_be_taken_up_again(
    store: FileBlobStore, tmp_path: Path, call: str
) -> None:
    for at in range(1, 60):
        blob = put(store)
        (envelope,) = files(tmp_path / "envelopes")
        beside = os.open(envelope, os.O_RDONLY)
        was_killed = killed(lambda blob=blob: store.destroy(blob), call, at)  # type: ignore[misc]  # default
        if at % 2:
            store.sweep()
        if blob in store.blobs():
            assert store.envelopes(blob) == {OLD: b"envelope"}  # before it began: all of it is there
        try:
            store.destroy(blob)
        except Refused:
            pass
        store.sweep()
        assert files(tmp_path) == [] and os.pread(beside, 8, 0) != b"envelope"
        os.close(beside)
        if not was_killed:
            return
    pytest.fail("the call never came to its end")


@pytest.mark.parametrize("call", STEPS)
def test_a_move_killed_at_any_step_leaves_a_key_that_opens(
    store: FileBlobStore, tmp_path: Path, call: str
) -> None:
    for at in range(1, 60):
        blob = put(store)
        was_killed = killed(lambda blob=blob: store.move(blob, OLD, NEW, b"new"), call, at)  # type: ignore[misc]  # default
        store.sweep()
        assert set(store.envelopes(blob).items()) & {(OLD, b"envelope"), (NEW, b"new")}
        store.move(blob, OLD, NEW, b"new")
        store.sweep()
        assert store.envelopes(blob) == {NEW: b"new"}
        store.destroy(blob)
        assert files(tmp_path) == []
        if not was_killed:
            return
    pytest.fail("the call never came to its end")


def test_the_sweep_leaves_alone_what_a_live_process_writes(store: FileBlobStore, tmp_path: Path) -> None:
    blob, swept = new_id("blb_"), []

    def slow(target: Target) -> bytes:
        swept.append(store.sweep())
        return write(target)

    store.put(blob, OLD, slow)
    assert swept == [0] and list(store.blobs()) == [blob]
    with durable.Draft(tmp_path / "envelopes" / OLD / f"{new_id('blb_')}.age"):
        assert store.sweep() == 0


def test_the_sweep_takes_away_what_dead_processes_left(store: FileBlobStore, tmp_path: Path) -> None:
    blob = put(store)
    for path in (*files(tmp_path / "objects"), *files(tmp_path / "envelopes")):
        for end in (".part", ".gone"):
            path.with_name(path.name.replace(blob, new_id("blb_")) + end).write_bytes(b"left")
    assert store.sweep() == 4 and store.sweep() == 0 and list(store.blobs()) == [blob]


def test_an_object_that_goes_during_the_sweep_is_not_counted(store: FileBlobStore, tmp_path: Path) -> None:
    assert not store._unlink(tmp_path / "nothing")


@pytest.mark.slow
def test_sealing_destroying_moving_on_and_sweeping_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    vault_crowd.keys(tmp_path).rotate()
    until = time.monotonic() + 3
    work = (vault_crowd.seal, vault_crowd.seal, vault_crowd.rotate, vault_crowd.sweep)
    children = [vault_crowd.started(one, tmp_path, until) for one in work]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * len(work)

    def noted(name: str) -> set[str]:
        return {blob for path in tmp_path.glob(f"{name}-*") for blob in path.read_text().split()}

    store, kept = vault_crowd.store(tmp_path), noted("sealed") - noted("gone")
    opener = Opener(store, vault_crowd.keys(tmp_path))
    assert kept and set(store.blobs()) == kept
    assert all(opener.check(blob).blob == blob for blob in kept) and store.sweep() == 0
