"""Who looks at the screen counts what is there, load by load."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import numpy as np
import pytest

from tutela.demo.guard.marks import COLOURS, SHOWN_MIN, Seen
from tutela.demo.guard.sampling import Sampler, Tally, parse_watch

SIDE = 64


class Pretended:
    """The file of a screen, painted by a test."""

    def __init__(self, file: Path) -> None:
        self.file = file
        fields = [0] * 25
        fields[0], fields[4], fields[5], fields[11], fields[12] = 100, SIDE, SIDE, 32, 4 * SIDE
        file.write_bytes(struct.pack(">25I", *fields) + bytes(4 * SIDE * SIDE))
        self._pixels = np.memmap(file, np.uint8, "r+", 100, (SIDE, SIDE, 4))

    def paint(self, colour: tuple[int, int, int]) -> None:
        self._pixels[..., :3] = colour[::-1]
        self._pixels.flush()


@pytest.fixture
def screen(tmp_path: Path) -> Pretended:
    return Pretended(tmp_path / "screen")


def until_looked(sampler: Sampler, looks: int) -> Tally:
    deadline = time.monotonic() + 20
    while (tally := sampler.now()).looks < looks:
        assert time.monotonic() < deadline
    return tally


@pytest.mark.slow
def test_it_counts_for_the_load_that_is_there(screen: Pretended) -> None:
    with Sampler(screen.file) as sampler:
        until_looked(sampler, 1)
        sampler.load(7)
        until_looked(sampler, 3)
        screen.paint(COLOURS["known"])
        time.sleep(0.05)
        assert "known" in until_looked(sampler, 10).last
        sampler.load(8)
        screen.paint(COLOURS["benign"])
        time.sleep(0.05)
        sampler.load(9)
        assert until_looked(sampler, 5).last == ["benign"]
    watch = sampler.watch
    assert watch is not None
    before, seven, _, nine = watch.tallies
    assert (before.load, before.stopped, seven.load, nine.load) == (-1, 0, 7, 9)
    assert 0 < seven.known == seven.stopped < seven.looks and not seven.benign
    assert nine.benign == nine.looks and not nine.stopped
    assert watch.looks == sum(one.looks for one in watch.tallies) and watch.per_second > 0
    assert watch.stopped >= seven.stopped and watch.gap_max_seconds > 0


def test_a_tally_counts_each_kind_and_either() -> None:
    tally = Tally(load=1)
    tally.add(Seen(known=SHOWN_MIN, of_class=SHOWN_MIN))
    tally.add(Seen(of_class=SHOWN_MIN, benign=SHOWN_MIN))
    tally.add(Seen(known=SHOWN_MIN - 1))
    assert (tally.looks, tally.known, tally.of_class, tally.benign, tally.stopped) == (3, 1, 2, 1, 2)
    assert [tally.showed("known"), tally.showed("class"), tally.showed("benign")] == [1, 2, 1]
    assert tally.last == []


def test_a_watch_is_read_as_it_was_told() -> None:
    row = {"load": 1, "looks": 50, "known": 0, "of_class": 0, "benign": 3, "stopped": 0, "last": []}
    told = {"tallies": [row, row], "seconds": 0.5, "gap_max_seconds": 0.02, "blind_share": 0.0}
    watch = parse_watch(told)
    assert (watch.looks, watch.per_second, watch.stopped) == (100, 200, 0)
