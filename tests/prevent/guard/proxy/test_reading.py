from __future__ import annotations

import asyncio
import base64

import pytest

from tests.prevent.guard.proxy.conftest import HELD, SHOWN
from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.proxy.fakes import FakeJudge
from tutela.prevent.guard.proxy.policy import Policy
from tutela.prevent.guard.proxy.reading import PASSES, Outcome, Reader, holds
from tutela.prevent.guard.proxy.ruling import Rulings

FILM = b"\0\0\0\x20ftypisom" + bytes(100)
BAD_FILM = FILM + b"0"
PIECE = b"\0\0\0\x10styp" + bytes(8) + b"\0\0\0\x10moof" + bytes(8)
CHECK, PASS = Policy(films="check"), Policy(segments="pass")
BOTH = b'<img src="data:;base64,%s"><img src="data:;base64,%s">'


def read(
    body: bytes,
    content_type: str = "",
    encoding: str = "",
    *,
    policy: Policy | None = None,
    wanted: str = "",
) -> Outcome:
    async def reading() -> Outcome:
        rulings = Rulings(FakeJudge([HELD, BAD_FILM], tier="near"), policy or Policy())
        reader = Reader(rulings, policy or Policy())
        try:
            return await reader.read(body, content_type, encoding, destination=wanted)
        finally:
            reader.close()
            rulings.close()

    return asyncio.run(reading())


def test_pictures_are_ruled_as_they_are() -> None:
    assert read(SHOWN, "image/png") == PASSES
    assert read(HELD, "text/plain") == holds("near")


def test_only_what_is_held_is_mended() -> None:
    held, shown = base64.b64encode(HELD), base64.b64encode(SHOWN)
    found = read(BOTH % (held, shown), "text/html")
    assert found.mended == (BOTH % (b"", shown)).replace(b'data:;base64,"', blanks.RASTER_ADDRESS + b'"', 1)
    assert (found.passes, found.held) == (True, ("near",))
    assert read(BOTH % (shown, shown), "text/html") == PASSES


@pytest.mark.parametrize(
    ("body", "declared", "encoding"),
    [
        (b"sxg1", "application/signed-exchange", ""),
        (FILM, "", ""),
        (b"x", "text/html", "gzip"),
        (b"x", "multipart/mixed", ""),
        ("data:image/png".encode("utf-16-le"), "text/html", ""),
        (b'<svg><script href="//elsewhere.test/a"/></svg>', "image/svg+xml", ""),
    ],
)
def test_what_cannot_be_decided_is_held(body: bytes, declared: str, encoding: str) -> None:
    assert read(body, declared, encoding) == holds()
    assert holds().held == ("undecided",)


@pytest.mark.parametrize(
    ("body", "declared"),
    [(b"\0\1\2", ""), (b"ID3", "audio/mpeg"), (b"words", "text/plain"), (b"PK\3\4", "application/zip")],
)
def test_what_nobody_draws_passes(body: bytes, declared: str) -> None:
    assert read(body, declared) == PASSES


@pytest.mark.parametrize("declared", ["", "video/mp4", "application/octet-stream", "image/png"])
def test_films_are_ruled_on_where_they_are_checked(declared: str) -> None:
    assert read(FILM, declared, policy=CHECK) == PASSES
    assert read(BAD_FILM, declared, policy=CHECK) == holds("near")
    for policy in (Policy(), PASS):
        assert read(FILM, declared, policy=policy) == holds()


@pytest.mark.parametrize("declared", ["text/html", "text/plain", "image/svg+xml", "application/xml"])
def test_a_film_or_piece_that_is_drawn_as_something_else_too_is_held(declared: str) -> None:
    for body in (FILM, PIECE):
        assert read(body, declared, policy=Policy(films="check", segments="pass")) == holds()


@pytest.mark.parametrize("declared", ["", "video/mp4", "video/iso.segment", "application/octet-stream"])
def test_pieces_of_streams_pass_where_they_may(declared: str) -> None:
    assert read(PIECE, declared, policy=PASS) == PASSES
    assert read(PIECE + b"\0\0\0\x10moov" + b"mvhd", declared, policy=PASS) == holds()
    for policy in (Policy(), CHECK):
        assert read(PIECE, declared, policy=policy) == holds()


def test_a_list_of_pieces_is_looked_through_as_a_text() -> None:
    listing = b"#EXTM3U\n<img src=data:;base64,%s>"
    held, shown = (listing % base64.b64encode(one) for one in (HELD, SHOWN))
    for declared in ("application/x-mpegurl", "text/html", ""):
        assert read(shown, declared, policy=PASS) == PASSES
        assert read(held, declared, policy=PASS).mended is not None
        assert read(shown, declared, policy=CHECK) == holds()


@pytest.mark.parametrize("declared", ["", "audio/mpeg", "application/zip", "video/mp4"])
def test_what_a_film_element_asked_for_is_ruled_on_as_a_film(declared: str) -> None:
    unknown = b"\0\1\2"
    assert (
        read(unknown, declared, policy=CHECK, wanted="video") == PASSES
    )  # by the double, which opens nothing
    assert read(unknown, declared, wanted="video") == holds()
    assert read(HELD, declared, policy=CHECK, wanted="video") == holds("near")
    assert read(b"words", "text/plain", wanted="video") == PASSES
