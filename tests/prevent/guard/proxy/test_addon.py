"""Each route on which a picture comes, once with a picture that is held and once with one that is shown."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
import zstandard

from tests.pictures import every_format
from tests.prevent.guard.proxy.conftest import HELD, SHOWN, Guarded
from tests.prevent.guard.proxy.origin import Answer, Authority, Site, get, serving
from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.proxy import addon
from tutela.prevent.guard.proxy.fakes import FakeJudge
from tutela.prevent.guard.proxy.policy import Policy
from tutela.prevent.guard.proxy.running import RunningProxy, Setup

ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg"><image href="{}"/></svg>'
MIXED = "multipart/x-mixed-replace; boundary=B"


def address(content: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(content).decode()


def part(content: bytes) -> bytes:
    return b"--B\r\nContent-Type: image/jpeg\r\n\r\n%s\r\n" % content


CARRIERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "page": ("text/html", lambda one: f"<p>é<img src='{address(one)}'>".encode()),
    "srcset": ("text/html", lambda one: f'<img srcset="{address(one)} 1x, x.png 2x">'.encode()),
    "style": ("text/css", lambda one: f"p{{background:url({address(one)})}}".encode()),
    "json": ("application/json", lambda one: json.dumps({"a": address(one)}).encode()),
    "json, slashes escaped": (
        "application/json",
        lambda one: json.dumps(address(one)).replace("/", "\\/").encode(),
    ),
    "json, bare base64": (
        "application/json",
        lambda one: json.dumps(base64.b64encode(one).decode()).encode(),
    ),
    "script": ("text/javascript", lambda one: f"let a = `{address(one)}`".encode()),
    "script of a type that nobody knows": (
        "application/x-ecmascript",
        lambda one: f"let a = `{address(one)}`".encode(),
    ),
    "page with a drawing": ("text/html", lambda one: DRAWN.format(address(one)).encode()),
    "undeclared page": ("", lambda one: f"<!doctype html><img src={address(one)}>".encode()),
    "parts": (MIXED, lambda one: part(one) + part(SHOWN) + b"--B--\r\n"),
}


@pytest.mark.parametrize("declared", ["image/jpeg", "image/png", "text/html", "application/octet-stream", ""])
def test_a_plain_picture(guarded: Guarded, declared: str) -> None:
    got = guarded.get(Answer(HELD, declared, headers={"ETag": '"a"', "Cache-Control": "max-age=9"}))
    assert (got.status, got.body) == (200, blanks.RASTER)
    assert got.headers["content-type"] == "image/png"
    assert got.headers["content-length"] == str(len(blanks.RASTER))
    assert got.headers["cache-control"] == "no-store"
    assert "etag" not in got.headers
    assert guarded.blocked == ["exact"]
    shown = guarded.get(Answer(SHOWN, declared, headers={"ETag": '"a"'}))
    assert (shown.body, shown.headers["etag"]) == (SHOWN, '"a"')
    assert shown.headers.get("content-type", "") == declared
    assert guarded.blocked == ["exact"]


@pytest.mark.parametrize("first", ["audio/mpeg", "font/woff2", "application/pdf"])
def test_a_page_under_two_types_is_looked_through(guarded: Guarded, first: str) -> None:
    page = f"<!doctype html><img src='{address(HELD)}'>".encode()
    got = guarded.get(Answer(page, first, headers={"Content-Type": "text/html"}))
    assert got.body == page.replace(address(HELD).encode(), blanks.RASTER_ADDRESS)


def test_a_picture_of_every_format(guarded: Guarded) -> None:
    for name, content in every_format(width=24, height=20):
        assert guarded.get(Answer(content, "image/x")).body == content, name
        guarded.judge.held.append(content)
        assert guarded.get(Answer(content, "image/x")).body == blanks.RASTER, name


@pytest.mark.parametrize("encoding", sorted(ENCODERS))
def test_a_compressed_picture(guarded: Guarded, encoding: str) -> None:
    fields = {"Content-Encoding": encoding}
    for content, declared in ((HELD, "image/jpeg"), (HELD, "application/octet-stream")):
        got = guarded.get(Answer(ENCODERS[encoding](content), declared, headers=fields))
        assert (got.body, "content-encoding" in got.headers) == (blanks.RASTER, False)
    raw = ENCODERS[encoding](SHOWN)
    shown = guarded.get(Answer(raw, "image/png", headers=fields))
    assert (shown.body, shown.headers["content-encoding"]) == (raw, encoding)


def test_a_picture_in_chunks_and_one_that_ends_with_the_connection(guarded: Guarded) -> None:
    assert (
        guarded.get(Answer(pieces=[HELD[:100], HELD[100:]], content_type="image/jpeg")).body == blanks.RASTER
    )
    assert guarded.get(Answer(HELD, length=False)).body == blanks.RASTER
    assert guarded.get(Answer(pieces=[SHOWN[:100], SHOWN[100:]])).body == SHOWN
    assert guarded.get(Answer(SHOWN, "image/png", length=False)).body == SHOWN


@pytest.mark.parametrize("name", sorted(CARRIERS))
def test_a_picture_inside_another_body(guarded: Guarded, name: str) -> None:
    declared, make = CARRIERS[name]
    shown = guarded.get(Answer(make(SHOWN), declared, headers={"ETag": '"a"'}))
    assert (shown.body, shown.headers["etag"]) == (make(SHOWN), '"a"')
    got = guarded.get(Answer(make(HELD), declared, headers={"ETag": '"a"'}))
    assert got.body not in {make(HELD), blanks.RASTER}
    assert HELD not in got.body
    assert base64.b64encode(HELD)[:40] not in got.body.replace(b"\\/", b"/")
    assert got.headers["content-length"] == str(len(got.body))
    assert ("etag" in got.headers, got.headers["cache-control"]) == (False, "no-store")
    assert guarded.blocked == ["exact"]


def test_the_rest_of_a_compressed_page_is_as_it_was(guarded: Guarded) -> None:
    page = "<p>é ü</p><img src='{}'><p>after</p>"
    raw = gzip.compress(page.format(address(HELD)).encode())
    got = guarded.get(Answer(raw, "text/html; charset=utf-8", headers={"Content-Encoding": "gzip"}))
    assert got.body.decode() == page.format(blanks.RASTER_ADDRESS.decode())
    assert (got.headers["content-type"], "content-encoding" in got.headers) == (
        "text/html; charset=utf-8",
        False,
    )


def test_texts_without_pictures_are_as_they_were(guarded: Guarded) -> None:
    raw = gzip.compress("<p>é</p>{data:e,f}".encode())
    for answer in (
        Answer(raw, "text/html", headers={"Content-Encoding": "gzip"}),
        Answer(bytes(range(256)), "text/css"),
        Answer("é".encode("latin-1"), "application/json"),
    ):
        assert guarded.get(answer).body == answer.body
    assert guarded.judge.asked == []


def test_a_drawing_passes_only_when_all_in_it_is_shown(guarded: Guarded) -> None:
    drawn = DRAWN.format(address(SHOWN)).encode()
    assert guarded.get(Answer(drawn, "image/svg+xml")).body == drawn
    for held in (
        DRAWN.format(address(HELD)),
        '<svg xmlns="http://www.w3.org/2000/svg"><script href="https://elsewhere.test/a.js"/></svg>',
    ):
        got = guarded.get(Answer(held.encode(), "image/svg+xml"))
        assert (got.body, got.headers["content-type"]) == (blanks.VECTOR, "image/svg+xml")


def test_a_range_is_asked_for_whole(guarded: Guarded) -> None:
    asked = {
        "Range": "bytes=0-99",
        "If-Range": '"a"',
        "If-None-Match": '"a"',
        "Accept-Encoding": "gzip, dcb, br;q=0.5",
    }
    assert guarded.get(Answer(SHOWN, "image/png"), asked).body == SHOWN
    assert guarded.get(Answer(HELD, "image/jpeg"), asked).body == blanks.RASTER
    for came in guarded.site.asked:
        assert not {"range", "if-range", "if-none-match"} & set(came)
        assert came["accept-encoding"] == "gzip, br;q=0.5"


@pytest.mark.parametrize("declared", ["image/png", "text/html", "application/octet-stream", ""])
def test_a_piece_that_comes_all_the_same_is_held(guarded: Guarded, declared: str) -> None:
    fields = {"Content-Range": f"bytes 0-99/{len(SHOWN)}", "Accept-Ranges": "bytes"}
    got = guarded.get(Answer(SHOWN[:100], declared, 206, fields))
    assert (got.status, got.body) == (200, blanks.RASTER)
    assert not {"content-range", "accept-ranges"} & set(got.headers)


def test_an_encoding_that_cannot_be_undone_is_held(guarded: Guarded) -> None:
    for encoding in ("aes128gcm", "dcb", "gzip, gzip, gzip"):
        got = guarded.get(Answer(b"whatever", "text/html", headers={"Content-Encoding": encoding}))
        assert (got.body, "content-encoding" in got.headers) == (blanks.RASTER, False)
    for broken in (b"no gzip", gzip.compress(SHOWN)[:-20]):
        got = guarded.get(Answer(broken, "image/png", headers={"Content-Encoding": "gzip"}))
        assert got.body == blanks.RASTER
    assert set(guarded.blocked) == {"undecided"}


def test_a_site_in_one_sealed_file_is_held(guarded: Guarded) -> None:
    assert guarded.get(Answer(b"sxg1", "application/signed-exchange;v=b3")).body == blanks.RASTER


def test_what_leads_past_the_proxy_is_taken_out(guarded: Guarded) -> None:
    fields = {"Alt-Svc": 'h3=":443"', "Link": f"<{address(HELD)}>; rel=icon", "X-Kept": "1"}
    got = guarded.get(Answer(b"words", "text/plain", headers=fields))
    assert (got.body, got.headers["x-kept"]) == (b"words", "1")
    assert not {"alt-svc", "link"} & set(got.headers)


def test_answers_without_a_body_pass(guarded: Guarded) -> None:
    assert guarded.get(Answer(SHOWN, "image/png"), method="HEAD").headers["content-length"] == str(len(SHOWN))
    assert guarded.get(Answer(status=304, content_type="image/png")).status == 304
    assert guarded.get(Answer(b"", "image/png")).body == b""
    moved = guarded.get(Answer(b"", "image/png", 302, {"Location": "/y"}))
    assert (moved.status, moved.headers["location"]) == (302, "/y")
    assert guarded.blocked == []


@pytest.mark.parametrize("status", [200, 203, 404, 500])
def test_a_picture_under_any_status_is_held(guarded: Guarded, status: int) -> None:
    got = guarded.get(Answer(HELD, "image/jpeg", status))
    assert (got.status, got.body) == (200, blanks.RASTER)


def test_a_stream_of_events_passes_with_blanks(guarded: Guarded) -> None:
    events = [b"data: one\n\nda", b"ta: " + address(SHOWN).encode() + b"\n\n", b"data: last\n\n"]
    got = guarded.get(Answer(pieces=events, content_type="text/event-stream"))
    assert got.body == b"data: one\n\ndata: " + blanks.RASTER_ADDRESS + b"\n\ndata: last\n\n"
    packed = Answer(
        pieces=[gzip.compress(b"data: one\n\n")],
        content_type="text/event-stream",
        headers={"Content-Encoding": "gzip"},
    )
    assert guarded.get(packed).body == b"data: one\n\n"


class TestWithLittleRoom:
    """What is larger than is kept together."""

    @pytest.fixture
    def policy(self) -> Policy:
        return Policy(body_bytes_max=50_000)

    large = b"\0\1\2\3" * 50_000

    @pytest.mark.parametrize("declared", ["application/octet-stream", "application/zip", ""])
    def test_large_downloads_pass(self, guarded: Guarded, declared: str) -> None:
        assert guarded.get(Answer(self.large, declared)).body == self.large
        pieces = [self.large[at : at + 9_000] for at in range(0, len(self.large), 9_000)]
        assert guarded.get(Answer(pieces=pieces, content_type=declared)).body == self.large
        assert guarded.blocked == []

    @pytest.mark.parametrize("pieces", [[HELD], [HELD, large]])
    def test_a_body_where_none_should_be_does_not_pass(self, guarded: Guarded, pieces: list[bytes]) -> None:
        got = guarded.get(Answer(pieces=pieces, content_type="image/jpeg", status=205))
        assert got.body in {b"", blanks.RASTER}

    @pytest.mark.parametrize("declared", ["application/octet-stream", "application/zip"])
    def test_a_large_picture_under_another_name_is_broken_off(self, guarded: Guarded, declared: str) -> None:
        picture = SHOWN + self.large
        got = guarded.get(Answer(picture, declared))
        assert (got.body, got.broken) == (b"", True)
        packed = Answer(gzip.compress(picture, 0), declared, headers={"Content-Encoding": "gzip"})
        assert guarded.get(packed).body == b""
        pieces = [picture[at : at + 9_000] for at in range(0, len(picture), 9_000)]
        assert guarded.get(Answer(pieces=pieces, content_type=declared)).body == b""
        assert guarded.blocked == ["undecided"] * 3

    def test_a_large_page_without_a_type_is_broken_off_and_passes_as_a_file(self, guarded: Guarded) -> None:
        page = b"<!doctype html>" + self.large
        assert guarded.get(Answer(page, "")).body == b""
        assert guarded.blocked == ["undecided"]
        file = {"Content-Disposition": "attachment; filename=page"}
        assert guarded.get(Answer(page, "", headers=file)).body == page

    @pytest.mark.parametrize(
        "declared", ["image/png", "text/html", "image/svg+xml", "multipart/mixed; boundary=B"]
    )
    def test_what_may_be_drawn_is_held(self, guarded: Guarded, declared: str) -> None:
        body = SHOWN + self.large
        blank = blanks.VECTOR if "svg" in declared else blanks.RASTER
        assert guarded.get(Answer(body, declared)).body == blank
        pieces = [body[at : at + 9_000] for at in range(0, len(body), 9_000)]
        got = guarded.get(Answer(pieces=pieces, content_type=declared))
        assert (got.body, got.headers["content-length"]) == (blank, str(len(blank)))
        assert guarded.blocked == ["undecided"] * 2

    def test_a_bomb_is_held(self, guarded: Guarded) -> None:
        for encoding, encode in ENCODERS.items():
            bomb = encode(bytes(40_000_000))
            assert len(bomb) < 50_000
            got = guarded.get(Answer(bomb, "image/png", headers={"Content-Encoding": encoding}))
            assert got.body == blanks.RASTER

    def test_a_long_text_saved_to_a_file_passes(self, guarded: Guarded) -> None:
        text = b"words, " * 20_000
        fields = {"Content-Disposition": 'attachment; filename="a.csv"'}
        assert guarded.get(Answer(text, "text/csv", headers=fields)).body == text
        assert guarded.get(Answer(text, "text/csv")).body == blanks.RASTER


def test_pictures_that_never_end_are_held_at_once(guarded: Guarded) -> None:
    got = guarded.get(Answer(pieces=[part(SHOWN)] * 3, content_type=MIXED))
    assert got.body == blanks.RASTER


class TestWithAJudgeWhoIsLate:
    @pytest.fixture
    def policy(self) -> Policy:
        return Policy(hold_seconds=0.2)

    @pytest.fixture
    def judge(self) -> FakeJudge:
        return FakeJudge(delay_seconds=1)

    def test_nothing_is_shown(self, guarded: Guarded) -> None:
        assert guarded.get(Answer(SHOWN, "image/png")).body == blanks.RASTER
        page = f"<img src={address(SHOWN)}>".encode()
        assert address(SHOWN).encode() not in guarded.get(Answer(page, "text/html")).body
        assert guarded.blocked == ["undecided"] * 2


class TestWithAJudgeWhoFails:
    @pytest.fixture
    def judge(self) -> FakeJudge:
        return FakeJudge(trouble=RuntimeError("broken"))

    def test_nothing_is_shown(self, guarded: Guarded) -> None:
        assert guarded.get(Answer(SHOWN, "image/png")).body == blanks.RASTER
        assert guarded.get(Answer(b"words", "text/plain")).body == b"words"
        assert guarded.blocked == ["undecided"]


def test_a_hook_that_fails_leaves_the_blank(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    async def failing(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(guarded.proxy._reader, "read", failing)
    assert guarded.get(Answer(SHOWN, "image/png")).body == blanks.RASTER


def test_a_plan_that_fails_lets_nothing_through(guarded: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(addon, "plan", failing)
    assert guarded.get(Answer(SHOWN, "image/png")).body == blanks.RASTER
    assert guarded.get(Answer(bytes(20_000_000), "application/zip")).body == blanks.RASTER


def test_a_counter_that_fails_stops_nothing(device_authority: Authority, tmp_path: Path) -> None:
    def failing(*_: object) -> None:
        raise OSError("the disk is full")

    setup = Setup(authority=device_authority.pem, folder=tmp_path, blocked=failing)
    site = Site({"/held": Answer(HELD), "/film": Answer(b"x", "video/mp4")})
    with serving(site), RunningProxy(FakeJudge([HELD]), setup) as proxy:
        for path in ("held", "film"):
            assert get(proxy.port, f"http://127.0.0.1:{site.port}/{path}").body == blanks.RASTER
