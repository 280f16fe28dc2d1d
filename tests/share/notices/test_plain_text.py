"""Names of others on one line."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.share.notices.plain_text import one_line


@pytest.mark.parametrize(
    ("untrusted", "line"),
    [
        ("  Host   BV\n", "Host BV"),
        ("a\r\nBcc: x@y.test", "a Bcc: x@y.test"),
        ("abc\u202edef", "abc def"),
        ("a\ud800b", "a b"),
        ("e\u0301", "\u00e9"),
        ("x" * 500, "x" * 120),
        (None, ""),
        (["a"], ""),
    ],
)
def test_a_name_stands_on_one_line(untrusted: Any, line: str) -> None:
    assert one_line(untrusted) == line


@given(st.text(st.characters(), max_size=300))
def test_any_text_is_printable_and_stays_as_it_is_the_second_time(text: str) -> None:
    line = one_line(text)
    assert len(line) <= 120
    assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for letter in line)
    assert one_line(line) == line
    line.encode("utf-8")
