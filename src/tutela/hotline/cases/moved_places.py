"""A place at another host, to which redirects led: sealed and digested before a transaction is open.

What was seen there comes with it, since later looks compare with it. Sealing takes public keys only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tutela.hotline.cases.actions.findings import Print
from tutela.hotline.cases.addresses import SealedAddress, SealingKeys, seal_address
from tutela.hotline.cases.index_key import IndexKey
from tutela.kernel.egress.urls import Url, UrlError, parse_url
from tutela.kernel.fetcher.orders import Fetched

#: How a sighting came whose address somebody's redirect led to (``Sighting.found_as``).
BY_REDIRECT: Final = "redirect"
#: Places of one item to which redirects led that are opened: a host that leads on and on makes no more work
#: than this (our own).
MOVED_MAX: Final = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """What something was known by when it was seen: fingerprints; of a page, the signs of its text."""

    prints: tuple[Print, ...] = ()
    text_bytes: int | None = None
    text_digest: str = field(default="", repr=False)
    text_simhash: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class MovedPlace:
    """Where redirects led, sealed and digested; the whole answer that came from there, and its signs."""

    address: SealedAddress = field(repr=False)
    url_digest: str = field(repr=False)
    host_digest: str = field(repr=False)
    at: datetime
    answer: Fetched = field(repr=False)
    signs: Signs = field(repr=False)


def is_same_host(one: Url, other: Url) -> bool:
    """Whether both are of one host; with or without ``www.`` it is the same one."""
    return one.name.removeprefix("www.") == other.name.removeprefix("www.")


def elsewhere(answer: Fetched) -> Url | None:
    """Where redirects led, if that is another host than the one that was asked; else None."""
    try:
        asked, met = parse_url(answer.url), parse_url(answer.final_url or answer.url)
    except UrlError:  # the fetcher says that one of them is no address
        return None
    return None if is_same_host(asked, met) else met


def move_place(
    answer: Fetched, signs: Signs, *, at: datetime, keys: SealingKeys, index: IndexKey
) -> MovedPlace | None:
    """The place at another host from which the answer came; None where it is none. Raises Unavailable."""
    there = elsewhere(answer)
    if there is None:
        return None
    return MovedPlace(
        address=seal_address(there, keys),
        url_digest=index.address_digest(there),
        host_digest=index.host_digest(there),
        at=at,
        answer=answer,
        signs=signs,
    )
