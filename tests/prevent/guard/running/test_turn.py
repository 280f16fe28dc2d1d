from __future__ import annotations

from pathlib import Path

import pytest

from tests.prevent.guard.running.homes import make_home
from tutela.kernel.errors import Conflict, Unavailable
from tutela.prevent.guard.person.folder import Folder
from tutela.prevent.guard.running.turn import runs, turn


def test_one_at_a_time_and_no_file_says_so(tmp_path: Path) -> None:
    folder, _ = make_home(tmp_path, lists=False)
    before = sorted(folder.path.iterdir())
    assert not runs(folder)
    with turn(folder):
        assert runs(folder)
        assert sorted(folder.path.iterdir()) == before
        with pytest.raises(Conflict, match="already"), turn(folder):
            pass
    assert not runs(folder)
    with turn(folder):
        pass


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="folder"), turn(Folder(tmp_path / "gone")):
        pass
    with pytest.raises(Unavailable, match="folder"):
        runs(Folder(tmp_path / "gone"))
