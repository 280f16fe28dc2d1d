from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.list_calls import MD5, Caller, csv_file

TO = ("--recipient", "Hotline X", "--purpose", "matching")


def a_list(call: Caller, folder: Path) -> Path:
    call("import", csv_file(folder, f"md5,{MD5[0]},a,csam"), "-o", folder / "x.tlist")
    return folder / "x.tlist"


def test_an_export_goes_to_a_named_recipient(call: Caller, tmp_path: Path) -> None:
    told = call.json("export", a_list(call, tmp_path), "-o", tmp_path / "out.csv", *TO)
    assert (told["recipient"], told["purpose"], told["values"]) == ("Hotline X", "matching", 1)
    assert MD5[0] in (tmp_path / "out.csv").read_text("utf-8")
    assert json.loads((tmp_path / "out.csv.record.json").read_text("utf-8")) == told
    assert call("export", tmp_path / "x.tlist", "-o", tmp_path / "out.csv", *TO) == 0
    assert MD5[0] not in call.out


@pytest.mark.parametrize("words", [(), TO[:2], TO[2:], ("--recipient", " ", "--purpose", "p")])
def test_without_recipient_and_purpose_nothing_leaves(
    call: Caller, tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert call("export", a_list(call, tmp_path), "-o", tmp_path / "out.csv", *words) == 2
    assert not (tmp_path / "out.csv").exists()


def test_text_needs_a_kind(call: Caller, tmp_path: Path) -> None:
    words = ("-o", tmp_path / "out.txt", *TO, "--format", "text")
    assert call("export", a_list(call, tmp_path), *words) == 2
    assert call("export", tmp_path / "x.tlist", *words, "--kind", "md5") == 0
    assert (tmp_path / "out.txt").read_text("utf-8") == MD5[0] + "\n"
