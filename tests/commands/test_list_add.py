from __future__ import annotations

from pathlib import Path

from tests.commands.list_calls import MD5, Caller, csv_file


def test_a_live_list_is_made_and_added_to(call: Caller, tmp_path: Path) -> None:
    live = tmp_path / "live"
    file = csv_file(tmp_path, f"md5,{MD5[0]},a,csam")
    assert call.json("add", "--create", live, file)["added"] == 1
    told = call.json("add", "--create", live, csv_file(tmp_path, f"md5,{MD5[1]},b,", name="2.csv"), file)
    assert (told["added"], told["values"], told["created"]) == (1, 2, 0)
    assert told["remarks"] == ["1 values stood there already"]


def test_a_live_list_may_begin_with_a_list_file(call: Caller, tmp_path: Path) -> None:
    call("import", csv_file(tmp_path, f"md5,{MD5[0]},a,"), "-o", tmp_path / "x.tlist", "--law", "L")
    told = call.json("add", "--create", "--from", tmp_path / "x.tlist", tmp_path / "live")
    assert (told["created"], told["added"], told["values"]) == (1, 0, 1)
    assert call.json("info", tmp_path / "live")["law"] == "L"


def test_contradictions_with_what_stands_are_told(call: Caller, tmp_path: Path) -> None:
    live = tmp_path / "live"
    call("add", "--create", live, csv_file(tmp_path, f"md5,{MD5[0]},a,csam"))
    assert call("add", live, csv_file(tmp_path, f"md5,{MD5[0]},b,exploitative")) == 0
    assert "1 older values are contradicted now" in call.out
    assert call.json("info", live)["disputed"] == 2


def test_a_wrong_line_adds_nothing(call: Caller, tmp_path: Path) -> None:
    live = tmp_path / "live"
    call("add", "--create", live)
    assert call("add", live, csv_file(tmp_path, f"md5,{MD5[0]},a,", "md5,oops,b,")) == 2
    assert "line 3" in call.err
    assert call.json("info", live)["values"] == 0


def test_a_list_that_is_not_there_is_a_wrong_call(call: Caller, tmp_path: Path) -> None:
    assert call("add", tmp_path / "none", csv_file(tmp_path)) == 2
    assert "there is no such live list" in call.err
    assert call("add", "--from", tmp_path / "x.tlist", tmp_path / "none") == 2
    assert "--create" in call.err
