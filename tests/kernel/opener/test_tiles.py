"""Tiles: round trip, and nothing larger than a tile passes."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.opener.tiles import SIDE, TILES_MAX, Tile, parse_tiles, render_tiles

SAMPLES = SIDE * SIDE
SIDES = st.integers(1, 65_535)


@given(st.lists(st.tuples(SIDES, SIDES, st.integers(0, 255)), max_size=TILES_MAX))
def test_tiles_come_back(rows: list[tuple[int, int, int]]) -> None:
    tiles = tuple(Tile(width=w, height=h, luma=bytes([grey]) * SAMPLES) for w, h, grey in rows)
    assert parse_tiles(render_tiles(tiles)) == tiles


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"tiles": [[1, 1, base64.b64encode(bytes(SAMPLES + 1)).decode()]]},
        {"tiles": [[0, 1, base64.b64encode(bytes(SAMPLES)).decode()]]},
        {"tiles": [[1, 1, "%"]]},
        {"tiles": [[1, True, ""]]},
        {"tiles": [[1, 1, base64.b64encode(bytes(SAMPLES)).decode()]] * (TILES_MAX + 1)},
    ],
    ids=["none", "larger", "no width", "no base64", "no number", "too many"],
)
def test_what_is_no_tile_is_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        parse_tiles(answer)


def test_more_than_one_object_has_are_not_rendered() -> None:
    with pytest.raises(ValueError, match="at most"):
        render_tiles([Tile(width=1, height=1, luma=bytes(SAMPLES))] * (TILES_MAX + 1))
