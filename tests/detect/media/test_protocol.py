"""The wire: what is rendered is parsed again, and nothing else is."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.media import protocol
from tutela.detect.media.ambiguity import REASONS as AMBIGUITY
from tutela.detect.media.protocol import Digests, Ready, Request
from tutela.detect.media.shapes import FORENSIC, WEB, Ask, MediaFacts, ShownForm
from tutela.detect.media.sniff import KINDS
from tutela.detect.media.troubles import REASONS

LUMA = np.linspace(0, 255, 4096, dtype=np.float32).reshape(64, 64)


def form(**changes: Any) -> ShownForm:
    values = {"form": "f0/r0", "frame": 0, "full_width": 640, "full_height": 480, "luma64": LUMA}
    return ShownForm(**{**values, **changes})


ASKS = st.builds(
    Ask,
    pdq_mode=st.sampled_from(["exact", "fast"]),
    film_mode=st.sampled_from(["exact", "standard", "keys"]),
    film_rate_hz=st.floats(0.1, 60),
    crops_percent=st.lists(st.integers(1, 45), max_size=8).map(tuple),
    pixels=st.booleans(),
    pixels_side=st.integers(0, 1024),
    limits=st.sampled_from([WEB, FORENSIC, replace(WEB, pixels_max=123, item_cpu_seconds=1.5)]),
)


@given(
    ASKS,
    st.sampled_from([protocol.EXAMINE, protocol.DIGESTS_ONLY]),
    st.integers(0, 1 << 50),
    st.integers(0, 1 << 50),
)
def test_a_request_survives_the_wire(ask: Ask, operation: int, size_bytes: int, at_bytes: int) -> None:
    request = Request(operation=operation, size_bytes=size_bytes, ask=ask, at_bytes=at_bytes)
    message = protocol.render_request(request)
    assert len(message) == protocol.REQUEST_BYTES
    assert protocol.parse_request(message) == request


def test_a_request_must_have_the_magic_and_the_length() -> None:
    message = protocol.render_request(Request(operation=1, size_bytes=0, ask=Ask()))
    for wrong in (message[:-1], message + b"x", b"x" + message[1:]):
        with pytest.raises(ValueError):
            protocol.parse_request(wrong)
    with pytest.raises(ValueError, match="eight crops"):
        protocol.render_request(Request(operation=1, size_bytes=0, ask=Ask(crops_percent=tuple(range(9)))))


def test_a_greeting_and_digests_survive_the_wire() -> None:
    ready = Ready(pid=17, layers=7, parts=3)
    assert protocol.parse_ready(protocol.render_ready(ready)) == ready
    digests = Digests(size_bytes=9, md5=b"m" * 16, sha1=b"s" * 20, sha256=b"h" * 32)
    assert protocol.parse_digests(protocol.render_digests(digests), size_bytes=9) == digests
    with pytest.raises(ValueError, match="more bytes"):
        protocol.parse_digests(protocol.render_digests(digests), size_bytes=8)
    with pytest.raises(ValueError, match="magic"):
        protocol.parse_ready(bytes(10))


@pytest.mark.parametrize(
    "name", ["f0/r0", "f299/r0/white", "f0/r0/black/c10", "t0.000/r0", "t12345.678/mx", "f1/r270"]
)
def test_a_form_survives_the_wire(name: str) -> None:
    sent = form(form=name, frame=3, clip_flags=5)
    got = protocol.parse_form(protocol.render_form(sent), ask=Ask())
    assert (got.form, got.frame, got.full_width, got.full_height, got.clip_flags) == (name, 3, 640, 480, 5)
    assert np.array_equal(got.luma64, LUMA)
    assert got.luma64.flags.aligned
    assert got.pixels is None


def test_pixels_survive_the_wire() -> None:
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    got = protocol.parse_form(protocol.render_form(form(pixels=pixels)), ask=Ask(pixels=True))
    assert got.pixels is not None
    assert np.array_equal(got.pixels, pixels)


WRONG: dict[str, Callable[[], bytes]] = {
    "name": lambda: protocol.render_form(form(form="f0/r0/../../x")),
    "empty name": lambda: protocol.render_form(form(form="")),
    "flag": lambda: protocol.render_form(form(clip_flags=64)),
    "no width": lambda: protocol.render_form(form(full_width=0)),
    "side": lambda: protocol.render_form(form(full_width=70_000)),
    "pixels": lambda: protocol.render_form(form(full_width=60_000, full_height=60_000)),
    "not a number": lambda: protocol.render_form(form(luma64=np.full((64, 64), np.nan, np.float32))),
    "infinite": lambda: protocol.render_form(form(luma64=np.full((64, 64), np.inf, np.float32))),
    "negative": lambda: protocol.render_form(form(luma64=np.full((64, 64), -1, np.float32))),
    "bright": lambda: protocol.render_form(form(luma64=np.full((64, 64), 256, np.float32))),
    "short": lambda: protocol.render_form(form())[:-1],
    "long": lambda: protocol.render_form(form()) + b"x",
    "nothing": bytes,
    "unasked pixels": lambda: protocol.render_form(form(pixels=np.zeros((2, 2, 3), np.uint8))),
    "name that is no text": lambda: protocol.render_form(form()).replace(b"f0/r0", b"f0/\xff0"),
}


@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_a_wrong_form_is_an_error(wrong: str) -> None:
    with pytest.raises(ValueError):
        protocol.parse_form(WRONG[wrong](), ask=Ask())


def test_squashed_pixels_have_the_side_that_was_asked_for() -> None:
    sent = protocol.render_form(form(pixels=np.zeros((8, 8, 3), np.uint8)))
    assert protocol.parse_form(sent, ask=Ask(pixels=True, pixels_side=8)).pixels is not None
    with pytest.raises(ValueError):
        protocol.parse_form(sent, ask=Ask(pixels=True, pixels_side=9))


@given(st.binary(max_size=300))
def test_any_bytes_are_parsed_or_an_error(untrusted: bytes) -> None:
    parsers: list[Callable[[bytes], object]] = [
        protocol.parse_ready,
        protocol.parse_facts,
        protocol.parse_trouble,
        lambda data: protocol.parse_form(data, ask=Ask()),
        lambda data: protocol.parse_digests(data, size_bytes=1),
    ]
    for parse in parsers:
        try:
            parse(untrusted)
        except ValueError:
            continue


@given(
    st.builds(
        MediaFacts,
        container=st.sampled_from(KINDS),
        codec=st.from_regex(r"[a-z0-9_.+-]{0,32}", fullmatch=True),
        width=st.integers(0, 1 << 31),
        height=st.integers(0, 1 << 31),
        frames=st.integers(0, 1 << 31),
        duration_seconds=st.floats(0, 1e8),
        ambiguous=st.lists(st.sampled_from(AMBIGUITY), unique=True).map(
            lambda found: tuple(sorted(found, key=AMBIGUITY.index))
        ),
    )
)
def test_facts_survive_the_wire(facts: MediaFacts) -> None:
    assert protocol.parse_facts(protocol.render_facts(facts)) == facts


FACTS = struct.Struct("<IIIdIBB")


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        FACTS.pack(1, 1, 1, 0.0, 0, 5, 0) + b"hello",
        FACTS.pack(1, 1, 1, 0.0, 0, 4, 9) + b"jpega secret",
        FACTS.pack(1, 1, 1, 0.0, 0, 4, 2) + b"jpegjpeg",
        FACTS.pack(1, 1, 1, float("nan"), 0, 4, 0) + b"jpeg",
        FACTS.pack(1, 1, 1, -1.0, 0, 4, 0) + b"jpeg",
        FACTS.pack(1, 1, 1, 0.0, 1 << 31, 4, 0) + b"jpeg",
        FACTS.pack(1, 1, 1, 0.0, 0, 4, 0) + b"jp\xffg",
    ],
)
def test_wrong_facts_are_an_error(untrusted: bytes) -> None:
    with pytest.raises(ValueError):
        protocol.parse_facts(untrusted)


@pytest.mark.parametrize("code", sorted(REASONS))
def test_a_trouble_survives_the_wire(code: str) -> None:
    got = protocol.parse_trouble(protocol.render_trouble("refused", code))
    assert (got.kind, got.reason) == ("refused", REASONS[code][1])


def test_an_unknown_trouble_is_an_error() -> None:
    for kind, number in ((9, 1), (0, 60_000)):
        with pytest.raises(ValueError):
            protocol.parse_trouble(struct.pack("<BH", kind, number))


def test_only_asked_pixels_make_room_for_long_frames() -> None:
    assert protocol.form_payload_max(Ask()) == protocol.PAYLOAD_MAX
    assert protocol.form_payload_max(Ask(pixels=True)) > 3 * WEB.pixels_max
    assert protocol.form_payload_max(Ask(pixels=True, pixels_side=8)) == protocol.PAYLOAD_MAX + 3 * 64
