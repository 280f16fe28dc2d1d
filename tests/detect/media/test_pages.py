"""Pages through the sandbox: hostile ones are a trouble of their own, and no address comes out unread."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.detect.media.opening import opened
from tutela.detect.media import page_frames, protocol
from tutela.detect.media.nursery import Ended, WorkerGoneError, WorkerSlowError
from tutela.detect.media.page_reading import RawEmbedded, RawLink, RawPage
from tutela.detect.media.page_shapes import EMBEDDED_MAX, Page, PageAsk
from tutela.detect.media.pages import is_page, read_page
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import WEB, Trouble
from tutela.kernel.egress.urls import parse_url

HERE = parse_url("https://host.test/dir/page.html")
ASK = PageAsk(address=HERE)
HTML = b"""<!doctype html><html lang=en><head><title>A gallery</title></head><body>
<a href=/full/1.jpg><img src=t/1.jpg></a><a href="/view?2"><img src="t/2.jpg" srcset="t/2b.jpg 2x"></a>
<video poster=p.jpg><source src=f.mp4></video><img src="data:image/gif;base64,R0lGODlh">
<div style="background:url(b.png)">some text</div><iframe src="//other.test/f"></iframe></body></html>"""

needs_linux = pytest.mark.needs("linux")


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with MediaPool(PoolRules(recheck_share_percent=0.0)) as made:
        yield made


def read(pool: object, data: bytes, ask: PageAsk = ASK) -> Page | Trouble:
    with opened(data) as fd:
        return read_page(pool, fd, ask)  # type: ignore[arg-type]


@needs_linux
def test_a_page_comes_through_the_sealed_worker(pool: MediaPool) -> None:
    page = read(pool, HTML)
    assert isinstance(page, Page)
    assert not pool.missing_layers
    assert (page.title, page.language, page.text_bytes) == ("A gallery", "en", 9)
    assert [one.url.canonical.removeprefix("https://") for one in page.embedded] == [
        "host.test/dir/t/1.jpg",
        "host.test/dir/t/2.jpg",
        "host.test/dir/t/2b.jpg",
        "host.test/dir/p.jpg",
        "host.test/dir/f.mp4",
        "host.test/dir/b.png",
        "other.test/f",
    ]
    assert [one.has_thumbnail for one in page.links] == [True, True]
    assert page.inline[0].size_bytes == 6


@needs_linux
@pytest.mark.parametrize(
    "charset", ["windows-1251", "shift_jis", "gbk", "iso-2022-jp", "utf-16le", "utf-7", "euc-kr"]
)
def test_no_character_set_needs_a_file_behind_the_seal(pool: MediaPool, charset: str) -> None:
    assert isinstance(read(pool, HTML, replace(ASK, charset=charset)), Page)


@needs_linux
@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: b"<div>" * 200_000, "needs more processor time than the limit"),
        (
            lambda: b"<p " + b" ".join(b"a%d" % n for n in range(1_000_000)),
            "needs more processor time than the limit",
        ),
        (lambda: b"<a>" * 5_000_000, "needs more memory than the limit"),
        (lambda: b"x" * ((16 << 20) + 1), "larger than the limit"),
    ],
    ids=["nesting", "attributes", "nodes", "bytes"],
)  # fmt: skip
def test_a_bomb_is_a_trouble_and_the_next_page_is_read(
    pool: MediaPool, make: Callable[[], bytes], reason: str
) -> None:
    found = read(pool, make(), replace(ASK, limits=replace(WEB, item_cpu_seconds=1.5)))
    assert isinstance(found, Trouble)
    assert found.reason == reason
    assert isinstance(read(pool, HTML), Page)


@needs_linux
def test_mutants_of_a_page_are_pages_or_troubles(pool: MediaPool) -> None:
    chance = random.Random(7)
    pieces = [
        b"\0",
        b"<",
        b">",
        b"'",
        b'"',
        b"\xff\xfe",
        b"&#x0;",
        b"<svg>",
        b"<table>",
        b"</p>",
        b"\xe2\x80\xae",
        b"]]>",
    ]
    for _ in range(300):
        data = bytearray(HTML)
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 6)] = chance.choice(pieces)
        found = read(pool, bytes(data))
        assert isinstance(found, Page), found
        assert all(parse_url(one.url.canonical) for one in found.embedded)
        assert all(parse_url(one.url.canonical) for one in found.links)


@needs_linux
def test_what_is_no_file_is_a_trouble(pool: MediaPool) -> None:
    reading, writing = os.pipe()
    try:
        assert isinstance(read_page(pool, reading, ASK), Trouble)
    finally:
        os.close(reading)
        os.close(writing)


class ScriptedWorker:
    """A worker that says what the test wants."""

    def __init__(
        self, frames: list[tuple[int, bytes]], end: Exception | None = None, signal: int = 0
    ) -> None:
        self._frames, self._end = list(frames), end
        self.ended = Ended(signal_number=signal, peak_bytes=0, cpu_seconds=0.0)

    def order(self, message: bytes, fd: int) -> None:
        pass

    def tell(self, message: bytes) -> None:
        pass

    def read_frame(self, patience: object, payload_max: int) -> tuple[int, bytes]:
        if self._frames:
            return self._frames.pop(0)
        raise self._end or WorkerGoneError

    @contextmanager
    def borrow(self, kind: str) -> Iterator[ScriptedWorker]:
        assert kind == "page"
        yield self


def head(title: str = "", language: str = "") -> tuple[int, bytes]:
    made = RawPage(encoding="utf-8", title=title, language=language, text_digest=bytes(32))
    return page_frames.HEAD, page_frames.render_head(made)


START, END = head(), (protocol.END, b"\0\0\0\0")
REFUSAL = protocol.TROUBLE, protocol.render_trouble("refused", "memory")


def part(address: str) -> tuple[int, bytes]:
    made = RawEmbedded(address=address, kind="picture", where="img", linked=False)
    return page_frames.EMBEDDED, page_frames.render_embedded(made)


@pytest.mark.parametrize(
    ("frames", "reason"),
    [
        ([END], "the media worker broke the protocol"),
        ([part("https://host.test/"), END], "the media worker broke the protocol"),
        ([START, START, END], "the media worker broke the protocol"),
        ([START, (99, b""), END], "the media worker broke the protocol"),
        ([START, (page_frames.LINK, b""), END], "the media worker broke the protocol"),
        ([START], "the media worker was stopped by the sandbox"),
        ([REFUSAL, END], "needs more memory than the limit"),
        ([head(title="a\u202eb"), END], "the media worker broke the protocol"),
        ([head(language="<b>"), END], "the media worker broke the protocol"),
    ],
)  # fmt: skip
def test_a_worker_that_lies_or_dies_is_a_trouble(frames: list[tuple[int, bytes]], reason: str) -> None:
    found = read(ScriptedWorker(frames), HTML)
    assert isinstance(found, Trouble)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("end", "signal", "reason"),
    [
        (WorkerSlowError(), 0, "took longer than the limit"),
        (WorkerGoneError(), 27, "needs more processor time than the limit"),
    ],
)
def test_a_worker_that_takes_too_long_is_refused(end: Exception, signal: int, reason: str) -> None:
    found = read(ScriptedWorker([START], end, signal), HTML)
    assert isinstance(found, Trouble)
    assert (found.kind, found.reason) == ("refused", reason)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("file:///etc/passwd", "url_scheme"),
        ("http://name:word@host.test/", "url_credentials"),
        ("http://0x7f.1/", "url_disputed"),
        ("nothing", "url_unreadable"),
        ("http://host!.test/", "url_host"),
    ],
)
def test_no_address_passes_unread(address: str, reason: str) -> None:
    link = page_frames.LINK, page_frames.render_link(RawLink(address=address, has_thumbnail=True, rel=()))
    page = read(ScriptedWorker([START, part(address), link, END]), HTML)
    assert isinstance(page, Page)
    assert not page.embedded
    assert not page.links
    assert page.dropped == {reason: 2}


def test_a_worker_that_never_ends_is_stopped() -> None:
    frames = [START, *[part(f"https://host.test/{number}") for number in range(3 * EMBEDDED_MAX)]]
    assert isinstance(read(ScriptedWorker(frames), HTML), Trouble)


@pytest.mark.parametrize(
    ("head", "declared", "answer"),
    [
        (b"<!DOCTYPE html><p>", "", True),
        (b"\xef\xbb\xbf \n<!-- a --><!-- b --><HTML>", "", True),
        (b"text", "text/html", True),
        (b"text", "TEXT/HTML", True),
        (b"text", "text/plain", False),
        (b"<xml>", "", False),
        (b"\xff\xd8\xff\xe0", "text/html", False),
        (b"", "text/html", False),
        (b"<!---->" * 3_000, "", False),
        (b"<!--" * 3_000, "", False),
    ],
)
def test_a_page_is_told_from_a_picture(head: bytes, declared: str, answer: bool) -> None:
    assert is_page(head, declared) is answer
