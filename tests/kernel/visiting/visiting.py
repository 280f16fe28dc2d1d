"""A visiting service over written pages and a vault in memory, and an age gate for a real browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.blobs import MemoryBlobStore
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.custody.sealed_texts import open_text, seal_text
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.egress.urls import Url
from tutela.kernel.ids import new_id
from tutela.kernel.visiting.browsers import VisitRules
from tutela.kernel.visiting.orders import Act, Named, VisitOrder
from tutela.kernel.visiting.outline import Part
from tutela.kernel.visiting.scripted import ScriptedBrowser, ScriptedPage
from tutela.kernel.visiting.serving import Seals, VisitingService

GATE, INSIDE, FRAME = "https://gate.test/", "https://gate.test/inside", "https://frame.test/"
PICTURE = "https://media.test/a.png"
PAGES = {
    GATE: ScriptedPage(
        title="Are you old enough?",
        parts=(
            Part(kind="heading", text="Age gate", level=1),
            Part(kind="button", text="Enter", key=1),
            Part(kind="frame", text="more", key=2, width=300, height=200, has_address=True),
        ),
        leads={1: INSIDE},
        addresses={2: FRAME},
    ),
    INSIDE: ScriptedPage(
        title="Inside",
        parts=(
            Part(kind="text", text="a thread"),
            Part(kind="picture", text="a shape", key=1, width=640, height=480, has_address=True),
            Part(kind="link", text="back", key=2, has_address=True),
        ),
        leads={2: GATE},
        addresses={1: PICTURE, 2: GATE},
    ),
    FRAME: ScriptedPage(title="Framed"),
}
VISIT, ITEM = new_id("trn_"), new_id("itm_")


@dataclass(kw_only=True)
class Service:
    """The service, what it sealed, the browsers that it started, and its time."""

    service: VisitingService
    blobs: MemoryBlobStore
    keys: MemoryKeyStore
    clock: FixedClock
    browsers: list[ScriptedBrowser] = field(default_factory=list)
    #: Done before each browser starts: what a test wants to happen at that moment.
    before: list[Callable[[], object]] = field(default_factory=list)

    def order(self, act: Act, *, step: int = 0, keys: tuple[int, ...] = (), **more: str) -> VisitOrder:
        sealed = seal_text(more.pop("url", GATE), self.keys) if act == "open" else b""
        referrer = more.pop("referrer", "")
        return VisitOrder(
            act=act,
            visit=more.get("visit", VISIT),
            item=more.get("item", ITEM),
            step=step,
            keys=keys,
            sealed_url=sealed,
            sealed_referrer=seal_text(referrer, self.keys) if referrer else b"",
        )


def service(rules: VisitRules | None = None) -> Service:
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
    blobs, keys = MemoryBlobStore(), MemoryKeyStore(clock=clock)
    keys.rotate()
    browsers: list[ScriptedBrowser] = []

    before: list[Callable[[], object]] = []

    def start() -> ScriptedBrowser:
        if before:
            before.pop(0)()
        browsers.append(ScriptedBrowser(PAGES))
        return browsers[-1]

    def name(kind: str, url: Url, page: Url) -> Named:
        told, stood = url.canonical.encode(), page.canonical.encode()
        return Named(
            kind=kind,
            found_as=kind,
            url_sealed=told,
            host_sealed=told,
            url_for_fetch=told,
            referrer_sealed=stood,
            referrer_for_fetch=stood,
        )

    made = VisitingService(
        start,
        Sealer(blobs, keys),
        Seals(
            open_url=lambda sealed: open_text(sealed, keys),
            seal=lambda text: seal_text(text, keys),
            name=name,
        ),
        configuration="0" * 64,
        rules=rules,
        clock=clock,
    )
    return Service(service=made, blobs=blobs, keys=keys, clock=clock, browsers=browsers, before=before)
