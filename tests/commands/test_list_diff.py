from __future__ import annotations

from pathlib import Path

from tests.commands.list_calls import MD5, Caller, csv_file
from tutela.commands.list_diff import SHOWN_MAX


def lists(call: Caller, folder: Path, *contents: list[str]) -> list[Path]:
    files = []
    for number, rows in enumerate(contents):
        file = csv_file(folder, *rows, name=f"{number}.csv")
        files.append(folder / f"{number}.tlist")
        assert call("import", file, "-o", files[-1]) == 0
    return files


def test_changes_are_told_by_count_and_entry(call: Caller, tmp_path: Path) -> None:
    old, new = lists(
        call,
        tmp_path,
        [f"md5,{MD5[0]},stays,", f"md5,{MD5[1]},goes,", f"md5,{MD5[2]},turns,"],
        [f"md5,{MD5[0]},stays,", f"md5,{MD5[3]},comes,", f"md5,{MD5[2]},turns,csam"],
    )
    told = call.json("diff", old, new)
    assert (told["added"], told["removed"], told["changed"]) == ({"md5": 1}, {"md5": 1}, {"md5": 1})
    assert told["changed_entries"] == ["turns"]
    assert call("diff", old, new) == 0
    assert "added: md5 1\n  comes" in call.out
    assert not any(value in call.out for value in MD5[:4])


def test_equal_lists_have_no_difference(call: Caller, tmp_path: Path) -> None:
    old, new = lists(call, tmp_path, [f"md5,{MD5[0]},a,"], [f"md5,{MD5[0]},b,"])
    assert call("diff", old, new) == 0
    assert call.out == "no difference\n"


def test_long_differences_are_cut_and_keyed_ones_named(call: Caller, tmp_path: Path) -> None:
    many = [f"md5,{value},e{number:02}," for number, value in enumerate(MD5[: SHOWN_MAX + 5])]
    old, new = lists(call, tmp_path, ["url,http://site.example/,u,"], many)
    call("diff", old, new)
    assert "and 5 more entries" in call.out
    assert "not comparable, because the salts differ: url 1" in call.out
