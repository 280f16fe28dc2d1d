"""Which packets are decoded where key frames count; every shown moment has a looked-at one near it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.detect.media.film_files import encoded, scene
from tests.detect.media.test_film import decoded, distance, troubled
from tutela.detect.media import film as film_decoder
from tutela.detect.media.film_keys import GAP_SECONDS, KeyFrames
from tutela.detect.media.shapes import Ask, ShownForm

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


def test_of_short_runs_only_the_key_frame_is_decoded_and_the_last_one_whole() -> None:
    assert [one.pts for one in kept(film("K" + "p" * 19 + "Kpp"))] == [0, 20, 21, 22, None]


def test_a_long_run_is_decoded_whole() -> None:
    packets = film("K" + "p" * 20 + "KpK")
    assert [one.pts for one in kept(packets)] == [*range(22), 23, None]
    assert kept(film("K" + "p" * 20)) == film("K" + "p" * 20)


NEXT = [Fake(3, True), END]


@pytest.mark.parametrize(
    "packets",
    [
        [Fake(0), Fake(1), *NEXT],
        [Fake(None, True), Fake(None), *NEXT],
        [Fake(0, True), Fake(None), Fake(2), *NEXT],
        [Fake(0, True), Fake(1), Fake(None, True), END],
        [Fake(0, True), Fake(900), *NEXT],
        [Fake(0, True), Fake(900, True), END],
        [Fake(0, True), Fake(1, duration=30), *NEXT],
    ],
    ids=[
        "no key frame",
        "no times",
        "a time missing",
        "no time of the next",
        "a far time",
        "a long frame",
        "one that lasts",
    ],
)
def test_what_cannot_be_told_to_be_short_is_decoded_whole(packets: list[Fake]) -> None:
    assert kept(packets) == packets


def test_without_a_unit_of_time_all_is_decoded() -> None:
    assert kept(film("KpKp"), 0) == film("KpKp")


def test_a_key_frame_that_never_came_is_missing() -> None:
    keys = KeyFrames(TICK)
    assert len(list(keys.chosen(film("KpKpKp")))) == 5
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


KEYS = Ask(film_mode="keys")
#: A key frame each second, and no other: what cuts would add is left out.
EACH_SECOND = {"g": "10", "keyint_min": "10", "sc_threshold": "0"}


def seconds_of(forms: list[ShownForm]) -> list[float]:
    return [float(form.form[1:-3]) for form in forms]


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("mp4", ""),
        ("matroska", ""),
        ("mpegts", ""),
        ("webm", "libvpx"),
        ("webm", "libvpx-vp9"),
        ("mp4", "mpeg4"),
    ],
)
def test_keys_hashes_the_key_frames_alone_where_they_are_near(container: str, codec: str) -> None:
    pictures = [scene(1)] * 10 + [scene(2)] * 10 + [scene(3)] * 5
    options = {"g": "10", "keyint_min": "10", "deadline": "realtime"} if codec else EACH_SECOND
    facts, forms = decoded(encoded(pictures, container=container, codec=codec, options=options), KEYS)
    assert seconds_of(forms) == pytest.approx([0, 1, 2, 2.4], abs=0.02)
    assert facts.frames == 4
    _, every = decoded(encoded([scene(2)], container=container, codec=codec, options=options))
    assert distance(forms[1], every[0]) <= 20


def test_keys_hashes_each_second_where_key_frames_are_far_apart() -> None:
    options = {"g": "300", "keyint_min": "300", "sc_threshold": "0"}
    pictures = [scene(1)] * 15 + [scene(2)] * 15 + [scene(3)] * 5
    _, forms = decoded(encoded(pictures, options=options), KEYS)
    assert [int(second) for second in seconds_of(forms)] == [0, 1, 2, 3, 3]
    assert distance(forms[0], forms[2]) > 31


def test_keys_hashes_a_cut_between_the_seconds() -> None:
    options = {"g": "300", "sc_threshold": "0", "forced-idr": "1", "bf": "0"}
    pictures = [scene(1)] * 25 + [scene(2)] * 3 + [scene(1)] * 20
    _, forms = decoded(encoded(pictures, options=options, keys={25}), KEYS)
    assert seconds_of(forms) == pytest.approx([0, 1, 2, 2.5, 3, 4, 4.7])
    assert distance(forms[0], forms[3]) > 31


def test_keys_sees_what_a_list_of_edits_leaves_out() -> None:
    data = encoded([scene(1)] * 10 + [scene(2)] * 20, options=EACH_SECOND)
    edits = data.index(b"elst") + 16  # behind version and flags, count, and the length of the first one
    data = data[:edits] + (13 * 1024).to_bytes(4) + data[edits + 4 :]
    first = decoded(encoded([scene(1)]))[1][0]
    assert all(distance(first, one) > 31 for one in decoded(data, Ask(film_mode="standard"))[1])
    assert any(distance(first, one) <= 31 for one in decoded(data, KEYS)[1])


def test_a_key_frame_that_was_not_seen_is_a_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded([scene(1)] * 10 + [scene(2)] * 10, options=EACH_SECOND)
    monkeypatch.setattr(KeyFrames, "see", lambda *_args, **_more: None)
    trouble, forms = troubled(data, KEYS)
    assert (trouble.code, len(forms)) == ("damaged", 3)


@pytest.mark.parametrize("frames", [1, 2, 3, 4])
def test_keys_hashes_the_last_frame_because_it_stays(frames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where no other frame refers to it: here all are skipped that are no key frames."""
    monkeypatch.setitem(film_decoder.SKIP_FRAME, "keys", "NONKEY")
    pictures = [scene(1)] * 20 + [scene(2)] * 9 + [scene(3)] * frames
    data = encoded(pictures, options={"g": "20", "keyint_min": "20", "sc_threshold": "0"})
    _, forms = decoded(data, KEYS)
    assert distance(forms[-1], decoded(encoded([scene(3)]))[1][0]) <= 31


def test_squares_of_films_have_the_side_asked_for() -> None:
    data = encoded([scene(1)] * 2, rotation=90)
    _, forms = decoded(data, replace(KEYS, pixels=True, pixels_side=24))
    square = forms[0].pixels
    assert square is not None
    assert square.shape == (24, 24, 3)
    turned = [np.asarray(Image.fromarray(np.rot90(scene(1), way)).resize((24, 24)), float) for way in (1, -1)]
    near, far = sorted(float(np.abs(square - one).mean()) for one in turned)
    assert near < 10 < 20 < far
