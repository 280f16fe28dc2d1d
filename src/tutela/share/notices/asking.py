"""Questions to registries and what came of them: politely, kept for a while, believed only from where asked.

A registry that is down, slow, or tells something that cannot be is an answer here (``Trouble``), never an
exception: half of what is known is better than nothing, and the rest is asked again later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.addresses import Address
from tutela.kernel.egress.urls import Url, UrlError, parse_url
from tutela.kernel.errors import TutelaError, Unavailable
from tutela.share.notices.bootstrap import Bootstrap
from tutela.share.notices.pace import Pace
from tutela.share.notices.places import Place, site_of
from tutela.share.notices.rdap import (
    DomainRecord,
    EntityRecord,
    NetworkRecord,
    NumberRecord,
    Odd,
    RecordError,
    parse_domain,
    parse_entity,
    parse_network,
    parse_number,
)
from tutela.share.notices.registries import ACCEPT_RDAP, ACCEPT_TEXT, ANSWER_BYTES_MAX, Answer, Registries
from tutela.share.notices.security_txt import PATH, SecurityText, parse_security_text

Question = Literal["network", "parent", "number", "domain", "entity", "security_txt"]
Why = (
    Odd
    | Literal[
        "no_service",
        "no_address",
        "nothing_known",
        "refused",
        "later",
        "too_large",
        "from_elsewhere",
        "unreadable",
    ]
)
#: Seconds after which a server that said nothing about it is asked again, and the longest wait (our own).
RETRY_SECONDS, RETRY_SECONDS_MAX = 60.0, 86_400.0
#: Seconds for which it is kept that a registry says nothing usable: it may mend that (our own).
NOTHING_SECONDS = 3_600.0
#: Answers that are kept (our own: 10 KB each).
KEPT_MAX = 2_000
#: Bits of an address that the neighbours share for which a kept network is used without asking: what is given
#: to others out of it is mostly no smaller (our own; a look-up just before sending asks anew).
NEIGHBOUR_BITS = {4: 24, 6: 48}

Record = TypeVar("Record")


@dataclass(frozen=True, kw_only=True, slots=True)
class Told(Generic[Record]):
    """What a registry said, when and where, and the SHA-256 (hex) of the whole answer."""

    record: Record
    url: str = field(repr=False)
    at: datetime
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """A question without a believed answer. With ``retry_after_seconds`` it is worth asking again."""

    question: Question
    reason: Why
    retry_after_seconds: float | None = None


class Asker:
    """Asks registries and keeps what they said. Share one between all look-ups of a process.

    ``max_age_seconds`` of each question: a younger answer that was kept is used; 0 always asks.
    """

    def __init__(
        self,
        registries: Registries,
        bootstrap: Bootstrap,
        *,
        clock: Clock | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._registries, self._bootstrap = registries, bootstrap
        self._clock = clock or SystemClock()
        self._pace = pace or Pace(clock=self._clock)
        self._sites = frozenset(site.own for host in bootstrap.hosts if (site := site_of(host)).own)
        self._kept: dict[str, tuple[datetime, Told[Any] | Trouble]] = {}
        self._neighbours: dict[tuple[int, int], Told[NetworkRecord]] = {}

    def network(self, address: Address, max_age_seconds: float) -> Told[NetworkRecord] | Trouble:
        """The network that holds the address."""
        near = (address.version, int(address) >> (address.max_prefixlen - NEIGHBOUR_BITS[address.version]))
        kept = self._neighbours.get(near)
        if kept and kept.record.holds(address) and self._is_young(kept.at, max_age_seconds):
            return kept
        url = self._bootstrap.network_url(address)
        told = self._ask("network", url, lambda body: parse_network(body, address), max_age_seconds)
        if isinstance(told, Told):
            _put(self._neighbours, near, told)
        return told

    def parent(self, child: Told[NetworkRecord], max_age_seconds: float) -> Told[NetworkRecord] | Trouble:
        """The network out of which ``child`` was given, where its own registry names one."""
        url = self._beside(child.record.untrusted_parent_url, child.url)
        first = child.record.first
        told = self._ask("parent", url, lambda body: parse_network(body, first), max_age_seconds)
        if isinstance(told, Told) and not told.record.holds(child.record.last):
            return Trouble(question="parent", reason="address_not_inside")
        return told

    def number(self, number: int, max_age_seconds: float) -> Told[NumberRecord] | Trouble:
        """The autonomous system of this number."""
        url = self._bootstrap.autnum_url(number)
        return self._ask("number", url, lambda body: parse_number(body, number), max_age_seconds)

    def domain(self, name: str, max_age_seconds: float) -> Told[DomainRecord] | Trouble:
        """The entry of a registered name."""
        url = self._bootstrap.domain_url(name)
        return self._ask("domain", url, lambda body: parse_domain(body, name), max_age_seconds)

    def entity(
        self, untrusted_url: str, asked_url: str, max_age_seconds: float
    ) -> Told[EntityRecord] | Trouble:
        """The whole entry of somebody, where the link stays with the registry that was asked."""
        url = self._beside(untrusted_url, asked_url)
        return self._ask("entity", url, parse_entity, max_age_seconds)

    def security_text(self, place: Place, max_age_seconds: float) -> Told[SecurityText] | Trouble:
        """Whom the site itself names. This asks the site, and tells it that somebody looks."""
        host = f"[{place.host}]" if ":" in place.host else place.host
        return self._ask(
            "security_txt",
            f"https://{host}{PATH}",
            lambda body: parse_security_text(body, now=self._clock.now()),
            max_age_seconds,
        )

    def _ask(
        self, question: Question, url: str, parse: Callable[[bytes], Record], max_age_seconds: float
    ) -> Told[Record] | Trouble:
        if not url:
            return Trouble(question=question, reason="no_service")
        kept = self._kept.get(f"{question} {url}")
        if kept and self._is_young(kept[0], _age_max(kept[1], max_age_seconds)):
            return self._with_rest(kept[0], kept[1])
        wait = self._pace.claim(parse_url(url).name)
        if wait:
            return Trouble(question=question, reason="later", retry_after_seconds=wait)
        found = self._read(question, url, parse)
        kept_now: tuple[datetime, Told[Any] | Trouble] = (self._clock.now(), found)
        _put(self._kept, f"{question} {url}", kept_now)
        return found

    def _with_rest(self, at: datetime, kept: Told[Any] | Trouble) -> Told[Any] | Trouble:
        """What was kept; of a wait, what is left of it."""
        if isinstance(kept, Told) or kept.retry_after_seconds is None:
            return kept
        gone = (self._clock.now() - at).total_seconds()
        return replace(kept, retry_after_seconds=kept.retry_after_seconds - gone)

    def _read(self, question: Question, url: str, parse: Callable[[bytes], Record]) -> Told[Record] | Trouble:
        body = self._body(question, url)
        if isinstance(body, Trouble):
            return body
        try:
            record = parse(body)
        except RecordError as error:
            return Trouble(question=question, reason=error.reason)
        except ValueError:
            return Trouble(question=question, reason="unreadable")
        return Told(record=record, url=url, at=self._clock.now(), sha256=hashlib.sha256(body).hexdigest())

    def _body(self, question: Question, url: str) -> bytes | Trouble:
        """The body of an answer that came from where it may, and says that it is one."""
        asked = parse_url(url)
        try:
            answer = self._registries.get(url, ACCEPT_TEXT if question == "security_txt" else ACCEPT_RDAP)
        except Unavailable as error:
            self._pace.hold(asked.name, _wait(error.retry_after_seconds))
            return _later(question, error.retry_after_seconds)
        except TutelaError:
            return Trouble(question=question, reason="refused")
        reason = self._not_believed(question, asked, answer)
        if reason == "later":
            if answer.status == 429 or answer.retry_after_seconds is not None:
                self._pace.hold(asked.name, _wait(answer.retry_after_seconds))
            return _later(question, answer.retry_after_seconds)
        return Trouble(question=question, reason=reason) if reason else answer.untrusted_body

    def _not_believed(self, question: Question, asked: Url, answer: Answer) -> Why | None:
        if answer.status == 429 or answer.status >= 500:
            return "later"
        if not self._is_from(question, asked, answer.untrusted_final_url):
            return "from_elsewhere"
        if answer.status != 200:
            return "nothing_known" if answer.status == 404 else "refused"
        return "too_large" if len(answer.untrusted_body) > ANSWER_BYTES_MAX else None

    def _is_from(self, question: Question, asked: Url, untrusted_final_url: str) -> bool:
        """Whether an answer came from the server asked, or from another registry that IANA names."""
        try:
            final = parse_url(untrusted_final_url)
        except UrlError:
            return False
        if asked.encrypted and not final.encrypted:
            return False
        if _same_site(asked.name, final.name):
            return True
        known = final.name in self._bootstrap.hosts or site_of(final.name).own in self._sites
        return known and question != "security_txt"

    def _beside(self, untrusted_url: str, asked_url: str) -> str:
        """A link of an answer that leads to the site that gave it; empty for any other."""
        try:
            url, asked = parse_url(untrusted_url), parse_url(asked_url)
        except UrlError:
            return ""
        stays = _same_site(url.name, asked.name) and (url.encrypted or not asked.encrypted)
        return url.canonical if stays else ""

    def _is_young(self, at: datetime, max_age_seconds: float) -> bool:
        return 0 <= (self._clock.now() - at).total_seconds() < max_age_seconds


def _same_site(one: str, other: str) -> bool:
    return one == other or (site_of(one).own != "" and site_of(one).own == site_of(other).own)


def _later(question: Question, seconds: float | None) -> Trouble:
    return Trouble(question=question, reason="later", retry_after_seconds=_wait(seconds))


def _wait(seconds: float | None) -> float:
    return RETRY_SECONDS if seconds is None or not seconds > 0 else min(seconds, RETRY_SECONDS_MAX)


def _age_max(kept: Told[Any] | Trouble, max_age_seconds: float) -> float:
    """How long it may be used: trouble for a while, or for as long as there is to wait."""
    if isinstance(kept, Told):
        return max_age_seconds
    if kept.retry_after_seconds is not None:
        return kept.retry_after_seconds
    return min(max_age_seconds, NOTHING_SECONDS)


Key = TypeVar("Key")
Value = TypeVar("Value")


def _put(table: dict[Key, Value], key: Key, value: Value) -> None:
    """Keeps the value, and forgets the oldest where there are too many."""
    table.pop(key, None)
    while len(table) >= KEPT_MAX:
        del table[next(iter(table))]
    table[key] = value
