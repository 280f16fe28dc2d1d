"""The visitor's own side: one browser for each visit, every step in the vault before it is told on."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from tutela import __version__
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.egress.urls import Url, UrlError, parse_url
from tutela.kernel.errors import Conflict, Refused, Unavailable
from tutela.kernel.fetcher.orders import SealedPart
from tutela.kernel.log import declare_words, get_logger
from tutela.kernel.visiting.browsers import Browser, Reading, VisitRules
from tutela.kernel.visiting.orders import (
    ORDER_FORMAT,
    STEPS,
    Named,
    Shown,
    Taken,
    VisitOrder,
    parse_order,
    render_named,
    render_shown,
)
from tutela.kernel.visiting.outline import render_outline

#: Version of the sealed record of a step.
RECORD_FORMAT = 1
#: Starts a browser. Raises Unavailable.
StartBrowser = Callable[[], Browser]
#: The address of a part, as a case keeps it: the part's kind, the address, the page on which it stood.
Name = Callable[[str, Url, Url], Named]
#: Seconds after which somebody may ask again where all browsers are taken (our own).
_RETRY_SECONDS = 60.0

declare_words("visit_begun", "visit_step", "visit_ended")
_log = get_logger("visitor")


@dataclass(frozen=True, kw_only=True, slots=True)
class Seals:
    """What the visitor does with keys: opens a sealed address, seals a text, names an address."""

    open_url: Callable[[bytes], str] = field(repr=False)
    seal: Callable[[str], bytes] = field(repr=False)
    name: Name = field(repr=False)


@dataclass(kw_only=True, slots=True)
class _Visit:
    """One visit while it lasts. Whoever works with its browser holds its lock."""

    item: str
    browser: Browser
    until: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    shown: Shown | None = None
    reading: Reading | None = None
    ended: bool = False


class VisitingService:
    """Carries out visits. ``start`` gives a browser, ``configuration`` is the settings' SHA-256 in hex."""

    def __init__(
        self,
        start: StartBrowser,
        sealer: Sealer,
        seals: Seals,
        *,
        configuration: str,
        rules: VisitRules | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._start, self._sealer, self._seals = start, sealer, seals
        self._configuration, self._rules = configuration, rules or VisitRules()
        self._clock = clock or SystemClock()
        self._visits: dict[str, _Visit] = {}
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(self._rules.at_once)

    def answer(self, untrusted_message: dict[str, Any], descriptors: Sequence[int]) -> dict[str, Any]:
        """For ``channels.listening``. Raises Refused, Conflict, Unavailable, ValueError."""
        if descriptors:
            raise Refused("a visitor gives out words and nothing else")
        order = parse_order(untrusted_message)
        if order.act == "end":
            self.end(order.visit)
            return {"v": ORDER_FORMAT, "ended": True}
        if order.act == "name":
            return render_named(self.name(order))
        return render_shown(self.step(order) if order.act in STEPS else self.look(order))

    def step(self, order: VisitOrder) -> Shown:
        """The page after a step, which stands in the vault. Raises as ``answer``."""
        visit = self._begun(order) if order.act == "open" else self._visit(order)
        try:
            with visit.lock:
                self._check(visit, order)
                return self._sealed(visit, self._acted(visit, order))
        except BaseException:
            if visit.shown is None and not visit.ended:  # no page ever came: there is no visit
                self.end(order.visit)
            raise

    def look(self, order: VisitOrder) -> Shown:
        """The last step once more. Raises Conflict where there is no such visit."""
        visit = self._visit(order)
        if visit.shown is None:
            raise Conflict("the page is still to come: look again")
        return replace(visit.shown, taken=None)

    def name(self, order: VisitOrder) -> list[Named]:
        """The addresses behind these numbers, sealed. Raises Conflict for a number that names none."""
        visit = self._visit(order)
        with visit.lock:
            self._check(visit, order)
            reading = visit.reading
            parts = {part.key: part for part in reading.outline.parts if part.may_fetch} if reading else {}
            if reading is None or not set(order.keys) <= set(parts):
                raise Conflict("one of these numbers names nothing that could be fetched")
            keys = dict.fromkeys(order.keys)
            return [self._seals.name(parts[key].kind, reading.addresses[key], reading.here) for key in keys]

    def end(self, name: str) -> None:
        """Return once this visit is no more. Safe to call twice."""
        with self._lock:
            visit = self._visits.pop(name, None)
            if visit is None:
                return
            visit.ended = True
        with suppress(Unavailable):
            visit.browser.close()
        self._places.release()
        _log.info("visit_ended", steps=visit.shown.step if visit.shown else 0)

    def end_late(self) -> None:
        """Ends the visits whose time is over."""
        now = self._clock.monotonic_seconds()
        with self._lock:
            late = [name for name, visit in self._visits.items() if visit.until <= now]
        for name in late:
            self.end(name)

    def close(self) -> None:
        """Ends every visit."""
        with self._lock:
            names = list(self._visits)
        for name in names:
            self.end(name)

    def _begun(self, order: VisitOrder) -> _Visit:
        """A visit with a browser of its own; an earlier one of the same name ends."""
        self.end(order.visit)
        if not self._places.acquire(blocking=False):
            raise Unavailable("all browsers of this house are taken", retry_after_seconds=_RETRY_SECONDS)
        try:
            browser = self._start()
        except BaseException:
            self._places.release()
            raise
        until = self._clock.monotonic_seconds() + 60.0 * self._rules.minutes
        visit = _Visit(item=order.item, browser=browser, until=until)
        with self._lock:
            earlier = self._visits.setdefault(order.visit, visit)
        if earlier is not visit:
            browser.close()
            self._places.release()
            raise Conflict("this visit begins in another window")
        _log.info("visit_begun")
        return visit

    def _visit(self, order: VisitOrder) -> _Visit:
        self.end_late()
        with self._lock:
            visit = self._visits.get(order.visit)
        if visit is None or visit.item != order.item:
            raise Conflict("there is no such visit: it is over, or was never begun")
        return visit

    def _check(self, visit: _Visit, order: VisitOrder) -> None:
        """Return where the visit goes on from what its person saw."""
        step = visit.shown.step if visit.shown else 0
        if order.step != step or visit.ended:
            raise Conflict("the page went on meanwhile: look at it as it is now")
        if order.act in STEPS and step >= self._rules.steps_max:
            raise Refused(f"a visit has at most {self._rules.steps_max} steps: end it and begin another")

    def _acted(self, visit: _Visit, order: VisitOrder) -> Reading:
        """The page after what was asked for was done to the browser."""
        if order.act == "open":
            visit.browser.open(self._url(order.sealed_url), self._referrer(order.sealed_referrer))
        elif order.act == "press":
            self._press(visit, order.keys[0])
        visit.reading = visit.browser.read()
        return visit.reading

    def _press(self, visit: _Visit, key: int) -> None:
        """Press a number; a frame's page is opened in the place of this one."""
        reading = visit.reading
        parts = {part.key: part for part in reading.outline.parts if part.may_press} if reading else {}
        if reading is None or key not in parts:
            raise Conflict("this number names nothing that could be pressed")
        if parts[key].kind == "frame":
            visit.browser.open(reading.addresses[key], reading.here)
        else:
            visit.browser.press(key)

    def _sealed(self, visit: _Visit, reading: Reading) -> Shown:
        """The reading, once picture and outline are sealed."""
        sealed = self._sealer.put(io.BytesIO(reading.picture))
        row = {"v": RECORD_FORMAT, "browser": visit.browser.name, "outline": render_outline(reading.outline)}
        told = json.dumps(row, sort_keys=True, ensure_ascii=False)
        taken = Taken(
            picture=SealedPart(blob=sealed.blob, epoch=sealed.epoch, commitment=sealed.contents.commitment()),
            size_bytes=sealed.contents.size_bytes,
            sha256=sealed.contents.sha256,
            sha3_256=sealed.contents.sha3_256,
            url_sealed=self._seals.seal(reading.here.canonical),
            host_sealed=self._seals.seal(reading.here.name),
            outline_sealed=self._seals.seal(told),
            browser=visit.browser.name,
            version=__version__,
            configuration=self._configuration,
        )
        step = visit.shown.step + 1 if visit.shown else 1
        left = self._rules.steps_max - step
        visit.shown = Shown(step=step, left=left, blob=sealed.blob, outline=reading.outline, taken=taken)
        _log.info("visit_step", step=step, parts=len(reading.outline.parts))
        return visit.shown

    def _url(self, sealed: bytes) -> Url:
        try:
            return parse_url(self._seals.open_url(sealed))
        except UrlError as error:
            raise Refused("this address is none that would be fetched") from error

    def _referrer(self, sealed: bytes) -> Url | None:
        try:
            return parse_url(self._seals.open_url(sealed)) if sealed else None
        except UrlError:
            return None
