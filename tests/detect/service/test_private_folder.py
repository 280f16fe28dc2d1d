from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutela.detect.service.private_folder import make_private


@pytest.fixture
def open_umask() -> Iterator[None]:
    former = os.umask(0)
    yield
    os.umask(former)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("open_umask")
def test_every_folder_that_is_made_is_closed(tmp_path: Path) -> None:
    before = mode(tmp_path)
    assert make_private(tmp_path / "home" / "match") == tmp_path / "home" / "match"
    assert (mode(tmp_path / "home"), mode(tmp_path / "home" / "match")) == (0o700, 0o700)
    assert mode(tmp_path) == before


@pytest.mark.usefixtures("open_umask")
def test_what_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o755)
    make_private(tmp_path / "home")
    assert mode(tmp_path / "home") == 0o755


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(OSError, match="home"):
        make_private(tmp_path / "home" / "match")
    with pytest.raises(FileExistsError):
        make_private(tmp_path / "home")


def test_a_relative_folder_is_made_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_private(Path("var") / "match")
    assert (tmp_path / "var" / "match").is_dir()
