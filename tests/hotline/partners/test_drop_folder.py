from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tutela.hotline.partners.drop_folder import drop_document, drop_folder
from tutela.kernel.custody import durable
from tutela.kernel.errors import Unavailable


def test_a_document_is_laid_down_once(tmp_path: Path) -> None:
    path = drop_document(tmp_path, "prt_a", "ref_a", b"sealed")
    assert path == tmp_path / "prt_a" / "ref_a.zip.age" and path.read_bytes() == b"sealed"
    before = path.stat().st_ino
    assert drop_document(tmp_path, "prt_a", "ref_a", b"sealed").stat().st_ino == before
    assert [one.name for one in path.parent.iterdir()] == ["ref_a.zip.age"]


def test_what_stands_there_already_is_never_replaced(tmp_path: Path) -> None:
    path = drop_document(tmp_path, "prt_a", "ref_a", b"sealed")
    with pytest.raises(Unavailable, match="another file"):
        drop_document(tmp_path, "prt_a", "ref_a", b"other")
    assert path.read_bytes() == b"sealed"


def test_who_dies_while_writing_leaves_no_file_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, data: bytes) -> int:
        raise Unavailable("full")

    with monkeypatch.context() as patch, pytest.raises(Unavailable):
        patch.setattr(durable.Draft, "write", full)
        drop_document(tmp_path, "prt_a", "ref_a", b"sealed")
    assert not list((tmp_path / "prt_a").iterdir())
    assert drop_document(tmp_path, "prt_a", "ref_a", b"sealed").read_bytes() == b"sealed"


def test_the_folder_is_that_of_the_settings(settings: Settings, tmp_path: Path) -> None:
    settings.TUTELA_DROP_FOLDER = str(tmp_path)
    assert drop_folder() == tmp_path
