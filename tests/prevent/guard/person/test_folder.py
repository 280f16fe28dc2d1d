from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from tutela.kernel.custody import durable
from tutela.kernel.errors import Refused, Unavailable
from tutela.prevent.guard.person import folder as module
from tutela.prevent.guard.person.folder import MARK, MARK_BYTES, Folder, data_home, find


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "share" / "quiet-pages")
    made.make()
    return made


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_it_is_open_to_its_owner_alone(folder: Folder) -> None:
    folder.write("policy", b"x")
    folder.write("start", b"#!/bin/sh\n", mode=0o700)
    folder.append("counts", b"y")
    assert mode(folder.path) == 0o700 and mode(folder.path / "start") == 0o700
    assert mode(folder.path / "policy") == mode(folder.path / "counts") == 0o600
    folder.check()


def test_files_are_read_added_to_and_gone(folder: Folder) -> None:
    assert folder.read("counts") is None
    folder.append("counts", b"a")
    folder.append("counts", b"b")
    assert folder.read("counts") == b"ab"
    folder.remove("counts")
    folder.remove("counts")
    assert folder.read("counts") is None


def test_one_that_is_open_to_others_or_a_link_is_refused(folder: Folder, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder.path)
    with pytest.raises(Refused):
        Folder(link).check()
    folder.path.chmod(0o750)
    with pytest.raises(Refused, match="open to others"):
        folder.check()
    with pytest.raises(Refused, match="nothing is set up"):
        Folder(tmp_path / "none").check()


@pytest.mark.parametrize("there", ["folder", "file", "link"])
def test_no_folder_is_made_where_something_is(tmp_path: Path, there: str) -> None:
    path = tmp_path / "x"
    if there == "folder":
        path.mkdir()
    elif there == "file":
        path.touch()
    else:
        path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refused, match="there already"):
        Folder(path).make()


def test_it_is_found_by_its_mark_alone(folder: Folder, tmp_path: Path) -> None:
    other = folder.path.parent / "a-folder"
    other.mkdir()
    found = find(folder.path.parent)
    assert found is not None and found.path == folder.path
    (folder.path / MARK).write_bytes(b"more" + MARK_BYTES)
    assert find(folder.path.parent) is None and find(tmp_path / "none") is None


def test_a_failing_disk_is_told_without_naming_what_is_there(folder: Folder) -> None:
    (folder.path / "policy").mkdir()
    with pytest.raises(Unavailable, match="your folder cannot be used"):
        folder.write("policy", b"x")
    with pytest.raises(Unavailable, match="your folder cannot be used"):
        folder.append("policy", b"x")


def test_one_at_a_time(folder: Folder) -> None:
    order: list[str] = []
    inside = threading.Event()

    def other() -> None:
        inside.wait(5)
        with folder.alone():
            order.append("other")

    thread = threading.Thread(target=other)
    thread.start()
    with folder.alone():
        inside.set()
        thread.join(0.2)
        order.append("first")
    thread.join(5)
    assert order == ["first", "other"] and sorted(os.listdir(folder.path)) == [MARK]


def test_nobody_waits_for_ever_for_a_program_that_hangs(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ALONE_SECONDS", 0.1)
    with folder.alone(), pytest.raises(Unavailable, match="another program"), folder.alone():
        raise AssertionError
    with folder.alone():
        pass


def test_clearing_takes_everything_and_the_mark_last(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.path / "journal").mkdir()
    (folder.path / "journal" / "1").write_bytes(b"x")
    outside = folder.path.parent / "kept"
    outside.write_bytes(b"kept")
    (folder.path / "link").symlink_to(outside)
    (folder.path / "links").symlink_to(folder.path.parent)

    def failing(self: Path) -> None:
        raise OSError(5, "no")

    monkeypatch.setattr(Path, "rmdir", failing)
    with pytest.raises(Unavailable):
        folder.clear()
    assert folder.exists, "killed in between, it is found again"
    monkeypatch.undo()
    folder.clear()
    assert not folder.path.exists() and outside.read_bytes() == b"kept"


def test_what_is_read_only_is_removed_and_cleared_too(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase = durable.erase

    def erase_as_a_person(path: Path) -> None:
        """Root may write everything; other accounts need the bit."""
        if path.exists() and not mode(path) & 0o200:
            raise PermissionError(errno.EACCES, "Permission denied")
        erase(path)

    monkeypatch.setattr(durable, "erase", erase_as_a_person)
    for name in ("counts", "counts.gone", "diary", "journal/000001"):
        folder.write(name, b"x")
        (folder.path / name).chmod(0o400)
    folder.remove("counts")
    assert folder.read("counts") is None and not (folder.path / "counts.gone").exists()
    folder.clear()
    assert not folder.path.exists()


def test_where_data_lies(tmp_path: Path) -> None:
    assert data_home({}, tmp_path) == tmp_path / ".local" / "share"
    assert data_home({"XDG_DATA_HOME": "/data"}, tmp_path) == Path("/data")
    assert data_home({"XDG_DATA_HOME": "data"}, tmp_path) == tmp_path / ".local" / "share"
