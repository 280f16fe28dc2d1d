"""The walk: every file once, likely ones first, every obstacle one finding, no link followed."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from tests.detect.scan.making import folder_of
from tutela.detect.scan.shapes import ScanFile
from tutela.detect.scan.sources.folders import distinct_roots, open_file, reason_of, walk


def _walked(*roots: Path) -> list[ScanFile]:
    return list(walk([str(root) for root in roots]))


def _names(files: list[ScanFile]) -> list[str]:
    return [os.path.basename(file.path) for file in files]


def test_likely_places_come_first(tmp_path: Path) -> None:
    names = ("Windows/w.jpg", "DCIM/100/d.jpg", "stuff/s.jpg")
    folder_of(tmp_path, [(name, b"x" * 20_000) for name in names])
    folder_of(tmp_path, [(f"DCIM/100/{name}", b"x") for name in ("icon.jpg", "a.zip", "n.txt")])
    folder_of(tmp_path, [("stuff/unknown", b"x")])
    assert _names(_walked(tmp_path)) == ["d.jpg", "icon.jpg", "s.jpg", "w.jpg", "a.zip", "n.txt", "unknown"]


def test_every_file_comes_once_even_from_overlapping_roots(tmp_path: Path) -> None:
    folder_of(tmp_path, [("a/b/1.jpg", b"1"), ("a/2.txt", b"2"), ("3", b"3")])
    assert sorted(_names(_walked(tmp_path, tmp_path / "a", tmp_path / "a" / "b", tmp_path))) == [
        "1.jpg",
        "2.txt",
        "3",
    ]


def test_roots_side_by_side_are_both_kept(tmp_path: Path) -> None:
    folder_of(tmp_path, [("a/1", b""), ("ab/2", b"")])
    roots = distinct_roots([str(tmp_path / "a"), str(tmp_path / "ab"), str(tmp_path / "a") + "/"])
    assert len(roots) == 2


def test_a_named_file_is_a_root_of_its_own(tmp_path: Path) -> None:
    folder_of(tmp_path, [("one.jpg", b"12345")])
    (file,) = _walked(tmp_path / "one.jpg")
    assert (file.size_bytes, file.trouble) == (5, "")


def test_what_is_not_there_is_one_finding(tmp_path: Path) -> None:
    (file,) = _walked(tmp_path / "missing")
    assert file.trouble == "vanished before it was read"
    assert file.opener is None


def test_symbolic_links_are_told_and_never_followed(tmp_path: Path) -> None:
    folder_of(tmp_path / "in", [("real/1.jpg", b"1")])
    folder_of(tmp_path / "out", [("2.jpg", b"2")])
    links = {
        "inside": "real",
        "outside": str(tmp_path / "out"),
        "nowhere": "gone",
        "loop": "loop",
        "parent": ".",
    }
    for name, target in links.items():
        (tmp_path / "in" / name).symlink_to(target)
    found = {os.path.basename(file.path): (file.status, file.trouble) for file in _walked(tmp_path / "in")}
    assert found.pop("1.jpg") == ("unreadable", "")
    assert found == {
        "inside": ("unknown", "symbolic link into what is scanned: looked at there"),
        "parent": ("unknown", "symbolic link into what is scanned: looked at there"),
        "outside": ("unreadable", "symbolic link that leads outside of what is scanned: not followed"),
        "nowhere": ("unreadable", "symbolic link that leads nowhere"),
        "loop": ("unreadable", "symbolic link loop"),
    }


def test_a_root_that_is_a_link_is_followed(tmp_path: Path) -> None:
    folder_of(tmp_path, [("real/1.jpg", b"1")])
    (tmp_path / "link").symlink_to("real")
    assert _names(_walked(tmp_path / "link")) == ["1.jpg"]


def test_special_files_are_told_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        found = {os.path.basename(file.path): file.trouble for file in _walked(tmp_path)}
    assert found == {
        "pipe": "special file (named pipe): not opened",
        "s": "special file (socket): not opened",
    }


def test_a_folder_that_cannot_be_read_is_one_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder_of(tmp_path, [("closed/1.jpg", b"1"), ("open/2.jpg", b"2")])
    real = os.scandir

    def refusing(path: bytes):  # type: ignore[no-untyped-def]  # reason: os.scandir is overloaded
        if path.endswith(b"closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert sorted(file.trouble for file in _walked(tmp_path)) == ["", "folder not read: permission denied"]


def test_names_that_are_no_text_survive(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/\xff\xfe.jpg"
    with open(raw, "wb") as file:
        file.write(b"content")
    (found,) = _walked(tmp_path)
    assert os.fsencode(found.path) == raw
    assert found.opener is not None
    fd = found.opener()
    os.close(fd)


def test_only_files_with_several_links_carry_an_identity(tmp_path: Path) -> None:
    folder_of(tmp_path, [("a", b"1"), ("b", b"2")])
    os.link(tmp_path / "a", tmp_path / "c")
    found = {os.path.basename(file.path): file.identity for file in _walked(tmp_path)}
    assert found["b"] is None
    assert found["a"] == found["c"] is not None


def test_a_pipe_in_a_file_s_place_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="regular"):
        open_file(os.fsencode(tmp_path / "pipe"))


def test_an_unknown_error_has_a_reason_without_its_text() -> None:
    assert reason_of(OSError(999, "secret path")) == "could not be read"
