from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.matching.listings import KINDS, OPTIONS, SALT
from tutela.detect.matching.columns import EXACT_BYTES
from tutela.detect.matching.readers.options import ReadOptions
from tutela.detect.matching.readers.values import (
    UnusableError,
    parse_film,
    parse_kind,
    parse_value,
    render_value,
)
from tutela.detect.matching.urls import entry_print


@given(st.sampled_from([kind for kind in KINDS if kind != "vpdq"]), st.data())
def test_values_survive_their_text(kind: str, data: st.DataObject) -> None:
    width = EXACT_BYTES.get(kind, 32)
    value = data.draw(st.binary(min_size=width, max_size=width))
    assert parse_value(kind, f"  {render_value(kind, value)} ", OPTIONS) == value


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=5, unique=True))
def test_films_survive_their_text(frames: list[bytes]) -> None:
    film = b"".join(frames)
    assert parse_value("vpdq", render_value("vpdq", film), OPTIONS) == film


@pytest.mark.parametrize(
    ("spelling", "kind"), [("SHA-256", "sha256"), (" MD5 ", "md5"), ("photo_DNA", "photodna"), ("url", "url")]
)
def test_parse_kind_takes_the_usual_spellings(spelling: str, kind: str) -> None:
    assert parse_kind(spelling) == kind


def test_parse_kind_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="md5, sha1"):
        parse_kind("crc32")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("md5", "a" * 31),
        ("md5", "g" * 32),
        ("md5", "aa " * 10 + "aa"),
        ("md5", ""),
        ("sha256", "a" * 32),
        ("pdq", "0x" + "a" * 62),
        ("vpdq", ""),
        ("vpdq", "ab" * 33),
        ("vpdq", "zz" * 32),
        ("photodna", "AAAA"),
        ("photodna", "!" * 192),
        ("photodna", "g" * 288),
        ("url", "javascript:alert(1)"),
        ("text", "ab"),
        ("url", "keyed:abc"),
    ],
)
def test_parse_value_refuses_what_cannot_be_one(kind: str, text: str) -> None:
    with pytest.raises(ValueError):
        parse_value(kind, text, OPTIONS)


def test_photodna_is_read_in_both_spellings() -> None:
    value = bytes(range(144))
    assert parse_value("photodna", base64.b64encode(value).decode(), OPTIONS) == value
    assert parse_value("photodna", value.hex().upper(), OPTIONS) == value


def test_parse_film_keeps_usable_frames_once() -> None:
    good, poor = "ab" * 32, "cd" * 32
    text = json.dumps([f"{good},100,0.000", f"{poor},49,1.000", f"{good},50,2.000"])
    assert parse_film(text) == bytes.fromhex(good)
    assert parse_film(good + good) == bytes.fromhex(good)
    older = json.dumps({"0": {"hash": good, "quality": 100, "timestamp": 0}})
    assert parse_film(older) == bytes.fromhex(good)


def test_parse_film_without_a_usable_frame_is_unusable() -> None:
    with pytest.raises(UnusableError, match="without a usable frame"):
        parse_film(json.dumps(["ab" * 32 + ",10,0.000"]))


def test_urls_and_keywords_are_kept_as_keyed_digests() -> None:
    assert parse_value("url", "http://site.example/a", OPTIONS) == entry_print("site.example/a", SALT)
    assert len(parse_value("text", "blue-lantern-test", OPTIONS)) == 32


def test_keyed_digests_need_the_salt_they_were_made_with() -> None:
    text = render_value("url", b"\x07" * 32)
    assert parse_value("url", text, OPTIONS) == b"\x07" * 32
    with pytest.raises(ValueError, match="salt of its list"):
        parse_value("url", text, ReadOptions(salt=SALT))
