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
BOTH = b'<img src="data:;base64,%s"><img src="data:;base64,%s">'


def read(body: bytes, content_type: str = "", encoding: str = "", *, policy: Policy | None = None) -> Outcome:
    async def reading() -> Outcome:
        rulings = Rulings(FakeJudge([HELD], tier="near"), policy or Policy())
        reader = Reader(rulings, policy or Policy())
        try:
            return await reader.read(body, content_type, encoding)
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


def test_films_pass_where_they_may() -> None:
    assert read(FILM, policy=Policy(films="pass")) == PASSES
