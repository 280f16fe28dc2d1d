"""A page on the parent's side: handed to a sealed worker, and every address that comes back read again.

``read_page`` never raises for what a page does: a worker that dies, is slow or lies is a ``Trouble``.
"""

from __future__ import annotations

import re
import signal
from collections import Counter
from contextlib import AbstractContextManager
from typing import Final, Literal, Protocol

from tutela.detect.media import page_frames, protocol
from tutela.detect.media.nursery import Ended, Patience, Worker, WorkerGoneError, WorkerSlowError
from tutela.detect.media.opened import Opened
from tutela.detect.media.page_reading import RawPage
from tutela.detect.media.page_shapes import (
    EMBEDDED_MAX,
    INLINE_MAX,
    LANGUAGE_CHARACTERS_MAX,
    LINKS_MAX,
    TITLE_CHARACTERS_MAX,
    Dropped,
    Embedded,
    Inline,
    Link,
    Page,
    PageAsk,
)
from tutela.detect.media.page_text import printable
from tutela.detect.media.shapes import Ask, Trouble
from tutela.detect.media.sniff import HEAD_BYTES, sniff
from tutela.detect.media.troubles import trouble
from tutela.kernel.egress.urls import Url, UrlError, parse_url

#: Frames of one answer at most: every part, reasons of dropping, the ends.
_FRAMES_MAX: Final = EMBEDDED_MAX + LINKS_MAX + INLINE_MAX + 64
_LANGUAGE: Final = re.compile(r"[a-z0-9-]*")
#: How a page begins (MIME Sniffing Standard, section 7.1), after blanks, a byte order mark or comments.
_SIGNS: Final = re.compile(
    rb"<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|meta|center|"
    rb"frameset|noscript)[\s>/]",
    re.IGNORECASE,
)
#: Bytes in which a page begins (our own).
_SIGNS_BYTES: Final = 4_096
#: Media types of pages (HTML standard, section 4.2.5 and 14.2).
PAGE_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})


class Lender(Protocol):
    """What is needed of ``pool.MediaPool``."""

    def borrow(self, kind: Literal["page"]) -> AbstractContextManager[Worker]:
        """A page worker for one page."""


class _LiedError(Exception):
    """The worker sent what the protocol does not allow."""


class _RefusedError(Exception):
    """The worker read no page, and said why."""

    def __init__(self, said: Trouble) -> None:
        super().__init__(said.reason)
        self.trouble = said


def is_page(untrusted_head: bytes, untrusted_type: str) -> bool:
    """Whether the first bytes (``HEAD_BYTES``) are to be read as a page, which no medium is.

    A host that declares a page is believed where the bytes are no medium of a known kind; one that declares
    nothing, or plain text, is one where the bytes begin like a page.
    """
    if sniff(untrusted_head[:HEAD_BYTES]) not in ("unknown", "mail"):
        return False
    return untrusted_type.lower() in PAGE_TYPES or _begins_like_a_page(untrusted_head)


def _begins_like_a_page(untrusted_head: bytes) -> bool:
    rest = untrusted_head[:_SIGNS_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    while rest.startswith(b"<!--"):
        rest = rest.partition(b"-->")[2].lstrip()
    return _SIGNS.match(rest) is not None


def read_page(pool: Lender, fd: int, ask: PageAsk) -> Page | Trouble:
    """The page behind ``fd``, or why it cannot be read. Raises Unavailable where no worker can be started."""
    opened = Opened.of(fd)
    if opened.trouble is not None:
        return opened.trouble
    try:
        return _read(pool, opened, ask)
    finally:
        opened.close()


def _read(pool: Lender, opened: Opened, ask: PageAsk) -> Page | Trouble:
    worker: Worker | None = None
    try:
        with pool.borrow("page") as worker:
            request = protocol.Request(
                operation=protocol.READ_PAGE, size_bytes=opened.size_bytes, ask=Ask(limits=ask.limits)
            )
            worker.order(request, opened.fd)
            worker.tell(page_frames.render_asked(ask.address.canonical, ask.charset))
            found = _heard(worker, Patience(ask.limits.item_wall_seconds))
            if isinstance(found, Trouble):
                raise _RefusedError(found)  # a worker that met a limit or a fault sees no other page
            return found
    except _RefusedError as refused:
        return refused.trouble
    except WorkerSlowError:
        return trouble("refused", "wall")
    except WorkerGoneError:
        return _trouble_of_end(worker.ended if worker else None)
    except _LiedError:
        return trouble("unreadable", "protocol")


def _heard(worker: Worker, patience: Patience) -> Page | Trouble:
    """The page that the frames say; every one is checked. Raises _LiedError."""
    parts = _Parts()
    for _ in range(_FRAMES_MAX):
        try:
            frame_type, payload = worker.read_frame(patience, page_frames.PAYLOAD_MAX)
            if frame_type == protocol.END:
                return parts.whole()
            parts.take(frame_type, payload)
        except ValueError as error:
            raise _LiedError from error
    raise _LiedError


def _trouble_of_end(ended: Ended | None) -> Trouble:
    if ended is not None and ended.signal_number in (signal.SIGPROF, signal.SIGXCPU):
        return trouble("refused", "cpu")
    return trouble("unreadable", "killed")


class _Parts:
    """The parts of one page as they arrive. Raises ValueError for one that is not expected."""

    def __init__(self) -> None:
        self._head: RawPage | None = None
        self._trouble: Trouble | None = None
        self._embedded: dict[str, Embedded] = {}
        self._inline: list[Inline] = []
        self._links: dict[str, Link] = {}
        self._dropped: Counter[Dropped] = Counter()

    def take(self, frame_type: int, untrusted_payload: bytes) -> None:
        """Takes one frame."""
        if frame_type == protocol.TROUBLE and self._trouble is None:
            self._trouble = protocol.parse_trouble(untrusted_payload)
        elif frame_type == page_frames.HEAD and self._head is None:
            self._head = _checked_head(page_frames.parse_head(untrusted_payload))
        elif self._head is None:
            raise ValueError("a part of a page before its head")
        elif frame_type == page_frames.EMBEDDED:
            self._take_embedded(untrusted_payload)
        elif frame_type == page_frames.INLINE and len(self._inline) < INLINE_MAX:
            raw = page_frames.parse_inline(untrusted_payload)
            self._inline.append(Inline(kind=raw.kind, size_bytes=raw.size_bytes, sha256=raw.sha256))
        elif frame_type == page_frames.LINK:
            self._take_link(untrusted_payload)
        elif frame_type == page_frames.DROP:
            reason, count = page_frames.parse_drop(untrusted_payload)
            self._dropped[reason] += count
        else:
            raise ValueError("a frame that is not expected here")

    def whole(self) -> Page | Trouble:
        """The page, or why there is none. Raises ValueError where the worker said neither."""
        if self._trouble is not None:
            return self._trouble
        head = self._head
        if head is None:
            raise ValueError("neither a page nor a trouble")
        refresh = self._url(head.refresh) if head.refresh else None
        return Page(
            title=head.title, text_bytes=head.text_bytes, text_digest=head.text_digest,
            text_simhash=head.text_simhash, language=head.language, encoding=head.encoding,
            password_field=head.password_field, refresh=refresh, embedded=tuple(self._embedded.values()),
            inline=tuple(self._inline), links=tuple(self._links.values()), dropped=dict(self._dropped),
        )  # fmt: skip

    def _take_embedded(self, untrusted_payload: bytes) -> None:
        raw = page_frames.parse_embedded(untrusted_payload)
        url = self._url(raw.address)
        if url is not None and len(self._embedded) < EMBEDDED_MAX:
            made = Embedded(url=url, kind=raw.kind, where=raw.where, linked=raw.linked)
            self._embedded.setdefault(url.canonical, made)

    def _take_link(self, untrusted_payload: bytes) -> None:
        raw = page_frames.parse_link(untrusted_payload)
        url = self._url(raw.address)
        if url is not None and len(self._links) < LINKS_MAX:
            made = Link(url=url, has_thumbnail=raw.has_thumbnail, rel=raw.rel)
            self._links.setdefault(url.canonical, made)

    def _url(self, untrusted_address: str) -> Url | None:
        """The address as both parsers read it; one that would not be fetched is counted by its reason."""
        try:
            return parse_url(untrusted_address)
        except UrlError as error:
            self._dropped[_WORDS.get(error.reason, "url_unreadable")] += 1
            return None


_WORDS: Final[dict[str, Dropped]] = {
    "url_unreadable": "url_unreadable",
    "url_scheme": "url_scheme",
    "url_credentials": "url_credentials",
    "url_disputed": "url_disputed",
    "url_host": "url_host",
}


def _checked_head(head: RawPage) -> RawPage:
    """The head, its texts within their bounds. Raises ValueError."""
    if head.title != printable(head.title, TITLE_CHARACTERS_MAX):
        raise ValueError("a title that is not printable")
    if len(head.language) > LANGUAGE_CHARACTERS_MAX or not _LANGUAGE.fullmatch(head.language):
        raise ValueError("a language that is none")
    return head
