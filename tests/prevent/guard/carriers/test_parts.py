from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.prevent.guard.carriers.parts import boundary_of, parts

HEAD = b"Content-Type: image/png\r\nX: y\r\n\r\n"


def test_each_part_has_its_type_and_content() -> None:
    body = b"--B\r\n" + HEAD + b"first\r\n--B\r\n" + HEAD + b"second\n\r\n--B--\r\n"
    found = [one for one in parts(body, b"B") if one.declared]
    assert [one.content for one in found] == [b"first", b"second\n"]
    assert all(body[one.start :].startswith(HEAD) for one in found)


def test_what_stands_before_and_after_the_marks_is_looked_at_too() -> None:
    assert [one.content for one in parts(b"ahead\r\n--B\r\n\r\nx\r\n--B--behind", b"B")] == [
        b"ahead",
        b"x",
        b"--behind",
    ]


def test_a_part_in_base64_is_read() -> None:
    fields = b"Content-Type: image/png\r\nContent-Transfer-Encoding: BASE64\r\n\r\n"
    (one,) = parts(b"--B\r\n" + fields + base64.encodebytes(b"x" * 100) + b"\r\n", b"B")
    assert one.content == b"x" * 100


def test_bare_line_ends_do() -> None:
    (one,) = parts(b"--B\nContent-type: image/gif\n\nGIF\n--B", b"B")
    assert (one.declared, one.content) == ("image/gif", b"GIF")


@pytest.mark.parametrize(
    ("header", "boundary"),
    [
        ("multipart/mixed; boundary=abc", b"abc"),
        ('multipart/x-mixed-replace;Boundary="a b"; x', b"a b"),
        ("multipart/x-mixed-replace; boundary=--abc", b"abc"),
    ],
)
def test_a_header_names_the_boundary(header: str, boundary: bytes) -> None:
    assert boundary_of(header) == boundary


@pytest.mark.parametrize(
    "header", ["multipart/mixed", "multipart/mixed; boundary=", "multipart/mixed; boundary=" + "x" * 71]
)
def test_without_a_boundary_nothing_is_known(header: str) -> None:
    with pytest.raises(ValueError, match="boundary"):
        boundary_of(header)


@given(st.lists(st.sampled_from([b"--B", b"\r\n", b"\n", b"Content-Type: x", b"abc", b"--"])).map(b"".join))
def test_parts_are_in_order_and_lie_inside(body: bytes) -> None:
    past = 0
    for one in parts(body, b"B"):
        assert past <= one.start <= one.end <= len(body)
        past = one.end
