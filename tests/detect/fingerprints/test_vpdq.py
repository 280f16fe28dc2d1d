"""vPDQ text: round trip, the older forms of the field, and refusals that name the frame."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.fingerprints.vpdq import FilmFrame, film_frames, parse_frames, render_frames

HASH = "aa" * 32
frames = st.builds(
    FilmFrame,
    value=st.binary(min_size=32, max_size=32),
    quality=st.integers(0, 100),
    seconds=st.integers(0, 10**9).map(lambda milliseconds: milliseconds / 1000),
)


@given(st.lists(frames, max_size=8))
def test_what_is_rendered_is_parsed_back(some: list[FilmFrame]) -> None:
    assert parse_frames(render_frames(some)) == tuple(some)


@given(st.text(max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        parse_frames(text)
    except ValueError:
        return


def test_times_have_three_decimals_not_three_digits() -> None:
    frame = FilmFrame(value=b"\x01" * 32, quality=100, seconds=1234.567)
    assert json.loads(render_frames([frame]))[0].endswith(",100,1234.567")


def test_three_significant_digits_are_read() -> None:
    (frame,) = parse_frames(json.dumps([f"{'ab' * 32},87,1.23e+03"]))
    assert (frame.quality, frame.seconds) == (87, 1230.0)


def test_the_object_keyed_by_frame_number_is_read_in_frame_order() -> None:
    older = {
        "10": {"hash": "0b" * 32, "quality": 60, "timestamp": 10.0},
        "9": {"hash": "0a" * 32, "quality": 70, "timestamp": 9.0},
    }
    assert [frame.value[0] for frame in parse_frames(json.dumps(older))] == [0x0A, 0x0B]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("7", "JSON list"),
        ('["zz"]', "frame 0"),
        (f'["{HASH},50,1.0", "{HASH},101,1.0"]', "frame 1: quality"),
        (f'["{HASH},50,nan"]', "frame 0: seconds"),
        (f'["{HASH},50,-1"]', "frame 0: seconds"),
        (f'["{HASH[2:]},50,1"]', "frame 0: a PDQ has 64"),
        ("[[1]]", "frame 0"),
        ('{"3": {"hash": "aa"}}', "frame 3"),
        ('{"x": {}}', "frame numbers"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_wrong_frame_is_refused_by_number(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_frames(text)


def test_film_frames_are_the_upright_ones_with_their_times() -> None:
    prints = [
        Fingerprint(kind="md5", value=b"m" * 16),
        Fingerprint(kind="pdq", value=b"u" * 32, form="t0.000/r0", quality=90),
        Fingerprint(kind="pdq", value=b"v" * 32, form="t1.500/r0", quality=91),
        Fingerprint(kind="pdq", value=b"w" * 32, form="t0.000/mx", quality=90),
        Fingerprint(kind="pdq", value=b"p" * 32, form="f0/r0", quality=90),
    ]
    found = [(f.value[:1], f.quality, f.seconds) for f in film_frames(prints)]
    assert found == [(b"u", 90, 0.0), (b"v", 91, 1.5)]
