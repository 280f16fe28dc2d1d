from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.prevent.guard.system.changes import Change, Replaced, parse_change, render_change
from tutela.prevent.guard.system.outside_files import Stood

NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=9)
FILES = st.builds(
    Replaced,
    path=NAMES.map(lambda name: Path("/home") / name),
    before=st.builds(
        Stood,
        data=st.none() | st.binary(max_size=60),
        mode=st.integers(0, 0o7777),
        modified_ns=st.none() | st.integers(0, 2**63 - 1),
    ),
    after=st.sampled_from(["", "0" * 64]),
)
CHANGES = st.builds(
    Change,
    token=st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}"),
    kind=st.sampled_from(["files", "folder", "link", "setting", "run"]),
    words=st.lists(NAMES, max_size=4).map(tuple),
    files=st.lists(FILES, max_size=3).map(tuple),
    unpick=st.sampled_from(["none", "block", "preferences", "certificate"]),
    ours=st.binary(max_size=20),
)


@given(CHANGES)
def test_a_change_comes_back_from_its_row_as_it_was(change: Change) -> None:
    assert parse_change(render_change(change)) == change


@pytest.mark.parametrize(
    "broken",
    [{"kind": "mount"}, {"unpick": "all"}, {"token": "../x"}, {"format": 2}, {"ours": "?"}, {"ours": "é"}],
)
def test_a_row_of_another_kind_is_refused(broken: dict[str, Any]) -> None:
    row = json.loads(render_change(Change(token="0" * 16, kind="run")))
    assert parse_change(json.dumps(row).encode()).kind == "run"
    with pytest.raises(ValueError):
        parse_change(json.dumps(row | broken).encode())
    with pytest.raises(ValueError):
        parse_change(b"[]")
