"""What a worker does with a reported address: fetch it, look at it, ask the lists, move the item on.

One job, because the bytes exist in one stream only: from the fetcher into memory, through the media workers,
and at the same time sealed into the vault. What it finds is written in the transaction that ends the job.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tutela.hotline.cases import job_kinds
from tutela.hotline.cases.actions import (
    move_item,
    record_address,
    record_fingerprints,
    record_match,
    record_sighting,
    release_item,
)
from tutela.hotline.cases.addresses import SealedAddress
from tutela.hotline.cases.equipment import Equipment, equipment
from tutela.hotline.cases.looking import Found, Looked
from tutela.hotline.cases.models import Fingerprint, Item, Sighting
from tutela.hotline.cases.seen import Seen
from tutela.hotline.ledger.actions import record_custody
from tutela.hotline.ledger.actors import process
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.work.actions import put
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.handlers import Arguments, Handler, register
from tutela.kernel.channels.memory import close_for_good, memory
from tutela.kernel.custody.records import CustodyStep
from tutela.kernel.egress.reasons import FAMILIES
from tutela.kernel.egress.urls import UrlError, parse_url
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.fetcher.orders import Fetched, FetchOrder, NotFetched

#: The kinds of job: intake puts the first one, takedown does the second.
FETCH, ACT = job_kinds.FETCH, job_kinds.ACT
#: States of an item that is still to be fetched.
WAITING = ("received", "unfetchable")
#: Seconds of a lease; a film takes longer, and the heartbeat prolongs it.
_LEASE_SECONDS = 45.0
#: Tries at an address before it counts as unfetchable.
_TRIES = 5
WORKER = process("worker")
FETCHER = process("fetcher")


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """What came of one fetch: the answer, when, and what the bytes are; None where nobody looked."""

    answer: Fetched | NotFetched
    at: datetime
    looked: Looked | None = None


def fetch(arguments: Arguments, claim: Claim) -> Came | None:
    """What came of the address; None where nothing is to be fetched any more.

    Raises Refused where the mandate does not grant it, Unavailable where it is worth another try.
    """
    sighting = _sighting(arguments)
    if sighting.item.state not in WAITING or not sighting.url_for_fetch:
        return None
    mandate, tools = mandate_in_force(), equipment()
    mandate.check("fetch_media")
    with memory() as descriptor:
        order = FetchOrder(
            sealed_url=bytes(sighting.url_for_fetch),
            bytes_max=tools.body_bytes_max,
            keep=mandate.grants("store_evidence"),
        )
        answer = tools.fetcher.fetch(order, descriptor)
        at = tools.clock.now()
        if isinstance(answer, NotFetched):
            _check_worth(answer, claim)
            return Came(answer=answer, at=at)
        if not answer.is_there or not mandate.grants("fingerprint"):
            return Came(answer=answer, at=at)
        if close_for_good(descriptor) != answer.size_bytes:
            raise Unavailable("the fetcher's bytes and its count differ")
        return Came(answer=answer, at=at, looked=tools.looker.look(descriptor))


def record_fetched(arguments: Arguments, came: Came | None, claim: Claim) -> None:
    """Write down what came: address, sighting, custody, fingerprints, matches; and move the item on."""
    if came is None:
        return
    sighting, tools = _sighting(arguments), equipment()
    item = Item.objects.select_for_update().get(pk=sighting.item_id)  # then the ledger, as whoever moves it
    if item.state not in WAITING:
        return
    _record_address(sighting, came.answer.url, tools)
    if isinstance(came.answer, NotFetched):
        _give_up(item, tools)
        return
    seen = record_sighting(item, _seen(sighting, came, came.answer), actor=FETCHER, clock=tools.clock)
    _record_address(seen, came.answer.url, tools)
    if not came.answer.is_there:
        _give_up(item, tools)
        return
    _record_sealed(seen, came.answer, claim, tools)
    item = move_item(item, "fetched", actor=WORKER, reason="fetch_done", clock=tools.clock)
    if came.looked is not None:
        _record_looked(item, seen, came.looked, tools)


def _record_looked(item: Item, seen: Sighting, looked: Looked, tools: Equipment) -> None:
    prints = record_fingerprints(seen, looked.prints, actor=WORKER, clock=tools.clock)
    item = move_item(item, "fingerprinted", actor=WORKER, reason="fingerprints_made", clock=tools.clock)
    for found in looked.found:
        record_match(_met_by(found, prints), found.met, actor=WORKER, clock=tools.clock)
    if not looked.is_matched:
        move_item(item, "unmatched", actor=WORKER, reason="list_unmatched", clock=tools.clock)
        return
    item = move_item(item, "matched", actor=WORKER, reason="list_matched", clock=tools.clock)
    if any(found.met.approved and found.met.confirmed == "sha256" for found in looked.found):
        put(ACT, {"sighting": seen.public_id}, key=f"{ACT}-{seen.public_id}", clock=tools.clock)


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
    body = answer.body
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


def _check_worth(answer: NotFetched, claim: Claim) -> None:
    """Return where another try would bring nothing. Raises Unavailable where it may."""
    if issubclass(FAMILIES[answer.reason], Unavailable) and claim.tries < claim.tries_max:
        raise Unavailable("the address was not fetched", retry_after_seconds=answer.retry_after_seconds)


def end_hold(arguments: Arguments, result: None, claim: Claim) -> None:
    """Take a held item up again, where it is still that hold: its time is over."""
    item = Item.objects.select_for_update().filter(public_id=arguments["item"]).first()
    if item is None:
        raise Refused("there is no such item")
    if item.state == "held" and item.version == arguments["version"]:
        release_item(item, actor=WORKER, clock=equipment().clock)


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
    register(Handler(kind=job_kinds.RELEASE, inside=end_hold, tries_max=_TRIES))
