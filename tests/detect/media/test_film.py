"""Films: which frames are hashed, how they are shown, and what is said of broken and hostile ones."""

from __future__ import annotations

import gc
import io
import re
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detect.media.film_files import CODECS, box, encoded, jpeg, movie, resized_header, scene
from tests.pictures import FilmPlan
from tests.pictures import film as write_film
from tutela.arithmetic.pdq import finish
from tutela.detect.media import film
from tutela.detect.media.film import decode_film
from tutela.detect.media.shapes import WEB, Ask, Limits, MediaFacts, ShownForm
from tutela.detect.media.troubles import DecodeTrouble

EXACT = Ask(film_mode="exact")


def decoded(data: bytes, ask: Ask = EXACT) -> tuple[MediaFacts, list[ShownForm]]:
    """Facts and forms of a film that decodes without trouble."""
    forms: list[ShownForm] = []
    return decode_film(io.BytesIO(data), ask, forms.append), forms


def troubled(data: bytes, ask: Ask = EXACT) -> tuple[DecodeTrouble, list[ShownForm]]:
    """The trouble of a film, and the forms that came before it."""
    forms: list[ShownForm] = []
    with pytest.raises(DecodeTrouble) as caught:
        decode_film(io.BytesIO(data), ask, forms.append)
    return caught.value, forms


def either(data: bytes) -> tuple[MediaFacts, list[ShownForm]]:
    """Facts and forms of a film that may or may not be whole."""
    forms: list[ShownForm] = []
    try:
        return decode_film(io.BytesIO(data), EXACT, forms.append), forms
    except DecodeTrouble as trouble:
        return trouble.facts or MediaFacts(), forms


def distance(one: ShownForm, other: ShownForm) -> int:
    """Hamming distance of two PDQ hashes in bits."""
    first, second = (int.from_bytes(finish(form.luma64)[0]) for form in (one, other))
    return (first ^ second).bit_count()


def within(limits: Limits) -> Ask:
    return replace(EXACT, limits=limits)


@pytest.fixture(scope="module")
def two_scenes() -> bytes:
    """Three seconds at ten frames a second: one scene for two seconds, another for one."""
    return encoded([scene(1)] * 20 + [scene(2)] * 10)


def test_exact_hashes_every_frame(two_scenes: bytes) -> None:
    facts, forms = decoded(two_scenes)
    assert (facts.container, facts.codec, facts.width, facts.height) == ("mp4", "h264", 320, 240)
    assert facts.frames == len(forms) == 30
    assert facts.duration_seconds == pytest.approx(3.0)
    assert [form.form for form in forms[:3]] == ["t0.000/r0", "t0.100/r0", "t0.200/r0"]
    assert [form.frame for form in forms] == list(range(30))


def test_standard_hashes_the_first_frame_at_or_after_each_tick(two_scenes: bytes) -> None:
    _, forms = decoded(two_scenes, Ask(film_mode="standard", film_rate_hz=1.0))
    seconds = [float(form.form[1:-3]) for form in forms]
    assert [int(second) for second in seconds] == [0, 1, 2]
    assert all(second % 1.0 <= 0.4 for second in seconds)  # skipped B-frames move it by three at most


def test_two_hashes_a_second_are_twice_as_many(two_scenes: bytes) -> None:
    _, forms = decoded(two_scenes, Ask(film_mode="standard", film_rate_hz=2.0))
    assert len(forms) == 6


def test_a_cut_is_seen(two_scenes: bytes) -> None:
    _, forms = decoded(two_scenes)
    assert distance(forms[0], forms[15]) <= 10
    assert distance(forms[0], forms[25]) > 60


@pytest.mark.parametrize("container", sorted(CODECS))
def test_each_container_gives_the_same_frames(container: str) -> None:
    rate = 25 if container in ("mpeg", "mpegts") else 10
    _, forms = decoded(encoded([scene(3)] * 12, container=container, rate=rate))
    _, reference = decoded(encoded([scene(3)] * 12))
    assert len(forms) == 12
    assert distance(forms[6], reference[6]) <= 10


@pytest.mark.parametrize(
    ("container", "codec"),
    [("flv", "flv"), ("asf", "wmv2"), ("ogg", "libvpx"), ("webm", "libvpx-vp9")],
)
def test_rarer_containers_are_opened_too(container: str, codec: str) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"this build of PyAV has no {codec}")
    facts, forms = decoded(encoded([scene(3)] * 12, container=container, codec=codec))
    assert len(forms) >= 11
    assert facts.container == {"webm": "mkv"}.get(container, container)


@pytest.mark.parametrize(("rotation", "turns"), [(90, 1), (180, 2), (270, 3)])
def test_a_turned_film_is_hashed_as_it_is_shown(rotation: int, turns: int) -> None:
    upright = scene(4)
    stored = np.rot90(upright, -turns)  # the matrix turns the stored frames back, counter-clockwise
    _, expected = decoded(encoded([upright] * 3))
    _, forms = decoded(encoded([stored] * 3, rotation=rotation))
    assert (forms[1].full_width, forms[1].full_height) == (320, 240)
    assert distance(forms[1], expected[1]) <= 10


def test_limited_range_is_flagged_and_full_range_is_not() -> None:
    _, limited = decoded(encoded([scene(5)] * 2, container="avi", codec="mpeg4"))
    _, full = decoded(encoded([scene(5)] * 2, container="avi", codec="mjpeg", pixel_format="yuvj420p"))
    assert {form.clip_flags for form in limited} == {4}
    assert {form.clip_flags for form in full} == {0}
    assert distance(limited[0], full[0]) <= 10


def test_ten_bit_film_goes_through_rgb() -> None:
    _, forms = decoded(
        encoded([scene(6)] * 2, container="matroska", codec="ffv1", pixel_format="yuv420p10le")
    )
    _, expected = decoded(encoded([scene(6)] * 2))
    assert forms[0].clip_flags == 0
    assert distance(forms[0], expected[0]) <= 10


def test_large_frames_that_need_rgb_are_box_reduced_first() -> None:
    big = scene(6, 1280, 960)
    data = encoded([big], container="matroska", codec="ffv1", pixel_format="yuv420p10le")
    _, forms = decoded(data, within(Limits(reduced_pixels_max=640 * 480)))
    _, expected = decoded(data)
    assert forms[0].clip_flags == 2
    assert (forms[0].full_width, forms[0].full_height) == (1280, 960)
    assert distance(forms[0], expected[0]) <= 16


def test_pixels_come_only_when_asked_for() -> None:
    data = encoded([scene(7)] * 2, rotation=90)
    _, plain = decoded(data)
    _, asked = decoded(data, replace(EXACT, pixels=True))
    assert plain[0].pixels is None
    assert asked[0].pixels is not None
    assert asked[0].pixels.shape == (320, 240, 3)
    expected = np.rot90(scene(7)).astype(np.int16)
    assert np.abs(asked[0].pixels.astype(np.int16) - expected).mean() < 12


def test_more_frames_than_the_limit_keep_the_first_ones(two_scenes: bytes) -> None:
    trouble, forms = troubled(two_scenes, within(Limits(film_frames_max=7)))
    assert (trouble.kind, trouble.code) == ("refused", "frames")
    assert len(forms) == 7
    assert trouble.facts is not None
    assert trouble.facts.frames == 7


def test_the_cpu_budget_ends_a_film(two_scenes: bytes) -> None:
    trouble, _ = troubled(two_scenes, within(Limits(film_cpu_seconds=0.0)))
    assert (trouble.kind, trouble.code) == ("refused", "cpu")


def test_more_pixels_than_the_limit_are_refused(two_scenes: bytes) -> None:
    trouble, forms = troubled(two_scenes, within(Limits(pixels_max=320 * 240 - 1)))
    assert (trouble.kind, trouble.code, forms) == ("refused", "pixels", [])


@pytest.mark.parametrize("kept_percent", [70, 80, 90])
def test_a_film_that_is_cut_off_gives_what_there_was(tmp_path: Path, kept_percent: int) -> None:
    data = index_first(encoded([scene(1)] * 20 + [scene(2)] * 10), tmp_path)
    trouble, forms = troubled(data[: len(data) * kept_percent // 100])
    assert (trouble.kind, trouble.code) == ("unreadable", "damaged")
    assert 0 < len(forms) < 30
    assert trouble.facts is not None
    assert trouble.facts.codec == "h264"


def index_first(data: bytes, folder: Path) -> bytes:
    """The film with ``moov`` in front of ``mdat``, as films for streaming have it."""
    path = folder / "streamed.mp4"
    faststart = {"movflags": "faststart"}
    with av.open(io.BytesIO(data), "r") as source, av.open(str(path), "w", options=faststart) as target:
        track = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = track
                target.mux(packet)
    return path.read_bytes()


def test_damage_in_the_middle_does_not_end_the_film() -> None:
    frames = [scene(1)] * 40
    data = bytearray(encoded(frames, container="mpegts", rate=25, options={"g": "10"}))
    middle = len(data) // 2
    data[middle : middle + 3 * 188] = b"\xff" * (3 * 188)
    _, forms = either(bytes(data))
    assert len(forms) >= 25


@pytest.mark.parametrize(
    ("head", "kind", "code"),
    [
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "refused", "playlist"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "refused", "playlist"),
        (b"<?xml version='1.0'?><MPD><BaseURL>file:///etc/passwd</BaseURL></MPD>", None, None),
        (b"v=0\no=- 0 0 IN IP4 127.0.0.1\n", "not_media", "other_kind"),
        (b"GIF89a" + bytes(100), "not_media", "other_kind"),
        (b"", "not_media", "other_kind"),
    ],
)
def test_what_is_no_film_is_never_handed_to_a_demuxer(
    head: bytes, kind: str | None, code: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film, "_open", lambda *_: pytest.fail("a demuxer was opened"))
    trouble, _ = troubled(head)
    assert trouble.kind in ("refused", "not_media")
    if kind:
        assert (trouble.kind, trouble.code) == (kind, code)


def test_a_film_may_not_open_another_file() -> None:
    with pytest.raises(PermissionError):
        film._refuse_other_files("file:///etc/passwd", 0, {})


def test_sound_alone_is_not_media() -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as target:
        stream = target.add_stream("aac", rate=8000)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        silence.sample_rate = 8000
        target.mux(stream.encode(silence))
        target.mux(stream.encode(None))
    trouble, forms = troubled(out.getvalue())
    assert (trouble.kind, trouble.code, forms) == ("not_media", "sound", [])


def test_two_tracks_are_ambiguous() -> None:
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as target:
        streams = [target.add_stream("mpeg4", rate=10) for _ in range(2)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number, stream in enumerate(streams):
            for _ in range(3):
                target.mux(
                    stream.encode(av.VideoFrame.from_ndarray(scene(number, 64, 64).copy(), format="rgb24"))
                )
            target.mux(stream.encode(None))
    facts, forms = decoded(out.getvalue())
    assert facts.ambiguous == ("several_tracks",)
    assert len(forms) == 3


def test_a_film_put_together_by_hand_decodes() -> None:
    facts, forms = decoded(movie(frames=4))
    assert (facts.codec, len(forms)) == ("mjpeg", 4)


def test_more_frames_declared_than_bytes_are_refused() -> None:
    trouble, forms = troubled(movie(frames=1, declared_frames=1_000_000_000))
    assert (trouble.kind, trouble.code, forms) == ("refused", "declared", [])


def test_frames_that_share_their_bytes_are_refused() -> None:
    trouble, forms = troubled(movie(frames=1, chunks=30_000))
    assert (trouble.kind, trouble.code, forms) == ("refused", "declared", [])


def test_a_frame_that_grows_on_the_way_is_refused() -> None:
    small, large = jpeg(64, 64), jpeg(640, 480)
    data = movie(frames=2).replace(small * 2, small + resized_header(large, 640, 480)[: len(small)])
    trouble, forms = troubled(data, within(Limits(pixels_max=64 * 64)))
    assert trouble.kind in ("refused", "unreadable")
    assert len(forms) == 1


def test_a_film_without_frames_is_unreadable() -> None:
    trouble, _ = troubled(box(b"ftyp", b"isom", bytes(4), b"isom") + box(b"mdat", bytes(100)))
    assert trouble.kind == "unreadable"


def test_form_names_are_those_the_parent_accepts(two_scenes: bytes) -> None:
    _, forms = decoded(two_scenes)
    assert all(re.fullmatch(r"t\d{1,8}\.\d{3}/r0", form.form) for form in forms)


@given(
    st.binary(max_size=4096), st.sampled_from(["mp4", "mkv", "avi", "mpegps", "mpegts", "flv", "asf", "ogg"])
)
@settings(max_examples=60)
def test_any_bytes_behind_a_films_head_give_facts_or_trouble(data: bytes, kind: str) -> None:
    heads = {
        "mp4": b"\0\0\0\x18ftypisom\0\0\0\0isomisom",
        "mkv": b"\x1a\x45\xdf\xa3",
        "avi": b"RIFF\xff\xff\0\0AVI LIST",
        "mpegps": b"\0\0\x01\xba",
        "mpegts": (b"\x47" + bytes(187)) * 5,
        "flv": b"FLV\x01",
        "asf": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
        "ogg": b"OggS\0",
    }
    with pytest.raises(DecodeTrouble):
        decode_film(io.BytesIO(heads[kind] + data), Ask(limits=WEB), lambda _form: None)


@pytest.mark.slow
@given(position=st.floats(0, 1), value=st.binary(min_size=1, max_size=8), cut=st.floats(0.1, 1))
@settings(max_examples=80)
def test_a_mutated_film_gives_facts_or_trouble(position: float, value: bytes, cut: float) -> None:
    data = bytearray(MUTATED)
    at = int(position * (len(data) - len(value)))
    data[at : at + len(value)] = value
    facts, forms = either(bytes(data[: int(cut * len(data))]))
    assert facts.frames == len(forms)


MUTATED = encoded([scene(1, 96, 64)] * 6 + [scene(2, 96, 64)] * 6)


@pytest.mark.slow
@pytest.mark.needs("linux")
def test_frames_that_are_done_with_give_their_memory_back(tmp_path: Path) -> None:
    """PyAV 18 ties a frame whose side data was read into a cycle; 240 frames of these are 110 MB."""
    plan = FilmPlan(seconds=8, width=640, height=480, rate_hz=30, cut_seconds=4)
    path = write_film(tmp_path / "film.mp4", plan=plan)
    gc.collect()
    gc.disable()
    try:
        before = _resident_bytes()
        with path.open("rb") as stream:
            facts = decode_film(stream, Ask(film_mode="exact"), lambda form: None)
        grown = _resident_bytes() - before
    finally:
        gc.enable()
    assert facts.frames == 240
    assert grown < 80 << 20


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def test_a_turned_film_gives_its_memory_back_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each frame's matrix is read, the collector runs as often as their bytes ask for."""
    collected: list[int] = []
    monkeypatch.setattr(film, "HELD_BYTES_MAX", 1)
    monkeypatch.setattr(gc, "collect", lambda generation=2: collected.append(generation))
    decoded(encoded([scene(7)] * 3, rotation=90))
    assert collected.count(1) == 3
    collected.clear()
    decoded(encoded([scene(7)] * 3))
    assert collected.count(1) == 1
