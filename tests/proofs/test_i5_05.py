"""When bar i5-5 calls memory flat."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofs import i5_05
from proofs.figure import Figure, Tier
from proofs.guard_origin import Request
from proofs.guard_processes import Way
from tutela.prevent.guard.carriers import blanks


@pytest.mark.parametrize(
    ("tier", "looks", "wrong", "passed"),
    [
        ("full", [100.0] * 40, 0, True),
        ("full", [100.0] * 38 + [118.0, 90.0], 0, True),  # two looks, while workers are replaced
        ("full", [100.0] * 36 + [106.0] * 4, 0, False),
        ("full", [96.0 + number * 0.2 for number in range(40)], 0, False),
        ("full", [100.0] * 40, 1, False),
        ("ci", [92.0, 100.0, 100.0, 100.0, 100.0] * 4, 0, True),
        ("ci", [100.0] * 15 + [106.0] * 5, 0, False),
        ("ci", [96.0 + number * 0.4 for number in range(20)], 0, False),
    ],
)
def test_memory_is_flat_where_no_part_of_the_run_has_more(
    tier: Tier, looks: list[float], wrong: int, passed: bool, tmp_path: Path
) -> None:
    crowd = i5_05.Crowd(Way(port=1), i5_05.Gallery())
    crowd.wrong = wrong
    figure = Figure(bar="i5-5", folder=tmp_path)
    i5_05.record_pictures(figure, looks, crowd, tier)
    assert figure.passed is passed


def test_known_pictures_are_to_be_held_and_others_to_come_as_they_are() -> None:
    gallery = i5_05.Gallery()
    crowd = i5_05.Crowd(Way(port=1), gallery)
    crowd._note(20, blanks.RASTER)
    crowd._note(21, gallery.picture(21)[0])
    assert (crowd.held, crowd.shown, crowd.wrong) == (1, 1, 0)
    crowd._note(40, gallery.known)
    crowd._note(41, blanks.RASTER)
    assert crowd.wrong == 2
    assert len({gallery.picture(number)[0] for number in range(1, 20)}) == 19


def test_a_download_has_its_length_in_either_form() -> None:
    gallery = i5_05.Gallery()
    for kind in ("download", "chunks"):
        raw = b"".join(one for one in gallery(Request(path=f"/{kind}/200000")) if isinstance(one, bytes))
        assert raw.startswith(b"HTTP/1.1 200 OK\r\n") and 200_000 < len(raw) < 200_400
