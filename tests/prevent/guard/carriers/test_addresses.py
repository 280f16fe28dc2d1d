from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pictures import jpeg, landscape, png
from tutela.prevent.guard.carriers.addresses import HEADER_BYTES_MAX, Address, addresses

PICTURE = jpeg(landscape(1, 48, 32), quality=70)
WRITTEN = base64.b64encode(PICTURE)
PERCENT = b"".join(b"%%%02x" % byte for byte in PICTURE)


def only(text: bytes) -> Address:
    (one,) = addresses(text)
    return one


def entities(written: bytes) -> bytes:
    return b"".join(b"&#%d;" % byte for byte in written)


@pytest.mark.parametrize(
    "text",
    [
        b'<img src="data:image/jpeg;base64,%s">' % WRITTEN,
        b"<img src='DATA:image/jpeg; charset=x; BASE64,%s' alt=x>" % WRITTEN,
        b"<img src=data:image/jpeg;base64,%s alt=x>" % WRITTEN,
        b'<img src=" data:image/jpeg;base64,%s">' % WRITTEN,
        b'<img src="da\nta:image/\tjpeg;base64,%s\r\n%s">' % (WRITTEN[:40], WRITTEN[40:]),
        b"<img src='&#100;ata&colon;image&sol;jpeg;base64&comma;%s'>" % WRITTEN.replace(b"+", b"&plus;"),
        b'<img src="%s">' % entities(b"data:image/jpeg;base64," + WRITTEN),
        b'<img src="&#x64;&Tab;a&#x74a:image/jpeg;base64,%s">' % WRITTEN,
        b"p{background:url(data:image/jpeg;base64,%s) no-repeat}" % WRITTEN,
        b"p{background:url('\\64 ata:image/jpeg;base64,%s')}" % WRITTEN,
        b'{"a":"data:image\\/jpeg;base64,%s","b":1}' % WRITTEN.replace(b"/", b"\\/"),
        b'x="\\x64ata\\u003aimage/jpeg;base64\\u002c%s";' % WRITTEN.replace(b"=", b"\\u003d"),
        b'"{\\"a\\":\\"data:image/jpeg;base64,%s\\"}"' % WRITTEN,
        b"x=`data:image/jpeg;base64,%s`" % WRITTEN,
        b'"data:image/jpeg;base64,%s"' % WRITTEN.replace(b"+", b"%2B").replace(b"/", b"%2f"),
        b"'data:image/jpeg;base64,%s'" % base64.urlsafe_b64encode(PICTURE).rstrip(b"="),
        b'"data:;base64,%s"' % WRITTEN,
        b'"data:x;base64,%s"' % WRITTEN,
        b'<a href="data:image/jpeg,%s">' % PERCENT,
        b"url(data:image/jpeg,%s)" % PERCENT,
        b"data:,%s " % PERCENT,
        b'{"picture": "%s"}' % WRITTEN,
        b'{"picture": "%s"}' % WRITTEN.replace(b"/", b"\\/"),
        b"atob('%s')" % base64.urlsafe_b64encode(PICTURE).rstrip(b"="),
    ],
)
def test_every_spelling_stands_for_what_was_put_in(text: bytes) -> None:
    assert only(text).content == PICTURE


def test_the_place_is_the_address_and_nothing_else() -> None:
    one = only(b'<img src="data:image/jpeg;base64,%s" alt="x">' % WRITTEN)
    assert (one.start, one.end) == (10, 10 + 23 + len(WRITTEN))
    assert one.declared == "image/jpeg"
    bare = only(b'{"a":"%s"}' % WRITTEN)
    assert (bare.start, bare.end, bare.bare) == (6, 6 + len(WRITTEN), True)


@pytest.mark.parametrize("before", [b'{data:"', b"data: ", b'{"data": "', b"data:\\u0022"])
def test_a_name_before_the_address_is_no_part_of_it(before: bytes) -> None:
    one = only(before + b'data:image/jpeg;base64,%s"' % WRITTEN)
    assert (one.start, one.content) == (len(before), PICTURE)


def test_each_candidate_of_a_srcset_is_found() -> None:
    text = b'srcset="data:image/jpeg;base64,%s 1x, data:image/jpeg;base64,%s 2.5x"' % (WRITTEN, WRITTEN)
    assert [one.content for one in addresses(text)] == [PICTURE, PICTURE]


def test_an_svg_written_out_ends_where_its_string_ends() -> None:
    drawn = b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0,1 1(2)'/></svg>"
    one = only(b'url("data:image/svg+xml;utf8,%s") no-repeat, url("x.png")' % drawn)
    assert one.content == drawn


def test_an_svg_in_brackets_ends_where_they_close() -> None:
    drawn = b"<svg xmlns='x'><path d='M0 0'/></svg>"
    assert only(b"p{background:url(data:image/svg+xml,%s) x y}" % drawn).content == drawn


@pytest.mark.parametrize(
    "text",
    [
        b"{data:e,type:t}",
        b'{"data": "words, and more"}',
        b"if(metadata:x,y)",
        b'"data:image/png;base64,"+x',
        b"`data:image/png;base64,${x}`",
        b"data:",
        b"data:" + b"x" * (2 * HEADER_BYTES_MAX) + b",AAAA",
        b'"/9j/short"',
        b"a/9j/" + WRITTEN,
        b"",
    ],
)
def test_what_stands_for_nothing_is_no_address(text: bytes) -> None:
    assert list(addresses(text)) == []


@given(
    content=st.binary(min_size=1, max_size=200),
    before=st.text(alphabet="ab<>\"'=( \n{", max_size=20),
    after=st.sampled_from(['">', "'", ")", " alt", "`", "<"]),
)
def test_what_was_put_in_is_found(content: bytes, before: str, after: str) -> None:
    text = before.encode() + b'"data:x/y;base64,' + base64.b64encode(content) + after.encode()
    assert [one.content for one in addresses(text)] == [content]


@given(
    st.lists(
        st.sampled_from(
            [
                b"data:",
                b"&#100;ata:",
                b"x/y",
                b";base64",
                b",",
                b'"',
                b"(",
                b"\\",
                b"%",
                b"iVBORw0KGgo",
                b"&",
                b" ",
                b"A" * 40,
            ]
        )
    )
)
def test_places_are_in_order_and_never_overlap(pieces: list[bytes]) -> None:
    text, past = b"".join(pieces), 0
    for one in addresses(text):
        assert past <= one.start < one.end <= len(text)
        past = one.end


@pytest.mark.parametrize(
    "piece",
    [
        b"data:",
        b'"data:a/b,',
        b"'data:a/b;base64,A",
        b"/9j/ ",
        b"&#100;",
        b"data:;base64,AA%",
        b"\\",
        b"d\n",
        b"&#0",
        b"(data:,%89",
    ],
)
def test_twice_the_text_takes_about_twice_the_time(piece: bytes) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        for _ in addresses(text):
            pass
        return time.process_time() - start

    assert seconds(160_000) < 16 * max(seconds(20_000), 0.005)


def test_a_png_begins_as_one() -> None:
    content = png(landscape(2, 20, 20))
    assert only(b"x = '%s'" % base64.b64encode(content)).content == content
