from __future__ import annotations

from pathlib import Path

import pytest

from tests.prevent.guard.running.homes import make_home
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.classes.chosen import read_classes, render_classes
from tutela.prevent.guard.person.folder import CLASSES


def test_names_come_back_sorted_and_once(tmp_path: Path) -> None:
    folder, _ = make_home(tmp_path, lists=False)
    assert read_classes(folder) == ()
    folder.write(CLASSES, render_classes(["stand-in", "adult", "stand-in"]))
    assert read_classes(folder) == ("adult", "stand-in")
    folder.remove(CLASSES)
    assert read_classes(folder) == ()


@pytest.mark.parametrize("damaged", [b"[", b"{}", b"[1]", b"\xff"])
def test_damaged_names_are_told(tmp_path: Path, damaged: bytes) -> None:
    folder, _ = make_home(tmp_path, lists=False)
    folder.write(CLASSES, damaged)
    with pytest.raises(Unavailable, match="damaged"):
        read_classes(folder)
