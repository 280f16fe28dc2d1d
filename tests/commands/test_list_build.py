from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.list_calls import Caller
from tests.pictures import flat, jpeg, landscape
from tutela.detect.matching.tlist import open_list


@pytest.mark.slow
def test_a_folder_of_originals_becomes_a_list(call: Caller, tmp_path: Path) -> None:
    folder = tmp_path / "originals"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(jpeg(landscape(1, 320, 240)))
    (folder / "copy of a.jpg").write_bytes(jpeg(landscape(1, 320, 240)))
    (folder / "flat.jpg").write_bytes(jpeg(flat(64, 64)))
    (folder / "letter.txt").write_text("no picture", "utf-8")
    told = call.json("build", "mine", folder, "-o", tmp_path / "x.tlist", "--class", "csam", "--workers", "1")
    assert {name: told[name] for name in ("files", "entries", "unread", "digests_only", "not_listed")} == {
        "files": 4,
        "entries": 3,
        "unread": 0,
        "digests_only": 2,
        "not_listed": 1,
    }
    assert told["kinds"] == {"md5": 3, "sha1": 3, "sha256": 3, "pdq": 4}
    reasons = {Path(row["path"]).name: row["reason"] for row in told["missing"]}
    assert reasons["copy of a.jpg"] == "the same content was listed already"
    assert reasons["flat.jpg"] == "too little detail for PDQ"
    view = open_list(tmp_path / "x.tlist")
    assert (view.header.name, view.header.legal_class) == ("mine", "csam")
    assert sorted(entry.derived for entry in view.entries() if entry.kind == "pdq") == [
        "",
        "c10",
        "c15",
        "c5",
    ]


@pytest.mark.slow
def test_what_cannot_be_read_is_told_and_ends_with_3(call: Caller, tmp_path: Path) -> None:
    folder = tmp_path / "originals"
    folder.mkdir()
    (folder / "broken.jpg").write_bytes(jpeg(landscape(1, 320, 240))[:500])
    assert call("build", "mine", folder, "-o", tmp_path / "x.tlist") == 3
    assert "broken.jpg" in call.err
    assert "1 files are listed by their digests only" in call.out
    assert "1 files could not be read, or not completely" in call.out


@pytest.mark.slow
def test_an_empty_folder_gives_an_empty_list(call: Caller, tmp_path: Path) -> None:
    (tmp_path / "originals").mkdir()
    assert call("build", "mine", tmp_path / "originals", "-o", tmp_path / "x.tlist", "--json") == 0
    assert json.loads(call.out)["values"] == 0


def test_a_missing_folder_is_a_wrong_call(call: Caller, tmp_path: Path) -> None:
    assert call("build", "mine", tmp_path / "none", "-o", tmp_path / "x.tlist") == 2
    assert "there is no such folder" in call.err


@pytest.mark.slow
def test_a_list_that_cannot_be_written_ends_with_3(call: Caller, tmp_path: Path) -> None:
    (tmp_path / "originals").mkdir()
    assert call("build", "mine", tmp_path / "originals", "-o", tmp_path / "none" / "x.tlist") == 3
    assert "could not be written" in call.err
