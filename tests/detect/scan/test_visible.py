"""Names from outside: nothing in them steers the screen, and nothing of them is lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.scan.visible import visible


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("photo.jpg", "photo.jpg"),
        ("gnp\u202e.gpj", "gnp\\u202e.gpj"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\udcff.jpg", "\\xff.jpg"),
        ("Bücher 写真", "Bücher 写真"),
        ("a\nb", "a\\x0ab"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_hidden_signs_are_written_out(name: str, shown: str) -> None:
    assert visible(name) == shown


@given(st.text(alphabet=st.characters(codec=None)))
def test_whatever_comes_is_printable_text(name: str) -> None:
    shown = visible(name)
    shown.encode("utf-8")
    assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") for sign in shown)
