from __future__ import annotations

from pathlib import Path

import pytest

from tutela.prevent.guard.system import searching
from tutela.prevent.guard.system.searching import places_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "clean").write_bytes(b"nothing here")
    return tmp_path


@pytest.mark.parametrize("form", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_name_is_found_in_content_in_any_case_and_form(root: Path, form: str) -> None:
    (root / "told").write_bytes(b"\0\1" + "of Tutela and".encode(form))
    assert places_of(["tutela"], [root]) == [root / "told"]


def test_a_name_is_found_where_two_parts_meet(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "PART_BYTES", 4)
    (root / "told").write_bytes(b"xxtutelaxx")
    assert places_of(["Tutela"], [root]) == [root / "told"]


def test_a_name_is_found_in_names_of_files_folders_and_where_links_lead(root: Path) -> None:
    (root / "Quiet-Pages").mkdir()
    (root / "a.quiet-pages.conf").touch()
    (root / "link").symlink_to("/opt/quiet-pages/start")
    assert [path.name for path in places_of(["quiet-pages"], [root])] == [
        "Quiet-Pages",
        "a.quiet-pages.conf",
        "link",
    ]


def test_the_folder_of_the_program_is_passed_over(root: Path) -> None:
    (root / "install" / "deep").mkdir(parents=True)
    (root / "install" / "deep" / "tutela").touch()
    assert places_of(["tutela"], [root], besides=[root / "install"]) == []
    assert len(places_of(["tutela"], [root])) == 1


def test_what_cannot_be_read_is_passed_over(root: Path) -> None:
    (root / "loop").symlink_to("loop")
    assert places_of(["tutela"], [root, root / "none"]) == []
