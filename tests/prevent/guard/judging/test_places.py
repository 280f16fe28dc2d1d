"""Whoever comes beyond the bounds is turned away at once."""

from __future__ import annotations

from tutela.prevent.guard.judging.places import Places


def test_pictures_are_bounded() -> None:
    places = Places(pictures_max=2, bytes_max=100)
    assert [places.take(1), places.take(1), places.take(1)] == [True, True, False]
    places.leave(1)
    assert places.take(1)


def test_bytes_are_bounded() -> None:
    places = Places(pictures_max=9, bytes_max=100)
    assert [places.take(60), places.take(41), places.take(40)] == [True, False, True]
    places.leave(60)
    assert places.take(60)
