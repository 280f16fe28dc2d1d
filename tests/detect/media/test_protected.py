"""Protected pictures: grey, small, blurred, whatever the file is."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from tutela.detect.media.pool import MediaPool
from tutela.detect.media.protected import TileMaker, blurred
from tutela.detect.media.shapes import WEB
from tutela.kernel.channels.memory import memory
from tutela.kernel.opener.tiles import SIDE, TILES_MAX, Tile


@pytest.fixture(scope="module")
def maker() -> Iterator[TileMaker]:
    with MediaPool() as pool:
        yield TileMaker(pool, WEB)


def made(maker: TileMaker, data: bytes) -> tuple[Tile, ...]:
    import os

    with memory() as descriptor:
        os.write(descriptor, data)
        return maker(descriptor)


def chequered(side: int = 640, *, frames: int = 1) -> bytes:
    """A picture of fields of eight pixels, in colour; each frame another one."""
    rows, columns = np.indices((side // 2, side))
    pictures = [
        Image.fromarray(
            np.stack([((rows // 8 + columns // 8 + n) % 2) * 255, rows % 256, columns % 256], axis=2).astype(
                np.uint8
            )
        )
        for n in range(frames)
    ]
    out = io.BytesIO()
    if frames > 1:
        for number, one in enumerate(pictures):
            one.paste((number * 20, 0, 0), (0, 0, side // 3, side // 2))
        pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:])
    else:
        pictures[0].save(out, "PNG")
    return out.getvalue()


def test_of_a_picture_one_grey_tile_leaves_the_sandbox(maker: TileMaker) -> None:
    (tile,) = made(maker, chequered())
    assert (tile.width, tile.height, len(tile.luma)) == (640, 320, SIDE * SIDE)


def test_of_what_moves_the_first_frames_are_shown(maker: TileMaker) -> None:
    assert 1 < len(made(maker, chequered(96, frames=12))) <= TILES_MAX


@pytest.mark.parametrize(
    "data", [b"", b"<html>no picture</html>", chequered()[:60]], ids=["empty", "text", "cut"]
)
def test_what_shows_nothing_gives_no_tile(maker: TileMaker, data: bytes) -> None:
    assert made(maker, data) == ()


def test_a_single_bright_sample_is_blurred_away() -> None:
    luma = np.zeros((SIDE, SIDE), dtype=np.float32)
    luma[30, 30] = 255.0
    out = blurred(luma)
    assert out.max() <= 255 / 9 + 1
    assert np.count_nonzero(out) > 9
