"""A screen that nobody sees, and its pixels in a file."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from tutela.demo.guard.screen import Layout, Screen, layout, pixels_of
from tutela.kernel.errors import Unavailable

WIDE, HIGH, LINE = 6, 4, 28


def dump(*, bits: int = 32, colours: int = 2) -> bytes:
    """An X window dump whose lines are longer than its pixels (X11/XWDFile.h)."""
    fields = [0] * 25
    fields[0], fields[4], fields[5], fields[11], fields[12], fields[19] = 104, WIDE, HIGH, bits, LINE, colours
    head = struct.pack(">25I", *fields) + bytes(4)
    rows = b"".join(bytes((1, 2, 3, 0)) * WIDE + bytes(LINE - 4 * WIDE) for _ in range(HIGH))
    return head + bytes(12 * colours) + rows


def test_pixels_are_red_green_blue(tmp_path: Path) -> None:
    file = tmp_path / "screen"
    file.write_bytes(dump())
    assert layout(dump()) == Layout(offset=104 + 24, width=WIDE, height=HIGH, line_bytes=LINE)
    assert np.array_equal(pixels_of(file), np.full((HIGH, WIDE, 3), (3, 2, 1)))


def test_they_are_those_of_the_moment(tmp_path: Path) -> None:
    file = tmp_path / "screen"
    file.write_bytes(dump())
    pixels = pixels_of(file)
    with file.open("r+b") as opened:
        opened.seek(104 + 24)
        opened.write(b"\x09\x08\x07")
    assert pixels[0, 0].tolist() == [7, 8, 9]


def test_a_screen_of_another_depth_is_refused() -> None:
    with pytest.raises(ValueError, match="4 bytes"):
        layout(dump(bits=16))


@pytest.mark.needs("xvfb")
def test_a_screen_is_there_while_the_block_runs(tmp_path: Path) -> None:
    with Screen(tmp_path, 320, 200) as screen:
        assert pixels_of(screen.file).shape == (200, 320, 3)
        assert screen.display.startswith(":")
        other = tmp_path / "other"
        other.mkdir()
        with Screen(other, 64, 64) as beside:
            assert beside.display != screen.display
    assert not screen.file.exists()


def test_without_the_program_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="xvfb"):
        Screen(tmp_path).__enter__()
