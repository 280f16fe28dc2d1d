"""What comes of one fetch, before anything of it is written: bytes, fingerprints, a page with what it shows.

All of it may be done twice. The bytes are in memory that nobody changes any more; a page is read by a sealed
worker.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime

from tutela.detect.media.page_shapes import Page, PageAsk
from tutela.detect.media.pages import is_page
from tutela.detect.media.shapes import Trouble
from tutela.detect.media.sniff import HEAD_BYTES
from tutela.hotline.cases.access import access_sighting
from tutela.hotline.cases.equipment import Equipment, equipment
from tutela.hotline.cases.found_pages import FoundPage, find_page
from tutela.hotline.cases.looking import TROUBLES, Looked
from tutela.hotline.cases.looking_ahead import look_ahead
from tutela.hotline.cases.models import Sighting
from tutela.hotline.cases.moved_places import MovedPlace, Signs, elsewhere, move_place
from tutela.hotline.cases.page_plan import LEVEL_MAX
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.handlers import Arguments
from tutela.kernel.channels.memory import memory
from tutela.kernel.egress.reasons import FAMILIES
from tutela.kernel.egress.urls import UrlError, parse_url
from tutela.kernel.errors import Unavailable
from tutela.kernel.fetcher.asking import check_bytes
from tutela.kernel.fetcher.orders import Fetched, FetchOrder, NotFetched

#: States of an item that is still to be fetched.
WAITING = ("received", "unfetchable")
#: Statuses by which a host says that there is nothing, or nothing for us (RFC 9110 section 15.5; RFC 6585;
#: RFC 7725).
_MISSING, _DENIED = frozenset({404, 410}), frozenset({401, 402, 403, 407, 429, 451})


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """What came of one fetch: the answer, when, what the bytes are, what stood on the page that they are.

    ``looked`` is None where nobody looked, ``page`` where it is none, ``moved`` where redirects led to no
    other host, or to nothing that could be an item's; ``ahead`` is for whoever acts on it
    (``looking_ahead``), None where that is not proven; ``trouble`` is a word that says why there is nothing,
    or why it cannot be opened.
    """

    answer: Fetched | NotFetched
    at: datetime
    looked: Looked | None = None
    page: FoundPage | None = None
    moved: MovedPlace | None = None
    ahead: object | None = None
    trouble: str = ""


def fetch(arguments: Arguments, claim: Claim) -> Came | None:
    """What came of the address; None where nothing is to be fetched any more.

    Raises Refused where the mandate does not grant it, Unavailable where it is worth another try.
    """
    sighting = access_sighting(str(arguments["sighting"]))
    if sighting.item.state not in WAITING or not sighting.url_for_fetch:
        return None
    mandate, tools = mandate_in_force(), equipment()
    mandate.check("fetch_media")
    with memory() as descriptor:
        order = FetchOrder(
            sealed_url=bytes(sighting.url_for_fetch),
            sealed_referrer=bytes(sighting.referrer_for_fetch),
            bytes_max=tools.body_bytes_max,
            keep=mandate.grants("store_evidence"),
        )
        answer = tools.fetcher.fetch(order, descriptor)
        at = tools.clock.now()
        if isinstance(answer, NotFetched):
            _check_worth(answer, claim)
            return Came(answer=answer, at=at, trouble=answer.reason)
        if not answer.is_there:
            return Came(answer=answer, at=at, trouble=said_by_status(answer.status))
        check_bytes(answer, descriptor)
        looked = tools.looker.look(descriptor) if mandate.grants("fingerprint") else None
        came = Came(answer=answer, at=at, looked=looked, trouble=looked.trouble if looked else "")
        rules = tools.rules.shared(int(arguments.get("among", 1)))
        came = _with_page(came, answer, sighting, descriptor, replace(tools, rules=rules))
        came = replace(came, moved=_moved(came, answer, tools))
        return replace(came, ahead=look_ahead(answer, at, tools)) if _is_plain(came) else came


def _is_plain(came: Came) -> bool:
    """Whether it is one proven medium that stands where it was asked for."""
    is_proven = came.looked is not None and came.looked.is_proven
    return is_proven and came.page is None and came.moved is None


def said_by_status(status: int) -> str:
    """What a status says about what was asked for, as a word: of a host that gave no body of it."""
    if status in _MISSING:
        return "not_there"
    return "denied" if status in _DENIED else "host_failed"


def _with_page(came: Came, answer: Fetched, sighting: Sighting, descriptor: int, tools: Equipment) -> Came:
    """The same with the page that the bytes are; as it was where they are none that is to be read."""
    wanted = sighting.item.kind == "url" or sighting.found_as == "link"
    if tools.pages is None or sighting.level > LEVEL_MAX or not wanted:
        return came
    if not is_page(os.pread(descriptor, HEAD_BYTES, 0), answer.media_type):
        return came
    try:
        here = parse_url(answer.final_url or answer.url)
    except UrlError:  # the fetcher says that it was nowhere: then nothing on it has an address
        return came
    page = tools.pages.read(descriptor, PageAsk(address=here, charset=answer.charset))
    if isinstance(page, Trouble):
        return replace(came, trouble=TROUBLES[page.kind])
    found = find_page(
        page,
        here,
        level=sighting.level,
        rules=tools.rules,
        keys=tools.sealing(),
        index=tools.index_key(),
    )
    return replace(came, page=found, looked=_with_inline(came.looked, page, tools), trouble="")


def _moved(came: Came, answer: Fetched, tools: Equipment) -> MovedPlace | None:
    """The place at another host from which it came; None where that shows nothing that could be an item's.

    A page that asks for a password, or sends on, stands before something and shows nothing itself.
    """
    page, looked = came.page, came.looked
    if looked is None or elsewhere(answer) is None:
        return None
    shows = looked.is_opened or looked.is_matched if page is None else not page.is_entrance
    if not shows:
        return None
    signs = Signs(
        prints=looked.prints,
        text_bytes=page.text_bytes if page else None,
        text_digest=page.text_digest if page else "",
        text_simhash=page.text_simhash if page else "",
    )
    return move_place(answer, signs, at=came.at, keys=tools.sealing(), index=tools.index_key())


def _with_inline(looked: Looked | None, page: Page, tools: Equipment) -> Looked | None:
    """What the lists know of the page's bytes, and of the pictures whose bytes stand in it."""
    if looked is None or tools.inline is None or not page.inline:
        return looked
    met = tools.inline([one.sha256 for one in page.inline])
    return replace(looked, prints=(*looked.prints, *met.prints), found=(*looked.found, *met.found))


def _check_worth(answer: NotFetched, claim: Claim) -> None:
    """Return where another try would bring nothing. Raises Unavailable where it may."""
    if issubclass(FAMILIES[answer.reason], Unavailable) and claim.tries < claim.tries_max:
        raise Unavailable("the address was not fetched", retry_after_seconds=answer.retry_after_seconds)
