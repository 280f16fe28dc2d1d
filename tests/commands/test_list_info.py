from __future__ import annotations

from pathlib import Path

from tests.commands.list_calls import MD5, Caller, csv_file


def test_a_list_is_told_in_counts_and_never_in_values(call: Caller, tmp_path: Path) -> None:
    file = csv_file(tmp_path, f"md5,{MD5[0]},a,csam", f"md5,{MD5[1]},b,")
    call("import", file, "-o", tmp_path / "x.tlist", "--law", "L")
    told = call.json("info", tmp_path / "x.tlist")
    assert (told["name"], told["law"], told["live"], told["entries"]) == ("list", "L", False, 2)
    assert told["classes"] == {"csam": 1, "not said": 1}
    assert told["size_bytes"] == (tmp_path / "x.tlist").stat().st_size
    text = call.out
    assert call("info", tmp_path / "x.tlist") == 0
    assert "md5                      2" in call.out
    assert not any(value in text + call.out for value in MD5[:2])
    assert "salt" not in text + call.out


def test_an_empty_list_is_told_too(call: Caller, tmp_path: Path) -> None:
    call("import", csv_file(tmp_path), "-o", tmp_path / "x.tlist")
    assert call("info", tmp_path / "x.tlist") == 0
    assert "values by kind:\n  none" in call.out


def test_a_live_list_is_told_with_its_changes(call: Caller, tmp_path: Path) -> None:
    call("add", "--create", tmp_path / "live", csv_file(tmp_path, f"md5,{MD5[0]},a,"))
    told = call.json("info", tmp_path / "live")
    assert (told["live"], told["values"]) == (True, 1)
    assert told["version"].endswith("+1")


def test_a_missing_list_is_a_wrong_call(call: Caller, tmp_path: Path) -> None:
    assert call("info", tmp_path / "none.tlist") == 2
    assert "there is no such list" in call.err
