from __future__ import annotations

import pytest

from tests.pictures import every_format
from tutela.prevent.guard.carriers.kinds import kind_of, kind_of_whole, media_type

ICON = b"\0\0\1\0\1\0" + bytes(40)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
FILM = b"\0\0\0\x20ftypisom" + bytes(40)
PICTURES = dict(every_format(width=16, height=16))


@pytest.mark.parametrize("name", sorted(PICTURES))
@pytest.mark.parametrize(
    "declared", ["", "text/html", "application/octet-stream", "image/svg+xml", "video/mp4"]
)
def test_a_picture_is_one_whatever_it_is_declared_as(name: str, declared: str) -> None:
    assert kind_of(declared, PICTURES[name]) == "picture"


@pytest.mark.parametrize("head", [ICON, b"\0\0\2\0\1\0" + bytes(40), b"\xff\x0a" + bytes(30)])
def test_icons_cursors_and_jpeg_xl_are_pictures(head: bytes) -> None:
    assert kind_of("text/plain", head) == "picture"


@pytest.mark.parametrize("declared", ["image/png", "Image/WebP; q=1", "image/x-nobody-knows"])
def test_what_is_declared_a_picture_is_one_even_if_nobody_can_read_it(declared: str) -> None:
    assert kind_of(declared, b"neither here nor there") == "picture"
    assert kind_of(declared) == "picture"


@pytest.mark.parametrize(
    ("declared", "head"),
    [
        ("image/svg+xml", SVG),
        ("image/svg+xml", b"\xff\xfe<\0s\0v\0g\0"),
        ("text/xml", b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- drawn -->\n" + SVG),
        ("", b"  \n<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x'>" + SVG),
        ("image/png", SVG),
        ("application/octet-stream", b"<s:svg xmlns:s='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_an_svg_is_a_vector(declared: str, head: bytes) -> None:
    assert kind_of(declared, head) == "vector"


def test_a_page_with_an_svg_in_it_is_a_text() -> None:
    assert kind_of("text/html", SVG) == "text"
    assert kind_of("", b"<!doctype html><p>" + SVG) == "text"


@pytest.mark.parametrize(
    ("declared", "head", "kind"),
    [
        ("video/mp4", b"", "film"),
        ("text/plain", FILM, "film"),
        ("application/octet-stream", b"\0\0\0\x18styp" + bytes(20), "segment"),
        ("", b"\x1f\x43\xb6\x75" + bytes(20), "segment"),
        ("application/vnd.apple.mpegurl", b"", "segment"),
        ("application/vnd.apple.mpegurl", FILM, "film"),
        ("text/plain", b"#EXTM3U\n", "segment"),
        ("application/dash+xml", b"<MPD/>", "segment"),
        ("application/mp4", b"", "film"),
        ("video/mp2t", b"", "segment"),
        ("video/mp4", (b"G" + bytes(187)) * 4, "segment"),
        ("audio/mp4", b"\0\0\0\x18styp" + bytes(20), "sound"),
        ("audio/mp4", FILM, "sound"),
        ("audio/mpeg", b"ID3", "sound"),
        ("multipart/x-mixed-replace; boundary=x", b"", "parts"),
        ("application/signed-exchange;v=b3", b"sxg1-b3\0", "sealed"),
        ("text/css", b"p{}", "text"),
        ("application/problem+json", b"{}", "text"),
        ("", b"plain words", "text"),
        ("application/octet-stream", b'{"a": 1}', "text"),
        ("", b"<!doctype html>\0\1<img>", "text"),
        ("unknown/unknown", b"\xef\xbb\xbf\r\n <SCRIPT>\2", "text"),
        ("application/x-ecmascript", b"let a = 1", "text"),
        ("application/x-nobody-knows", b'{"a": 1}', "text"),
        ("", b"\0<html>", "other"),
        ("application/x-nobody-knows", b"a\0b", "other"),
        ("application/octet-stream", b"\0\1\2\3", "other"),
        ("application/zip", b"PK\3\4", "other"),
        ("application/pdf", b"%PDF-1.7", "other"),
        ("font/woff2", b"wOF2", "other"),
        ("application/octet-stream", b"", "other"),
    ],
)
def test_every_other_body_has_its_kind(declared: str, head: bytes, kind: str) -> None:
    assert kind_of(declared, head) == kind


def test_the_bare_type_is_in_lower_case() -> None:
    assert media_type(" Text/HTML ; charset=x") == "text/html"
    assert media_type("") == ""


@pytest.mark.parametrize(
    ("said", "bare"),
    [
        ("audio/mpeg, Text/HTML; charset=x", "text/html"),
        ("text/html; charset=x, audio/mpeg", "text/html"),
        ("audio/mpeg, font/woff2", "font/woff2"),
        ('multipart/mixed; boundary="a, b/c"', "multipart/mixed"),
        ("video/mp4; codecs=a, b", "video/mp4"),
        ("html, html", "html, html"),
    ],
)
def test_of_several_types_the_one_of_a_text_counts_or_the_last(said: str, bare: str) -> None:
    assert media_type(said) == bare


def test_many_blanks_ahead_of_an_svg_take_no_long_time() -> None:
    assert kind_of("", b" \n" * 2000 + b"<") == "text"


def test_a_whole_body_tells_films_from_pieces() -> None:
    piece = b"\0\0\0\x10styp" + bytes(8) + b"\0\0\0\x10moof" + bytes(8)
    assert kind_of_whole("video/mp4", piece) == "segment"
    assert kind_of_whole("video/mp4", piece + b"\0\0\0\x10moov" + b"mvhdmvhd") == "film"
    assert kind_of_whole("video/mp4", b"neither") == "film"
    assert kind_of_whole("application/dash+xml", b"<MPD/>") == "segment"
    assert kind_of_whole("audio/mp4", piece) == "sound"
    assert kind_of_whole("text/html", b"words") == "text"
