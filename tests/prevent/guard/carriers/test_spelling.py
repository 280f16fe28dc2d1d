from __future__ import annotations

import base64
import json
from html import escape, unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.prevent.guard.carriers.spelling import (
    NAMED,
    from_base64,
    plain,
    without_breaks,
    without_percents,
)

PRINTED = st.text(alphabet=[chr(one) for one in range(32, 127)], max_size=60)


@given(PRINTED)
def test_what_html_escaped_is_as_it_was(text: str) -> None:
    assert plain(escape(text).encode()) == text.replace("\\", "").encode() or "\\" in text or "&" in text


@given(PRINTED)
def test_what_json_wrote_is_as_it_was(text: str) -> None:
    if "&" not in text:
        assert plain(json.dumps(text).encode()[1:-1]) == text.encode()


@given(st.text(alphabet="data:/,;+=base64", max_size=40), st.sampled_from(["&#{};", "&#0{};"]))
def test_decimal_references_are_undone(text: str, form: str) -> None:
    assert plain("".join(form.format(ord(one)) for one in text).encode()) == text.encode()


@pytest.mark.parametrize(
    "form", ["&#x{:x};", "&#X00{:X};", "\\x{:02x}", "\\u00{:02x}", "\\u{{{:x}}}", "\\{:x} ", "\\0000{:x}"]
)
def test_hexadecimal_spellings_are_undone(form: str) -> None:
    assert plain("".join(form.format(ord(one)) for one in "data:+/=").encode()) == b"data:+/="


@pytest.mark.parametrize("name", sorted(NAMED))
def test_each_name_is_one_that_html_knows(name: bytes) -> None:
    spelt = {b"tab": "&Tab;", b"newline": "&NewLine;"}.get(name, f"&{name.decode()};")
    assert unescape(spelt).encode() == NAMED[name]
    assert plain(spelt.encode()) == NAMED[name]


def test_escapes_of_scripts_are_undone() -> None:
    assert plain(rb"a\/b\"c\\d\ne\tf") == b'a/b"c\\d\ne\tf'
    assert plain(b"a\\\nb\\\r\nc") == b"abc"


def test_what_is_no_escape_stays() -> None:
    assert plain(b"&nothing; &#x110000; \\u1234 100% & \\") == b"&nothing; &#x110000; \\u1234 100% & \\"


@given(st.binary(max_size=200))
def test_percent_signs_are_undone(content: bytes) -> None:
    assert without_percents(b"".join(b"%%%02X" % byte for byte in content)) == content
    assert without_percents(b"100% %zz") == b"100% %zz"


def test_breaks_go() -> None:
    assert without_breaks(b"\tda\r\nta :") == b"data :"


@given(st.binary(max_size=300))
def test_base64_of_every_length_comes_back(content: bytes) -> None:
    written = base64.b64encode(content)
    assert from_base64(written) == from_base64(written.rstrip(b"=")) == content
    assert from_base64(base64.urlsafe_b64encode(content)) == content
    assert from_base64(b"\n".join(written[at : at + 5] for at in range(0, len(written), 5))) == content


def test_a_letter_too_many_is_dropped() -> None:
    assert from_base64(b"AAAAA") == b"\0\0\0"
    assert from_base64(b"") == b""
