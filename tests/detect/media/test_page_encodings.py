"""The character set of a page is the one that a browser would take, and never one that hides text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.media.page_encodings import CODECS, FALLBACK, encoding_of, text_of, warm


@pytest.mark.parametrize(
    ("data", "charset", "name"),
    [
        (b"", "", FALLBACK),
        (b"\xef\xbb\xbfx", "windows-1251", "utf-8"),
        (b"\xff\xfex\0", "", "utf-16le"),
        (b"\xfe\xff\0x", "utf-8", "utf-16be"),
        (b"<meta charset=koi8-r>", "windows-1251", "windows-1251"),
        (b"<meta charset='KOI8-R'>", "", "koi8-r"),
        (b'<meta http-equiv=Content-Type content="text/html; charset=Shift_JIS">', "", "shift_jis"),
        (b"<meta charset=utf-16>", "", "utf-8"),
        (b"<meta charset=utf-7>", "", FALLBACK),
        (b"x" * 1_024 + b"<meta charset=utf-8>", "", FALLBACK),
        (b"", "utf-7", FALLBACK),
        (b"", "hz-gb-2312", FALLBACK),
        (b"", '"UTF-8"', "utf-8"),
        (b"", "latin1", "windows-1252"),
        (b"", "gb2312", "gbk"),
    ],
)
def test_the_character_set_is_that_of_a_browser(data: bytes, charset: str, name: str) -> None:
    assert encoding_of(data, charset) == name


def test_a_text_in_utf7_stays_what_it_is() -> None:
    text, _ = text_of(b"+ADw-img src=x+AD4-", "utf-7")
    assert text == "+ADw-img src=x+AD4-"


@given(st.binary(max_size=200), st.sampled_from(sorted(CODECS)))
def test_every_byte_sequence_is_some_text(data: bytes, charset: str) -> None:
    text, name = text_of(data, charset)
    assert name in CODECS
    text.encode("utf-8", "replace")


@given(st.text(st.characters(codec="utf-8"), max_size=50).filter(lambda text: not text.startswith("\ufeff")))
def test_a_text_in_utf8_and_utf16_comes_back(text: str) -> None:
    assert text_of(text.encode("utf-8"), "utf-8")[0] == text or text.encode()[:2] in (
        b"\xfe\xff",
        b"\xff\xfe",
    )
    assert text_of(codecs.BOM_UTF16_LE + text.encode("utf-16-le"))[0] == text


def test_every_codec_is_there() -> None:
    warm()
