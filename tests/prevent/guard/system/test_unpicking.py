from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tutela.prevent.guard.system.changes import Change, Replaced
from tutela.prevent.guard.system.outside_files import Stood
from tutela.prevent.guard.system.unpicking import (
    joined,
    line_of,
    lines_of,
    pack_lines,
    with_line,
    without_block,
    without_preferences,
)

PATH = Path("/x")


def change(ours: bytes, before: bytes | None = b"") -> Change:
    return Change(
        token="0" * 16,
        kind="files",
        ours=ours,
        files=(Replaced(path=PATH, before=Stood(data=before), after="x"),),
    )


def test_a_block_is_taken_out_where_it_stands_once() -> None:
    assert without_block(change(b"ours"), {PATH: Stood(data=b"a ours b")}) == {PATH: b"a  b"}
    assert without_block(change(b"ours"), {PATH: Stood(data=b"ours ours")}) is None
    assert without_block(change(b"ours"), {PATH: Stood(data=None)}) is None
    assert without_block(change(b"ours"), {PATH: Stood(data=b"ours")}) == {PATH: b""}
    assert without_block(change(b"ours", None), {PATH: Stood(data=b"ours")}) == {PATH: None}


@given(st.binary(max_size=50))
def test_lines_are_joined_to_what_they_were(data: bytes) -> None:
    assert joined(lines_of(data)) in {data, data + b"\n"} or data == b"\n"


def test_a_line_is_replaced_in_its_place_added_or_taken_out() -> None:
    lines = ['user_pref("a", 1);', 'user_pref("ab", 2);', 'user_pref("a", 3);']
    assert line_of(lines, "a") == 'user_pref("a", 3);' and line_of(lines, "b") is None
    assert with_line(lines, "a", "new") == ["new", 'user_pref("ab", 2);']
    assert with_line(lines, "a", None) == ['user_pref("ab", 2);']
    assert with_line(lines, "c", "new") == [*lines, "new"]


def test_preferences_of_others_stay_and_ours_become_what_they_were() -> None:
    ours = {"a": 'user_pref("a", 1);', "b": 'user_pref("b", 1);', "c": 'user_pref("c", 1);'}
    kept = pack_lines({"a": 'user_pref("a", 9);', "b": None, "c": None}, ours)
    now = b'user_pref("a", 1);\nuser_pref("c", 5);\nuser_pref("z", "\xff");\nuser_pref("b", 1);\n'
    assert without_preferences(change(kept), {PATH: Stood(data=now)}) == {
        PATH: b'user_pref("a", 9);\nuser_pref("c", 5);\nuser_pref("z", "\xff");\n'
    }


def test_preferences_that_are_gone_do_not_come_back() -> None:
    kept = pack_lines({"a": 'user_pref("a", 9);'}, {"a": 'user_pref("a", 1);'})
    assert without_preferences(change(kept), {PATH: Stood(data=None)}) == {PATH: None}
