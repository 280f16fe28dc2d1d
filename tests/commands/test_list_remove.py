from __future__ import annotations

from pathlib import Path

from tests.commands.list_calls import MD5, Caller, csv_file


def test_entries_go_with_all_their_values(call: Caller, tmp_path: Path) -> None:
    live = tmp_path / "live"
    rows = f"md5,{MD5[0]},a,", f"sha1,{'0b' * 20},a,", f"md5,{MD5[1]},b,"
    call("add", "--create", live, csv_file(tmp_path, *rows))
    told = call.json("remove", live, "a")
    assert (told["removed"], told["values"]) == ({"a": 2}, 1)


def test_an_unknown_entry_is_named_and_the_others_go(call: Caller, tmp_path: Path) -> None:
    live = tmp_path / "live"
    call("add", "--create", live, csv_file(tmp_path, f"md5,{MD5[0]},a,"))
    assert call("remove", live, "a", "ghost") == 2
    assert "a: 1 values removed" in call.out
    assert "not in the list: ghost" in call.err
    assert call.json("info", live)["values"] == 0
