"""Real films and their pieces, told apart; a piece that could be played alone is a film."""

from __future__ import annotations

import io
import struct

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.media.film_files import box, boxes, encoded, full, index_first, scene
from tutela.prevent.guard.carriers import segments
from tutela.prevent.guard.carriers.segments import CLUSTER, is_piece, moving_kind

PICTURES = [scene(1, 64, 64)] * 6
MP4 = encoded(PICTURES)
FRAGMENTED = encoded(
    PICTURES, muxing={"movflags": "frag_keyframe+empty_moov+default_base_moof"}, options={"g": "3"}
)
WEBM = encoded(PICTURES, container="webm", codec="libvpx")
STREAM = encoded(PICTURES, container="mpegts")


PARTS = {one[4:8]: one for one in boxes(FRAGMENTED)}
FTYP, MOOV, MOOF, MDAT = (PARTS[name] for name in (b"ftyp", b"moov", b"moof", b"mdat"))
INIT = FTYP + MOOV
PIECE = box(b"styp", b"msdh", bytes(4)) + box(b"sidx", bytes(24)) + MOOF + MDAT
WEBM_HEAD, CLUSTERS = WEBM[: WEBM.index(CLUSTER)], WEBM[WEBM.index(CLUSTER) :]

SEGMENTS = {
    "mp4 piece": PIECE,
    "mp4 piece, moof first": MOOF + MDAT,
    "mp4 piece, ftyp first": FTYP + MOOF + MDAT,
    "mp4 piece, cut off": PIECE[:-9],
    "mp4 piece, length to the end": MOOF + bytes(4) + MDAT[4:],
    "index of pieces": box(b"styp", bytes(8)) + box(b"sidx", bytes(24)),
    "events": box(b"emsg", bytes(30)),
    "mp4 head": INIT,
    "mp4 head, moov first": MOOV,
    "webm head": WEBM_HEAD,
    "webm cluster": CLUSTERS,
    "mpeg-ts": STREAM,
    "list": b"#EXTM3U\n#EXT-X-VERSION:3\n",
}
FILMS = {
    "mp4": MP4,
    "mp4, index first": index_first(MP4),
    "mp4, all in fragments": FRAGMENTED,
    "mp4, a head and one fragment": INIT + MOOF + MDAT,
    "piece with a head of its own": box(b"styp", bytes(8)) + MOOV + MOOF + MDAT,
    "head behind the piece": MOOF + MDAT + MOOV,
    "head in a free box": box(b"styp", bytes(8)) + box(b"free", MOOV[8:]) + MOOF + MDAT,
    "compressed head": box(b"styp", bytes(8)) + box(b"moov", box(b"cmov", bytes(9))) + MOOF + MDAT,
    "head and mdat": INIT + MDAT,
    "head with samples elsewhere": FTYP + MP4[MP4.index(b"moov") - 4 :] + box(b"mvex") + box(b"free", MDAT),
    "head that is no beginning": FTYP + MOOV.replace(b"mvex", b"free"),
    "no box": PIECE + b"\0\0\0\3abcd",
    "half a box": MOOF + b"\0\0",
    "webm": WEBM,
    "webm head and cluster": WEBM_HEAD + CLUSTERS[:40],
    "matroska": encoded(PICTURES, container="matroska"),
    "avi": encoded(PICTURES, container="avi"),
    "mdat alone": MDAT,
    "head alone": FTYP,
}


@pytest.mark.parametrize("name", SEGMENTS)
def test_pieces_of_streams(name: str) -> None:
    assert moving_kind(SEGMENTS[name]) == "segment"
    assert is_piece(SEGMENTS[name]) == (name != "list")


@pytest.mark.parametrize("name", FILMS)
def test_what_could_be_a_film_is_one(name: str) -> None:
    assert moving_kind(FILMS[name]) == "film"


@pytest.mark.parametrize("table", [b"stsz", b"stz2"])
def test_a_head_with_one_sample_in_its_tables_is_a_film(table: bytes) -> None:
    for count, kind in ((0, "segment"), (1, "film"), (1 << 24, "film")):
        sizes = full(table, struct.pack(">II", 0, count))
        assert moving_kind(FTYP + box(b"moov", box(b"mvhd"), sizes, box(b"mvex"))) == kind
        offsets = full(b"stco", struct.pack(">I", count))
        assert moving_kind(FTYP + box(b"moov", box(b"mvhd"), offsets, box(b"mvex"))) == kind


def test_large_boxes_have_long_lengths() -> None:
    long = struct.pack(">I4sQ", 1, b"mdat", 8 + len(MDAT)) + MDAT[8:]
    assert moving_kind(MOOF + long) == "segment"
    assert moving_kind(MOOF + long + MOOV) == "film"


def test_words_of_an_index_inside_frames_are_frames() -> None:
    assert moving_kind(MOOF + box(b"mdat", b"mvhd cmov")) == "segment"


def test_more_boxes_than_are_looked_at_are_a_film(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "BOXES_MAX", 2)
    assert moving_kind(box(b"styp") + box(b"moof")) == "film"
    assert moving_kind(box(b"moof")) == "segment"


def frames_of(body: bytes) -> int:
    """How many pictures a player gets out of these bytes alone."""
    try:
        with av.open(io.BytesIO(body), "r") as film:
            return len(list(film.decode(video=0)))
    except (av.FFmpegError, IndexError, ValueError):
        return 0


def test_the_double_of_a_player_sees_films() -> None:
    assert (
        frames_of(FRAGMENTED)
        == frames_of(box(b"styp", bytes(8)) + MOOV + b"".join(boxes(FRAGMENTED)[2:]))
        == 6
    )


ORDERS = st.lists(
    st.sampled_from(
        [FTYP, MOOV, MOOF, MDAT, box(b"styp", bytes(8)), box(b"sidx", bytes(24)), box(b"free", MOOV[8:])]
    ),
    max_size=7,
)


@given(ORDERS, st.integers(0, 40))
def test_no_order_of_boxes_that_a_player_plays_is_a_piece(parts: list[bytes], less: int) -> None:
    body = b"".join(parts)[: -less or None]
    if moving_kind(body) == "segment":
        assert frames_of(body) == 0


@given(st.binary(max_size=300), st.sampled_from([b"", FTYP, MOOF, CLUSTER, WEBM_HEAD, STREAM[:900]]))
def test_any_bytes_are_one_of_the_two(rest: bytes, start: bytes) -> None:
    assert moving_kind(start + rest) in {"film", "segment"}
