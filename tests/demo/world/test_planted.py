"""What is true of each kind of item."""

from __future__ import annotations

import pytest

from tutela.demo.world.planted import ENDS, Item, expected_of


def test_known_ones_are_looked_at_by_nobody_and_harmless_ones_are_left_alone() -> None:
    known = expected_of("known", "removed")
    assert (known.end, known.looks, known.told) == ("removed", 0, True)
    harmless = expected_of("harmless", "removed")
    assert (harmless.end, harmless.looks, harmless.told) == ("left_alone", 1, False)
    assert {expected_of("altered", end).looks for end in ENDS} == {1}


@pytest.mark.parametrize(("path", "kind"), [("/a.jpg", "image/jpeg"), ("/b.c/d.mp4", "video/mp4")])
def test_the_media_type_follows_the_path(path: str, kind: str) -> None:
    assert Item(name="x", host="one.test", path=path, kind="known", seed=1).content_type == kind
