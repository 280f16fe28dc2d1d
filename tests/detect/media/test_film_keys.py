"""Which packets are decoded where key frames count; every shown moment has a looked-at one near it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.media.film_keys import GAP_SECONDS, KeyFrames

TICK = 0.1


@dataclass(frozen=True)
class Fake:
    pts: int | None
    is_keyframe: bool = False
    duration: int | None = 1
    size: int = 9


END = Fake(None, size=0)


def film(kinds: str) -> list[Fake]:
    """A packet for each letter, ten a second, K for a key frame; and the end."""
    return [*(Fake(at, letter == "K") for at, letter in enumerate(kinds)), END]


def kept(packets: list[Fake], tick: float = TICK) -> list[Fake]:
    return list(KeyFrames(tick).chosen(packets))


def test_of_short_runs_only_the_key_frame_is_decoded() -> None:
    assert [one.pts for one in kept(film("K" + "p" * 19 + "K" + "p" * 5))] == [0, 20, None]


def test_a_long_run_is_decoded_whole() -> None:
    packets = film("K" + "p" * 20 + "Kp")
    assert [one.pts for one in kept(packets)] == [*range(22), None]
    assert kept(film("K" + "p" * 20)) == film("K" + "p" * 20)


@pytest.mark.parametrize(
    "packets",
    [
        film("ppp"),
        [Fake(None, True), Fake(None), END],
        [Fake(0, True), Fake(None), Fake(2), END],
        [Fake(0, True), Fake(900), Fake(1, True), END],
        [Fake(0, True, 900), Fake(900, True), END],
        [Fake(9, True), Fake(10), END],
    ],
    ids=["no key frame", "no times", "a time missing", "a far time", "a long frame", "one that lasts"],
)
def test_what_cannot_be_told_to_be_short_is_decoded_whole(packets: list[Fake]) -> None:
    if packets[0].pts == 9:
        packets[1] = Fake(10, duration=30)
    assert kept(packets) == packets


def test_without_a_unit_of_time_all_is_decoded() -> None:
    assert kept(film("KpKp"), 0) == film("KpKp")


def test_a_key_frame_that_never_came_is_missing() -> None:
    keys = KeyFrames(TICK)
    assert len(list(keys.chosen(film("KpKp")))) == 3
    keys.see(0, is_key=True)
    keys.see(None, is_key=True)
    assert keys.missing
    keys.see(2, is_key=False)
    assert keys.missing
    keys.see(2, is_key=True)
    assert not keys.missing


@given(st.text("Kp", max_size=120))
def test_no_moment_is_further_from_a_looked_at_run_than_the_gap(kinds: str) -> None:
    packets = film(kinds)
    chosen = kept(packets)
    assert [one for one in packets if one in chosen] == chosen
    assert {one for one in packets if one.is_keyframe} <= set(chosen)
    left_out = [one.pts for one in packets if one not in chosen and one.pts is not None]
    keys = [one.pts for one in chosen if one.is_keyframe and one.pts is not None]
    for pts in left_out:
        assert (pts - max(key for key in keys if key < pts)) * TICK <= GAP_SECONDS
