"""The form reader against forms made by hypothesis, with Python's own mail parser as the judge."""

from __future__ import annotations

from email import message_from_bytes
from email.encoders import encode_noop
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.policy import HTTP, SMTP
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.service.hma import multipart
from tutela.detect.service.hma.multipart import (
    FormReader,
    MissingFile,
    SecondFile,
    TooLarge,
    boundary_of,
    parameters,
)

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
boundaries = st.text(LETTERS + "-'_", min_size=1, max_size=70)
#: Bytes that like to look like boundaries.
tricky = st.lists(
    st.sampled_from([b"\r", b"\n", b"\r\n", b"-", b"--", b"\r\n--", b"\r\n--X", b"X", b" ", b"\t"])
    | st.binary(max_size=20),
    max_size=12,
).map(b"".join)
names = st.text(LETTERS + "_ -.;", min_size=1, max_size=20)
texts = st.text(LETTERS + " \n-ä€", max_size=40)


def part(name: str, content: bytes, *, filename: str | None = None, extra: str = "") -> bytes:
    named = f'; filename="{filename}"' if filename is not None else ""
    head = f'Content-Disposition: form-data; name="{name}"{named}\r\n{extra}\r\n'
    return head.encode() + content


def form(boundary: bytes, *parts: bytes, padding: bytes = b"", preamble: bytes = b"") -> bytes:
    opened = b"".join(b"\r\n--" + boundary + padding + b"\r\n" + one for one in parts)
    return (preamble + opened).removeprefix(b"\r\n") + b"\r\n--" + boundary + b"--\r\n"


def read(
    body: bytes, boundary: bytes, cuts: list[int] | None = None, limit: int = 1 << 20
) -> tuple[bytes, multipart.Form]:
    reader = FormReader(boundary, file_bytes_max=limit)
    places = sorted({0, len(body), *(cut % (len(body) + 1) for cut in cuts or [])})
    pieces = [body[start:end] for start, end in pairwise(places)]
    content = b"".join(taken for piece in pieces for taken in reader.feed(piece))
    return content, reader.finish()


@given(
    boundary=boundaries,
    content=tricky,
    name=names,
    fields=st.dictionaries(names, texts, max_size=4),
    cuts=st.lists(st.integers(0, 1 << 16), max_size=20),
    padding=st.sampled_from([b"", b" ", b"\t  "]),
)
def test_a_form_is_read_as_the_mail_parser_reads_it(
    boundary: str, content: bytes, name: str, fields: dict[str, str], cuts: list[int], padding: bytes
) -> None:
    fields.pop(name, None)
    mark = boundary.encode()
    if b"--" + mark in content or any("--" + boundary in text for text in fields.values()):
        return  # the sender has to pick a boundary that does not occur
    body = form(
        mark,
        *(part(key, text.encode()) for key, text in fields.items()),
        part(name, content, filename="x.png", extra="Content-Type: image/png\r\n"),
        padding=padding,
    )
    taken, said = read(body, mark, cuts)
    assert (taken, said.untrusted_name, dict(said.untrusted_fields)) == (content, name, fields)
    assert said.size_bytes == len(content)
    judged = message_from_bytes(
        b'Content-Type: multipart/form-data; boundary="' + mark + b'"\r\n\r\n' + body, policy=HTTP
    )
    by_judge = {one.get_param("name", header="content-disposition"): one for one in judged.iter_parts()}
    assert len(by_judge) == len(fields) + 1


@given(body=st.binary(max_size=400), cuts=st.lists(st.integers(0, 400), max_size=5))
def test_any_bytes_are_read_or_refused(body: bytes, cuts: list[int]) -> None:
    with pytest.raises(ValueError):
        read(body, b"never-in-400-random-bytes", cuts)


@given(
    cuts=st.lists(st.integers(0, 300), max_size=4), noise=st.binary(min_size=1, max_size=3), at=st.integers(0)
)
def test_a_damaged_form_is_read_or_refused_the_same_in_any_pieces(
    cuts: list[int], noise: bytes, at: int
) -> None:
    whole = form(b"B", part("note", b"words"), part("photo", b"\r\n--A\r\ndata", filename="p"))
    place = at % len(whole)
    damaged = whole[:place] + noise + whole[place + 1 :]

    def outcome(where: list[int]) -> object:
        try:
            return read(damaged, b"B", where)
        except ValueError as error:
            return str(error)

    assert outcome(cuts) == outcome([])


def test_an_empty_file_and_an_empty_field_are_read() -> None:
    body = form(b"B", part("note", b""), part("photo", b"", filename=""))
    assert read(body, b"B", [1, 3, 40, 41, 42])[0] == b""


def test_content_that_only_begins_like_a_boundary_is_content() -> None:
    content = b"\r\n--Bc\r\n--B x\r\n--B-x\r\n--"
    assert read(form(b"B", part("photo", content, filename="p")), b"B")[0] == content


def test_what_is_around_the_parts_is_ignored_within_limits() -> None:
    body = form(b"B", part("photo", b"x", filename="p"), preamble=b"hello") + b"bye"
    assert read(body, b"B")[0] == b"x"
    with pytest.raises(ValueError, match="around"):
        read(body + b"e" * 9000, b"B")


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ([part("note", b"x")], MissingFile),
        ([part("photo", b"x", filename="a"), part("photo", b"y", filename="b")], SecondFile),
        ([part("photo", b"x" * 101, filename="a")], TooLarge),
        ([part("note", b"x"), part("note", b"y"), part("photo", b"", filename="a")], ValueError),
        ([part(f"n{number}", b"") for number in range(17)], ValueError),
        ([part("n", b"x" * 70_000)], ValueError),
        ([part("n", b"\xff"), part("photo", b"x", filename="a")], ValueError),
        ([part("", b"x", filename="a")], ValueError),
        ([part("photo", b"x", filename="a", extra="Content-Transfer-Encoding: base64\r\n")], ValueError),
        ([part("photo", b"x", filename="a", extra="Content-Disposition: form-data\r\n")], ValueError),
        ([part("photo", b"x", filename="a", extra="no header\r\n")], ValueError),
        ([part("photo", b"x", filename="a", extra="x: " + "y" * 9000 + "\r\n")], ValueError),
        ([b"\r\nx"], ValueError),
        ([b"Content-Type: text/plain\r\n\r\nx"], ValueError),
        ([b'Content-Disposition: form-data; name="a"; name="b"\r\n\r\nx'], ValueError),
        ([b'Content-Disposition: form-data; name="a\r\n\r\nx'], ValueError),
    ],
)
def test_what_is_wrong_is_refused(parts: list[bytes], error: type[ValueError]) -> None:
    with pytest.raises(error):
        read(form(b"B", *parts), b"B", limit=100)


def test_a_body_that_is_cut_is_refused_at_every_place() -> None:
    body = form(b"B", part("photo", b"some content", filename="p"))
    for length in range(len(body) - 2):
        with pytest.raises(ValueError):
            read(body[:length], b"B")


def test_endless_headers_do_not_fill_the_memory() -> None:
    reader = FormReader(b"B", file_bytes_max=10)
    with pytest.raises(ValueError, match="too long"):
        for _ in range(20):
            list(reader.feed(b"--B\r\n" + b"x" * 1000))


def test_the_boundary_is_taken_from_the_content_type() -> None:
    assert boundary_of('Multipart/Form-Data; charset=utf-8; boundary="a b\'c"') == b"a b'c"
    assert boundary_of("multipart/form-data; boundary=----x") == b"----x"
    wrong = ["", "image/png", "multipart/form-data", 'multipart/form-data; boundary="x "']
    too_long = "multipart/form-data; boundary=" + "x" * 71
    for content_type in [*wrong, too_long, "multipart/form-data; boundary=a; boundary=b"]:
        with pytest.raises(ValueError):
            boundary_of(content_type)


def test_quoted_parameters_are_unescaped() -> None:
    assert parameters('form-data; name="a\\"b"; filename="ü"') == {"name": 'a"b', "filename": "ü"}


def test_a_form_of_pythons_own_mail_library_folds_long_lines() -> None:
    """HMA's server takes them; clients that build forms with a mail library write them."""
    made = MIMEMultipart("form-data", boundary="B")
    one = MIMEApplication(b"content", "octet-stream", encode_noop)
    one.add_header("Content-Disposition", "form-data", name="photo", filename=f"{'long-name ' * 8}.png")
    made.attach(one)
    body = made.as_bytes(policy=SMTP).partition(b"\r\n\r\n")[2]
    assert b"\r\n " in body.partition(b"\r\n\r\n")[0]
    content, said = read(body, b"B")
    assert (content, said.untrusted_name) == (b"content", "photo")


def test_parameters_may_end_with_a_semicolon() -> None:
    assert parameters('form-data; name="photo"; filename="x;";') == {"name": "photo", "filename": "x;"}
    with pytest.raises(ValueError, match="malformed"):
        parameters("form-data; name=photo;;")
