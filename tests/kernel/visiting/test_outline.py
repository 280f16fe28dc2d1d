from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.visiting.outline import (
    FETCHED,
    KINDS,
    PART_CHARACTERS,
    PARTS_MAX,
    PRESSED,
    TEXT_CHARACTERS,
    Part,
    bounded,
    clean,
    parse_outline,
    part_of,
    render_outline,
)

PARTS = st.builds(
    Part,
    kind=st.sampled_from(KINDS),
    text=st.text(max_size=80).map(clean),
    key=st.integers(0, 900),
    level=st.integers(0, 6),
    width=st.integers(0, 65_535),
    height=st.integers(0, 65_535),
    is_ticked=st.booleans(),
    has_address=st.booleans(),
)


@given(st.text(max_size=40), st.lists(PARTS, max_size=4), st.integers(0, 99))
def test_what_was_read_comes_over_a_message_as_it_was(title: str, parts: list[Part], left_out: int) -> None:
    outline = bounded(title, parts, left_out=left_out)
    assert parse_outline(json.loads(json.dumps(render_outline(outline)))) == outline


def test_what_steers_a_line_or_is_not_seen_is_left_out() -> None:
    assert clean("a\u202eb\u0000c\u200b \x1b[31md\r\n e\u2066") == "a b c [31md e"
    assert clean("\ud800x") == "x"
    assert len(clean("x" * 10 * PART_CHARACTERS)) == PART_CHARACTERS


def test_more_than_is_shown_is_counted() -> None:
    many = bounded("", [Part(kind="text", text="x")] * (PARTS_MAX + 3), left_out=2)
    assert (len(many.parts), many.left_out) == (PARTS_MAX, 5)
    long = bounded("", [Part(kind="text", text="x" * PART_CHARACTERS)] * 50)
    assert (len(long.parts), long.left_out) == (TEXT_CHARACTERS // PART_CHARACTERS, 10)


def test_only_what_leads_somewhere_is_pressed_or_fetched() -> None:
    pressed = {kind for kind in KINDS if Part(kind=kind, key=1, has_address=True).may_press}
    assert pressed == PRESSED == {"link", "button", "box", "film", "frame"}
    assert {kind for kind in KINDS if Part(kind=kind, key=1, has_address=True).may_fetch} == FETCHED
    assert not Part(kind="frame", key=1).may_press
    assert not Part(kind="link", key=0, has_address=True).may_press
    assert not Part(kind="picture", key=1).may_fetch


@pytest.mark.parametrize(
    "row",
    [
        None,
        {"kind": "script"},
        {"kind": "text", "text": 7},
        {"kind": "link", "key": -1},
        {"kind": "link", "key": True},
        {"kind": "picture", "width": 1.5},
    ],
)
def test_what_is_no_part_is_refused(row: object) -> None:
    with pytest.raises(ValueError, match=r"part|count"):
        part_of(row)
    with pytest.raises(ValueError, match=r"part|count"):
        parse_outline({"title": "", "parts": [row], "left_out": 0})


@pytest.mark.parametrize(
    "outline",
    [
        None,
        {"title": "", "parts": "none", "left_out": 0},
        {"title": 1, "parts": [], "left_out": 0},
        {"title": "", "parts": [], "left_out": -1},
        {"title": "", "parts": [{"kind": "text"}] * (PARTS_MAX + 1), "left_out": 0},
    ],
)
def test_what_is_no_outline_is_refused(outline: object) -> None:
    with pytest.raises(ValueError, match=r"outline|count"):
        parse_outline(outline)


def test_a_side_or_level_that_nothing_has_is_bounded() -> None:
    huge = part_of({"kind": "picture", "width": 10**9, "height": 10**9})
    assert (huge.width, huge.height) == (65_535, 65_535)
    assert part_of({"kind": "heading", "level": 99}).level == 6
