"""The order of a scan: every name has one pass, likely places come first, nothing is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.scan.likely import Tier, file_rank, folder_rank, tier


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_0001.JPG", Tier.MEDIA),
        ("clip.mp4", Tier.MEDIA),
        ("backup.zip", Tier.CONTAINER),
        ("evidence.E01", Tier.CONTAINER),
        ("notes.txt", Tier.OTHER),
        ("no-ending", Tier.OTHER),
        (".jpg", Tier.MEDIA),
        ("photo.jpg.exe", Tier.OTHER),
    ],
)
def test_the_pass_follows_from_the_ending(name: str, expected: Tier) -> None:
    assert tier(name) == expected


@given(st.text())
def test_every_name_has_exactly_one_pass(name: str) -> None:
    assert tier(name) in Tier


def test_cameras_come_before_operating_systems_and_children_inherit() -> None:
    assert folder_rank("DCIM", parent_rank=2) == 0
    assert folder_rank("Windows", parent_rank=0) == 2
    assert folder_rank("100CANON", parent_rank=0) == 0
    assert folder_rank("whatever", parent_rank=2) == 2


def test_pictures_of_a_usual_size_come_before_icons_and_programs() -> None:
    ranks = [
        file_rank("a", 200_000),
        file_rank("a", 900),
        file_rank("a.dll", 200_000),
        file_rank("a.dll", 900),
    ]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 4
