"""Kinds by content alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pictures import encoded, landscape
from tutela.detect.media.sniff import HEAD_BYTES, KINDS, family, sniff

HEADS = {
    "pdf": b"%PDF-1.4\n",
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
    "zip": b"PK\x03\x04" + bytes(64),
    "office": b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml",
    "7z": b"7z\xbc\xaf\x27\x1c\0\x04",
    "rar": b"Rar!\x1a\x07\x01\0",
    "gz": b"\x1f\x8b\x08\0",
    "xz": b"\xfd7zXZ\0",
    "bz2": b"BZh91AY&SY",
    "tar": bytes(257) + b"ustar\0" + bytes(300),
    "mp4": b"\0\0\0\x18ftypisom" + bytes(16),
    "heic": b"\0\0\0\x18ftypheic" + bytes(16),
    "avif": b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif" + bytes(16),
    "mkv": b"\x1a\x45\xdf\xa3" + bytes(16),
    "avi": b"RIFF\0\0\0\0AVI LIST",
    "mpegps": b"\0\0\x01\xba" + bytes(16),
    "mpegts": (b"\x47" + bytes(187)) * 5,
    "e01": b"EVF\x09\x0d\x0a\xff\0" + bytes(8),
    "disk": bytes(510) + b"\x55\xaa" + bytes(HEAD_BYTES - 512),
    "mail": b"Return-Path: <a@example.test>\n",
    "playlist": b"#EXTM3U\n#EXT-X-VERSION:3\n",
    "psd": b"8BPS\0\x01",
    "other_picture": b"\0\0\0\x0cjP  \r\n\x87\n",
    "unknown": b"just text",
    "empty": b"",
}


@pytest.mark.parametrize(("kind", "head"), sorted(HEADS.items()))
def test_a_kind_is_known_by_its_first_bytes(kind: str, head: bytes) -> None:
    assert sniff(head) == kind


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP"])
def test_a_picture_is_known_whatever_its_name(kind: str) -> None:
    assert sniff(encoded(landscape(1, 32, 32), kind)[:HEAD_BYTES]) == kind.lower()


@pytest.mark.parametrize(
    ("kind", "room"),
    [("jpeg", "picture"), ("mkv", "film"), ("7z", "container"), ("pdf", "closed"), ("psd", "closed")],
)
def test_a_kind_belongs_to_one_family(kind: str, room: str) -> None:
    assert family(kind) == room
    assert family("unknown") == family("empty") == "other"


@given(st.binary(max_size=600))
def test_any_bytes_have_one_of_the_kinds(head: bytes) -> None:
    assert sniff(head) in KINDS


@given(st.binary(max_size=64), st.sampled_from(sorted(HEADS)))
def test_more_bytes_behind_a_known_start_do_not_change_a_picture(tail: bytes, kind: str) -> None:
    assert sniff(b"\x89PNG\r\n\x1a\n" + HEADS[kind] + tail) == "png"
