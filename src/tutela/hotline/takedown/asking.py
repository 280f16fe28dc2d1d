"""One question to a host about a place that was seen before, and what came. No row is read or written here.

The bytes stay in memory that nobody changes any more. Where they are those of before, nobody opens them;
where they are others, the sealed media workers look.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from typing import Final

from tutela.detect.media.page_shapes import Page, PageAsk
from tutela.detect.media.pages import is_page
from tutela.detect.media.sniff import HEAD_BYTES
from tutela.hotline.cases.actions.findings import Print
from tutela.hotline.cases.equipment import Equipment
from tutela.hotline.cases.moved_places import elsewhere
from tutela.hotline.takedown.judging import Control, PageSigns, Pdq, Shown
from tutela.kernel.channels.memory import memory
from tutela.kernel.custody.sealed_texts import seal_text
from tutela.kernel.egress.reasons import SENTENCES
from tutela.kernel.egress.urls import Url, UrlError, join_url, parse_url
from tutela.kernel.errors import Unavailable
from tutela.kernel.fetcher.asking import check_bytes
from tutela.kernel.fetcher.orders import Fetched, FetchOrder, NotFetched

#: Bytes of the name that no host has (our own: 80 bits).
NAME_BYTES = 10
#: Reason of an answer that is no host's: our own politeness refused the question (kernel.egress.hosts).
OUR_OWN: Final = "host_busy"
#: Bytes of an answer to a control look that are taken; a page that says "not found" has fewer (our own).
CONTROL_BYTES_MAX = 8 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Where to look and from where; both addresses sealed to the fetch key. ``known``: SHA-256 of before."""

    sealed_url: bytes = field(repr=False)
    sealed_referrer: bytes = field(default=b"", repr=False)
    vantage: str
    known_sha256: str = field(default="", repr=False)
    bytes_max: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """What came, and the address that was asked, where the fetcher says that it was one.

    ``met`` is the address of the machine that was asked, empty where a proxy knew it and we do not;
    ``answer`` the whole answer, with the fingerprints of what was opened (``prints``).
    """

    shown: Shown
    address: Url | None = field(default=None, repr=False)
    met: str = field(default="", repr=False)
    answer: Fetched | None = field(default=None, repr=False)
    prints: tuple[Print, ...] = field(default=(), repr=False)


def ask(question: Question, tools: Equipment) -> Came:
    """What the host answers now.

    Raises Unavailable where no media worker can look at what came, and where the host was not asked at all.
    """
    order = FetchOrder(
        sealed_url=question.sealed_url,
        sealed_referrer=question.sealed_referrer,
        bytes_max=question.bytes_max,
        vantage=question.vantage,
        keep=False,
    )
    with memory() as descriptor:
        answer = tools.fetcher.fetch(order, descriptor)
        address = _address(answer.url)
        if isinstance(answer, NotFetched):
            _check_asked(answer)
            return Came(shown=Shown(status=answer.status), address=address)
        check_bytes(answer, descriptor)
        shown, prints = _shown(answer, descriptor, question, tools)
        return Came(shown=shown, address=address, met=answer.asked_address, answer=answer, prints=prints)


def _check_asked(answer: NotFetched) -> None:
    """Return where the host was asked: that our own door kept us back says nothing about the place."""
    if answer.reason == OUR_OWN:
        raise Unavailable(SENTENCES[OUR_OWN], retry_after_seconds=answer.retry_after_seconds)


def ask_for_control(address: Url, question: Question, tools: Equipment) -> Control:
    """What the host answers for a name beside the address that nobody gave, and for its front page."""
    nothing = join_url(address, f"{secrets.token_hex(NAME_BYTES)}{_ending(address)}")
    return Control(
        nothing=_control(nothing, question, tools), front=_control(join_url(address, "/"), question, tools)
    )


def _control(address: Url, question: Question, tools: Equipment) -> Shown:
    asked = Question(
        sealed_url=seal_text(address.canonical, tools.sealing().fetch),
        sealed_referrer=question.sealed_referrer,
        vantage=question.vantage,
        bytes_max=min(CONTROL_BYTES_MAX, question.bytes_max),
    )
    return ask(asked, tools).shown


def _shown(
    answer: Fetched, descriptor: int, question: Question, tools: Equipment
) -> tuple[Shown, tuple[Print, ...]]:
    """What is judged, and the fingerprints of the medium that it is, where it was opened."""
    page, prints = None, tuple[Print, ...]()
    if answer.size_bytes and answer.sha256 != question.known_sha256:
        page = _page(answer, descriptor, tools)
        if page is None and (answer.is_there or answer.media_type.startswith(("image/", "video/"))):
            prints = tools.looker.look(descriptor).prints
    shown = Shown(
        status=answer.status,
        whole=True,
        elsewhere=elsewhere(answer) is not None,
        size_bytes=answer.size_bytes,
        sha256=answer.sha256,
        pictures=pictures_of(prints),
        page=page,
    )
    return shown, prints


def pictures_of(prints: tuple[Print, ...]) -> tuple[Pdq, ...]:
    """The PDQs among fingerprints."""
    return tuple(
        Pdq(value=int(one.value, 16), quality=one.quality or 0) for one in prints if one.kind == "pdq"
    )


def _page(answer: Fetched, descriptor: int, tools: Equipment) -> PageSigns | None:
    """The signs of the page that the bytes are; None where they are none, or nobody here reads pages."""
    here = _address(answer.final_url or answer.url)
    if tools.pages is None or here is None:
        return None
    if not is_page(os.pread(descriptor, HEAD_BYTES, 0), answer.media_type):
        return None
    page = tools.pages.read(descriptor, PageAsk(address=here, charset=answer.charset))
    return _signs(page, tools) if isinstance(page, Page) else None


def _signs(page: Page, tools: Equipment) -> PageSigns:
    return PageSigns(
        text_bytes=page.text_bytes,
        text_digest=tools.index_key().text_digest(page.text_digest),
        text_simhash=page.text_simhash,
        password_field=page.password_field,
        refreshes=page.refresh is not None,
        media=len(page.embedded) + len(page.inline),
    )


def _ending(address: Url) -> str:
    """The ending of the last name in the path, with its dot, for hosts that answer pictures otherwise."""
    _, dot, ending = address.canonical.partition("?")[0].rpartition("/")[2].rpartition(".")
    return f".{ending}" if dot and ending.isalnum() and len(ending) < 6 else ""


def _address(untrusted_url: str) -> Url | None:
    try:
        return parse_url(untrusted_url)
    except UrlError:
        return None
