from __future__ import annotations

from pathlib import Path

from tests.hotline.intake.making import a_prepared
from tutela.hotline.intake import spare
from tutela.hotline.intake.prepared import render


def test_a_report_waits_whole_and_only_for_its_owner(tmp_path: Path) -> None:
    prepared = a_prepared()
    spare.keep(prepared, tmp_path / "spare")
    ((path, found),) = spare.waiting(tmp_path / "spare")
    assert found == prepared and path.stat().st_mode & 0o777 == 0o600
    spare.drop(path)
    assert not list(spare.waiting(tmp_path / "spare"))


def test_without_a_folder_nothing_waits(tmp_path: Path) -> None:
    assert not list(spare.waiting(tmp_path / "spare"))


def test_what_is_no_report_blocks_no_other_one_and_is_kept(tmp_path: Path) -> None:
    (tmp_path / f"a{spare.WAITING}").write_bytes(b"noise")
    spare.keep(a_prepared(), tmp_path)
    assert len(list(spare.waiting(tmp_path))) == 1
    assert (tmp_path / f"a{spare.DAMAGED}").read_bytes() == b"noise"


def test_a_report_of_a_newer_release_stays_for_it(tmp_path: Path) -> None:
    newer = tmp_path / f"a{spare.WAITING}"
    newer.write_bytes(render(a_prepared()).replace(b'"v": 1', b'"v": 2'))
    assert not list(spare.waiting(tmp_path)) and newer.exists()
