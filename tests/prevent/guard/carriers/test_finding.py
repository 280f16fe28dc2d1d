from __future__ import annotations

import base64
from functools import partial
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pictures import jpeg, landscape, png
from tutela.prevent.guard.carriers import blanks, finding
from tutela.prevent.guard.carriers.finding import TooMuch, find, mended, pictures, stopped

ONE, OTHER = jpeg(landscape(1, 48, 32), quality=70), png(landscape(2, 20, 20))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">%s</svg>'
MIXED = "multipart/x-mixed-replace; boundary=B"


def address(content: bytes, declared: str = "image/png") -> bytes:
    return b"data:" + declared.encode() + b";base64," + base64.b64encode(content)


def written(content: bytes, declared: str) -> bytes:
    return b"data:" + declared.encode() + b"," + quote_from_bytes(content).encode()


def image(content: bytes) -> bytes:
    return b'<image href="%s"/>' % address(content)


NESTED = {
    "svg": address(SVG % image(ONE), "image/svg+xml"),
    "svg written out": written(SVG % image(ONE), "image/svg+xml;charset=utf-8"),
    "svg in svg": address(
        SVG % b'<image href="%s"/>' % address(SVG % image(ONE), "image/svg+xml"), "image/svg+xml"
    ),
    "style": address(b"p{background:url(%s)}" % address(ONE), "text/css"),
    "page": written(b"<img src='%s'>" % address(ONE), "text/html"),
    "script": address(b"x='%s'" % base64.b64encode(ONE), "text/javascript"),
    "mislabelled": address(ONE, "text/plain"),
    "parts": address(
        b"--B\r\nContent-Type: image/jpeg\r\n\r\n" + ONE + b"\r\n--B--", "multipart/mixed;boundary=B"
    ),
}


@pytest.mark.parametrize("name", sorted(set(NESTED) - {"parts"}))
def test_what_is_nested_is_found_and_stops_what_it_stands_in(name: str) -> None:
    body = b'<p><img src="%s"><img src="%s">' % (NESTED[name], address(OTHER))
    found = find(body)
    assert set(pictures(found)) == {ONE, OTHER}
    assert stopped(found, lambda content: True) == ()
    held = stopped(found, lambda content: content == OTHER)
    assert [body[one.start : one.end] for one in held] == [NESTED[name]]
    assert base64.b64encode(ONE)[:40] not in mended(body, held)


def test_texts_without_pictures_have_nothing_in_them() -> None:
    drawn = address(SVG % b"<path/>", "image/svg+xml")
    assert find(b'<img src="%s"><a href="data:text/plain,words">{data:e,f}' % drawn) == ()
    assert find(b'url("data:font/woff2;base64,d09GMgABAAAAAA")') == ()


def test_a_vector_that_is_refused_stops_though_nothing_is_in_it() -> None:
    found = find(b'<img src="%s">' % address(SVG % b'<script href="//x.test/a"/>', "image/svg+xml"))
    assert stopped(found, lambda content: True) == found
    assert blanks.VECTOR_TYPE.encode() in mended(b'<img src="%s">' % (b"x" * 2000), found)


def test_pieces_of_streams_stop_unless_they_are_let_through() -> None:
    piece = b"\0\0\0\x10styp" + bytes(8) + b"\0\0\0\x10moof" + bytes(8)
    found = find(b'{"init": "%s"}' % address(piece, "video/mp4"))
    assert [one.kind for one in found] == ["segment"]
    assert stopped(found, lambda content: True) == found
    assert stopped(found, lambda content: True, segments_pass=True) == ()


def test_films_stop_whatever_is_let_through() -> None:
    found = find(b'<video src="%s">' % address(b"\0\0\0\x20ftypisom" + bytes(40), "video/mp4"))
    assert [one.kind for one in found] == ["film"]
    assert stopped(found, lambda content: True) == found
    assert stopped(found, lambda content: True, segments_pass=True) == found


def test_parts_are_ruled_one_by_one() -> None:
    part = b"--B\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n"
    body = part % (len(ONE), ONE) + part % (len(OTHER), OTHER) + b"--B--\r\n"
    found = find(body, MIXED)
    assert pictures(found) == (ONE, OTHER)
    after = mended(body, stopped(found, lambda content: content == OTHER))
    assert ONE not in after
    assert pictures(find(after, MIXED)) == (blanks.RASTER, OTHER)
    assert after.endswith(part % (len(OTHER), OTHER) + b"--B--\r\n")


def test_a_part_that_is_a_text_is_looked_into() -> None:
    body = b"--B\r\nContent-Type: text/html\r\n\r\n<img src=%s>\r\n--B--" % address(ONE)
    assert pictures(find(body, MIXED)) == (ONE,)


def test_bare_base64_is_replaced_by_base64() -> None:
    body = b'{"a":"%s"}' % base64.b64encode(ONE)
    assert mended(body, find(body)) == b'{"a":"%s"}' % blanks.RASTER_BASE64


@given(
    st.lists(
        st.tuples(
            st.text(alphabet="ab <>=/\n{}", max_size=15),
            st.sampled_from([ONE, OTHER]),
            st.sampled_from(['"%s"', "'%s'", "(%s)", "`%s`", " %s "]),
            st.booleans(),
        ),
        max_size=5,
    ),
    st.text(alphabet="ab <>=/\n{}", max_size=15),
)
def test_mending_leaves_every_other_byte(pieces: list[tuple[str, bytes, str, bool]], last: str) -> None:
    def text(*, held: bool) -> bytes:
        return (
            b"".join(
                before.encode()
                + form.encode() % (blanks.RASTER_ADDRESS if held and stops else address(content))
                for before, content, form, stops in pieces
            )
            + last.encode()
        )

    body = text(held=False)
    found = find(body)
    assert [one.content for one in found] == [content for _, content, _, _ in pieces]
    held = [one for one, piece in zip(found, pieces, strict=True) if piece[3]]
    assert mended(body, held) == text(held=True)
    assert mended(body, ()) == body


@pytest.mark.parametrize(
    "limits",
    [{"embedded": 2}, {"addresses": 2}, {"decoded_bytes": 2 * len(ONE)}],
    ids=lambda one: next(iter(one)),
)
def test_beyond_a_limit_the_body_is_too_much(limits: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "_Left", partial(finding._Left, **limits))
    assert len(find(b'"%s"' % address(ONE) * 2)) == 2
    with pytest.raises(TooMuch):
        find(b'"%s"' % address(ONE) * 3)


def test_texts_too_deep_inside_one_another_are_too_much() -> None:
    body = image(ONE)
    for _ in range(finding.NESTING_MAX):
        body = b'<img src="%s">' % address(body, "text/html")
    assert pictures(find(body)) == (ONE,)
    with pytest.raises(TooMuch):
        find(b'<img src="%s">' % address(body, "text/html"))


def test_many_texts_side_by_side_are_not_deep() -> None:
    body = (b'<img src="%s">' % NESTED["svg in svg"]) * (3 * finding.NESTING_MAX)
    assert len(find(body)) == 3 * finding.NESTING_MAX


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_two_byte_letters_with_an_address_are_too_much(codec: str) -> None:
    with pytest.raises(TooMuch):
        find(f'<img src="Data:image/png;base64,{"A" * 40}">'.encode(codec))
    assert find("<p>no picture".encode(codec)) == ()


def test_a_multipart_body_without_a_boundary_is_too_much() -> None:
    with pytest.raises(TooMuch):
        find(b"x", "multipart/mixed")
