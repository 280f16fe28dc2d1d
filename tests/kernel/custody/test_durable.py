from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tutela.kernel.custody import durable
from tutela.kernel.errors import Refused, Unavailable


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def fails(*_: Any, **__: Any) -> Any:
    raise OSError(errno.EIO, "Input/output error")


def test_a_file_stands_whole_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "file"
    durable.write_file(path, b"benign")
    assert durable.read_file(path, 6) == b"benign"
    assert mode(path) == 0o600 and mode(path.parent) == mode(path.parent.parent) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("call", ["fsync", "write", "open"])
def test_a_failing_disk_leaves_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    with monkeypatch.context() as failing:
        failing.setattr(os, call, fails)
        with pytest.raises(Unavailable, match="Input/output") as met:
            durable.write_file(tmp_path / "file", b"benign")
    assert met.value.retry_after_seconds
    assert [path for path in tmp_path.iterdir() if path.suffix != durable.PART] == []


def test_a_failure_after_the_rename_takes_the_file_away_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as failing, pytest.raises(Unavailable), durable.Draft(tmp_path / "f") as draft:
        draft.write(b"benign")
        failing.setattr(durable, "sync_folder", fails)
        draft.keep()
    assert list(tmp_path.iterdir()) == []


def test_a_block_that_ends_badly_leaves_nothing_even_after_keep(tmp_path: Path) -> None:
    with pytest.raises(KeyError), durable.Draft(tmp_path / "file") as draft:
        draft.write(b"benign")
        draft.flush()
        draft.keep()
        raise KeyError("later")
    assert list(tmp_path.iterdir()) == []


def test_a_block_that_forgets_to_keep_leaves_nothing_and_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    durable.write_file(path, b"earlier")
    with durable.Draft(path) as draft:
        draft.write(b"later")
    assert path.read_bytes() == b"earlier" and len(list(tmp_path.iterdir())) == 1


def test_what_a_dead_process_left_is_overwritten_and_what_a_live_one_writes_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "_ATTEMPTS", 2)
    path = tmp_path / "file"
    path.with_name("file.part").write_bytes(b"left")
    with durable.Draft(path) as draft:
        with pytest.raises(Unavailable, match="another process has this file"), durable.Draft(path):
            pass
        draft.write(b"benign")
        draft.keep()
    assert path.read_bytes() == b"benign"


def test_reading_says_what_is_missing_or_too_large(tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        durable.read_file(tmp_path / "file", 1)
    (tmp_path / "file").write_bytes(b"ab")
    with pytest.raises(Unavailable, match="larger"):
        durable.read_file(tmp_path / "file", 1)
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with pytest.raises(Unavailable):
        durable.read_file(tmp_path / "link", 9)


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    durable.write_file(path, b"x")
    durable.refuse_others(path)
    path.chmod(0o640)
    with pytest.raises(Refused, match="chmod go-rwx"):
        durable.refuse_others(path)


def overwritten(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bytes]]:
    """What was written where, and that it was made durable, in order."""
    seen: list[tuple[int, bytes]] = []
    write, sync = os.pwrite, os.fsync

    def noted(descriptor: int, data: bytes, place: int) -> int:
        seen.append((place, data))
        return write(descriptor, data, place)

    def synced(descriptor: int) -> None:
        seen.append((-1, b"fsync"))
        sync(descriptor)

    monkeypatch.setattr(os, "pwrite", noted)
    monkeypatch.setattr(os, "fsync", synced)
    return seen


def test_destroying_overwrites_every_byte_in_place_before_the_name_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, data = tmp_path / "file", b"benign" * 30_000
    path.write_bytes(data)
    beside = os.open(path, os.O_RDONLY)  # the same blocks, whatever happens to the name
    seen = overwritten(monkeypatch)
    assert durable.destroy_file(path)
    assert sum(len(written) for place, written in seen if place >= 0) == len(data)
    assert seen[0] == (-1, b"fsync") and seen[-2] == seen[-1] == (-1, b"fsync")
    left = os.pread(beside, len(data), 0)
    os.close(beside)
    assert len(left) == len(data) and b"benign" not in left
    assert list(tmp_path.iterdir()) == [] and not durable.destroy_file(path)


def dies(call: Callable[..., Any], at: int) -> Callable[..., Any]:
    """``call`` that kills the process, as far as the test can tell, the ``at``-th time."""
    counted = [0]

    def wrapped(*arguments: Any, **named: Any) -> Any:
        counted[0] += 1
        if counted[0] == at:
            raise SystemExit(9)
        return call(*arguments, **named)

    return wrapped


@pytest.mark.parametrize("call", ["fsync", "pwrite", "unlink", "rename", "open"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_destruction_that_was_killed_is_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, at: int
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"benign")
    beside = os.open(path, os.O_RDONLY)
    with monkeypatch.context() as dying:
        dying.setattr(os, call, dies(getattr(os, call), at))
        try:
            durable.destroy_file(path)
        except SystemExit:
            pass
    durable.destroy_file(path)
    assert list(tmp_path.iterdir()) == [] and os.pread(beside, 6, 0) != b"benign"
    os.close(beside)


def test_a_second_file_of_the_name_is_destroyed_with_the_first_ones_rest(tmp_path: Path) -> None:
    (tmp_path / "file.gone").write_bytes(b"rest")
    (tmp_path / "file").write_bytes(b"new")
    assert durable.destroy_file(tmp_path / "file") and list(tmp_path.iterdir()) == []
    (tmp_path / "file.gone").write_bytes(b"rest")
    assert durable.destroy_file(tmp_path / "file") and list(tmp_path.iterdir()) == []
    durable.erase(tmp_path / "file.gone")


def test_a_lock_is_had_once_and_only_of_what_stands_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with durable.locked(path) as ours:
        assert not ours
    path.write_bytes(b"x")
    with durable.locked(path) as ours, durable.locked(path) as theirs:
        assert ours and not theirs
    with durable.locked(path, wait=True) as ours:
        assert ours


def test_a_lock_of_a_file_that_went_meanwhile_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    lock = durable._lock

    def late(descriptor: int, *, wait: bool) -> bool:
        path.unlink(missing_ok=True)
        return lock(descriptor, wait=wait)

    monkeypatch.setattr(durable, "_lock", late)
    with durable.locked(path) as ours:
        assert not ours


def test_a_sweep_that_was_faster_is_told_and_nothing_stays_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(descriptor: int, *, wait: bool) -> bool:
        (tmp_path / "file.part").unlink()
        return lock(descriptor, wait=wait)

    lock = durable._lock
    monkeypatch.setattr(durable, "_lock", taken)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(Unavailable, match="another process"), durable.Draft(tmp_path / "file"):
        pass
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_file_that_a_sweep_took_away_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, left = durable._lock, [1, 1]

    def taken(descriptor: int, *, wait: bool) -> bool:
        if left and left.pop():
            (tmp_path / "file.part").unlink()
        return lock(descriptor, wait=wait)

    monkeypatch.setattr(durable, "_lock", taken)
    durable.write_file(tmp_path / "file", b"benign")
    assert (tmp_path / "file").read_bytes() == b"benign" and left == []
