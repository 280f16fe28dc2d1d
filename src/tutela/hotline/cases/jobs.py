"""What a worker does with a reported address: fetch it, look at it, ask the lists, move the item on.

One job, because the bytes exist in one stream only: from the fetcher into memory, through the media workers,
and at the same time sealed into the vault. What it finds is written in the transaction that ends the job.
"""

from __future__ import annotations

from tutela.hotline.cases import job_kinds
from tutela.hotline.cases.actions import (
    act_at_once,
    join_item,
    move_item,
    open_moved,
    record_address,
    record_fingerprints,
    record_match,
    record_page,
    record_sighting,
    release_item,
    same_bytes,
    settle_page,
)
from tutela.hotline.cases.actions.telling import tell_pages
from tutela.hotline.cases.actions.urgency import make_urgent
from tutela.hotline.cases.addresses import SealedAddress
from tutela.hotline.cases.coming import WAITING, Came, fetch
from tutela.hotline.cases.coming_again import come_again
from tutela.hotline.cases.equipment import Equipment, equipment
from tutela.hotline.cases.looking import Found, Looked
from tutela.hotline.cases.models import Fingerprint, Item, Sighting
from tutela.hotline.cases.seen import Seen
from tutela.hotline.cases.states import TERMINAL
from tutela.hotline.ledger.actions import record_custody
from tutela.hotline.ledger.actors import process
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.handlers import Arguments, Handler, register
from tutela.kernel.custody.records import CustodyStep
from tutela.kernel.egress.urls import UrlError, parse_url
from tutela.kernel.errors import Refused
from tutela.kernel.fetcher.orders import Fetched, NotFetched

#: The kinds of job: intake puts the first one, takedown does the second.
FETCH, ACT = job_kinds.FETCH, job_kinds.ACT
#: Seconds of a lease; a film takes longer, and the heartbeat prolongs it.
_LEASE_SECONDS = 45.0
#: Tries at an address before it counts as unfetchable.
_TRIES = 5
WORKER = process("worker")
FETCHER = process("fetcher")


def record_fetched(arguments: Arguments, came: Came | None, claim: Claim) -> None:
    """Write down what came: address, sighting, custody, fingerprints, matches; and move the item on."""
    if came is None:
        return
    sighting, tools = _sighting(arguments), equipment()
    item = Item.objects.select_for_update().get(pk=sighting.item_id)  # then the ledger, as whoever moves it
    if item.state not in WAITING:
        return
    tell_pages(item, clock=tools.clock)  # before the ledger too
    come_again(sighting, came, arguments, clock=tools.clock)
    sighting.trouble = came.trouble
    sighting.save(update_fields=["trouble"])
    _record_address(sighting, came.answer.url, tools)
    if isinstance(came.answer, NotFetched):
        _give_up(item, tools)
    else:
        _record_answer(item, sighting, came, claim)


def _record_answer(item: Item, sighting: Sighting, came: Came, claim: Claim) -> None:
    """The sighting of an answer. Bytes that another item is about already become a place of that one."""
    answer, tools = came.answer, equipment()
    if not isinstance(answer, Fetched):
        return
    other = same_bytes(item, answer.sha256) if _may_join(sighting, came) else None
    holder = item if other is None or other.state in TERMINAL else other
    seen = record_sighting(holder, _seen(sighting, came, answer), actor=FETCHER, clock=tools.clock)
    _record_address(seen, answer.url, tools)
    if not answer.is_there:
        _give_up(item, tools)
        return
    _record_sealed(seen, answer, claim, tools)
    if other is not None:
        places = [seen, *_record_moved(other, seen, came)] if holder is other else [seen]
        join_item(item, other, places, actor=WORKER, clock=tools.clock)
        return
    item = move_item(item, "fetched", actor=WORKER, reason="fetch_done", clock=tools.clock)
    if came.looked is not None:
        item = _record_looked(item, seen, came, came.looked, claim)
    if came.page is not None:
        record_page(item, seen, came.page, actor=WORKER, clock=tools.clock)


def _record_moved(item: Item, seen: Sighting, came: Came) -> list[Sighting]:
    """The place at another host, where redirects led to one: it is the item's from now on."""
    moved = [came.moved] if came.moved else []
    return open_moved(item, seen, moved, actor=WORKER, clock=equipment().clock)


def _may_join(sighting: Sighting, came: Came) -> bool:
    """Whether a place of known bytes is no item of its own: it stood on a page, and no list proves it."""
    is_there = isinstance(came.answer, Fetched) and came.answer.is_there
    return (
        is_there and sighting.level > 0 and came.page is None and not (came.looked and came.looked.is_proven)
    )


def _record_looked(item: Item, seen: Sighting, came: Came, looked: Looked, claim: Claim) -> Item:
    """The item as far as its fingerprints bring it; a page that no list knows waits for what stood on it."""
    tools = equipment()
    prints = record_fingerprints(seen, looked.prints, actor=WORKER, clock=tools.clock)
    if _is_nothing(seen, came, looked):
        return move_item(item, "unfetchable", actor=WORKER, reason="not_opened", clock=tools.clock)
    item = move_item(item, "fingerprinted", actor=WORKER, reason="fingerprints_made", clock=tools.clock)
    places = [seen, *_record_moved(item, seen, came)]
    for found in looked.found:
        record_match(_met_by(found, prints), found.met, actor=WORKER, clock=tools.clock)
    if not looked.is_matched:
        if came.page is not None:
            return item
        return move_item(item, "unmatched", actor=WORKER, reason="list_unmatched", clock=tools.clock)
    item = move_item(item, "matched", actor=WORKER, reason="list_matched", clock=tools.clock)
    if looked.is_proven:
        act_at_once(places, claim, came.ahead, clock=tools.clock)
        item.refresh_from_db()
    return item


def _is_nothing(seen: Sighting, came: Came, looked: Looked) -> bool:
    """Whether what stood on a page is nothing that anybody could look at; what was reported is looked at."""
    return seen.level > 0 and came.page is None and not looked.is_opened and not looked.is_matched


def _met_by(found: Found, prints: list[Fingerprint]) -> Fingerprint:
    """The fingerprint that met the entry; a film's as a whole is that of its first frame."""
    same = [one for one in prints if (one.kind, one.form) == (found.kind, found.form)]
    return (same or [one for one in prints if one.kind == found.kind] or prints)[0]


def _record_address(sighting: Sighting, url: str, tools: Equipment) -> None:
    try:
        found = parse_url(url)
    except UrlError:  # the fetcher says that there is no address: then there is no digest of one
        return
    record_address(sighting, found, tools.index_key(), actor=WORKER, clock=tools.clock)


def _give_up(item: Item, tools: Equipment) -> None:
    if item.state == "received":
        move_item(item, "unfetchable", actor=WORKER, reason="fetch_failed", clock=tools.clock)


def _seen(sighting: Sighting, came: Came, answer: Fetched) -> Seen:
    body, page = answer.body, came.page
    return Seen(
        how="fetched",
        process="fetcher",
        reason=sighting.reason,
        address=SealedAddress(
            url_sealed=bytes(sighting.url_sealed),
            host_sealed=bytes(sighting.host_sealed),
            url_for_fetch=bytes(sighting.url_for_fetch),
        ),
        at=came.at,
        level=sighting.level,
        found_as=sighting.found_as,
        referrer_sealed=bytes(sighting.referrer_sealed),
        referrer_for_fetch=bytes(sighting.referrer_for_fetch),
        url_digest=sighting.url_digest if sighting.level else "",
        host_digest=sighting.host_digest if sighting.level else "",
        text_bytes=page.text_bytes if page else None,
        text_digest=page.text_digest if page else "",
        text_simhash=page.text_simhash if page else "",
        monotonic_seconds=equipment().clock.monotonic_seconds(),
        status_code=answer.status,
        blob=body.blob if body else "",
        size_bytes=answer.size_bytes,
        sha256=answer.sha256,
        sha3_256=answer.sha3_256,
        response_sealed=answer.response_sealed,
        tool="tutela",
        tool_version=answer.version,
        configuration=answer.configuration,
    )


def _record_sealed(seen: Sighting, answer: Fetched, claim: Claim, tools: Equipment) -> None:
    """The first step of the object's custody record: who is the job that had it fetched."""
    if answer.body is None:
        return
    step = CustodyStep(
        act="sealed",
        blob=answer.body.blob,
        epoch=answer.body.epoch,
        commitment=answer.body.commitment,
        at=seen.seen_at,
        monotonic_seconds=seen.seen_monotonic_seconds or 0.0,
        process="fetcher",
        who=claim.job,
        source=seen.public_id,
        reason=seen.reason,
        tool="tutela",
        version=answer.version,
        configuration=answer.configuration,
    )
    record_custody(step)


def end_hold(arguments: Arguments, result: None, claim: Claim) -> None:
    """Take a held item up again, where it is still that hold: its time is over."""
    item = Item.objects.select_for_update().filter(public_id=arguments["item"]).first()
    if item is None:
        raise Refused("there is no such item")
    if item.state == "held" and item.version == arguments["version"]:
        release_item(item, actor=WORKER, clock=equipment().clock)


def settle(arguments: Arguments, result: None, claim: Claim) -> None:
    """The page's own state, once all that stood on it has come to something."""
    page = Item.objects.filter(public_id=arguments["item"]).first()
    if page is None:
        raise Refused("there is no such item")
    settle_page(page, actor=WORKER, clock=equipment().clock)


def become_urgent(arguments: Arguments, result: None, claim: Claim) -> None:
    """The item is urgent, because an urgent report joined it."""
    item = Item.objects.filter(public_id=arguments["item"]).first()
    if item is None:
        raise Refused("there is no such item")
    make_urgent(item, actor=WORKER, clock=equipment().clock)


def _sighting(arguments: Arguments) -> Sighting:
    found = Sighting.objects.select_related("item").filter(public_id=arguments["sighting"]).first()
    if found is None:
        raise Refused("there is no such sighting")
    return found


def register_handlers() -> None:
    """Makes this app's jobs known; called once, when Django starts."""
    register(
        Handler(
            kind=FETCH,
            outside=fetch,
            inside=record_fetched,
            lease_seconds=_LEASE_SECONDS,
            tries_max=_TRIES,
        )
    )
    register(Handler(kind=job_kinds.SETTLE_PAGE, inside=settle, tries_max=_TRIES))
    register(Handler(kind=job_kinds.MAKE_URGENT, inside=become_urgent, tries_max=_TRIES))
    register(Handler(kind=job_kinds.RELEASE, inside=end_hold, tries_max=_TRIES))
