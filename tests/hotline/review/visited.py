"""A visitor in this process: written pages, a vault in memory, and the keys of a house."""

from __future__ import annotations

from collections.abc import Sequence

from tests.hotline.review.making import a_waiting_item
from tests.kernel.visiting.visiting import GATE, PAGES
from tutela.hotline.cases.addresses import SealingKeys, seal_address
from tutela.hotline.cases.models import Item
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.blobs import MemoryBlobStore
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.custody.sealed_texts import open_text, seal_text
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.errors import Unavailable
from tutela.kernel.visiting.orders import STEPS, Named, Shown, VisitOrder
from tutela.kernel.visiting.scripted import ScriptedBrowser
from tutela.kernel.visiting.serving import Seals, StartBrowser, VisitingService
from tutela.processes.visiting import named


class InHouse:
    """A visitor of a house with these keys; ``away``: nobody answers."""

    def __init__(
        self, clock: FixedClock, keys: SealingKeys | None = None, *, start: StartBrowser | None = None
    ) -> None:
        self.clock, self.away, self.asked = clock, False, list[VisitOrder]()
        self.vault, self.fetch = MemoryKeyStore(clock), MemoryKeyStore(clock)
        self.vault.rotate()
        self.fetch.rotate()
        self.keys = keys or SealingKeys(vault=self.vault, fetch=self.fetch)
        self.blobs, self.browsers = MemoryBlobStore(), list[ScriptedBrowser]()
        self.service = VisitingService(
            start or self._start,
            Sealer(self.blobs, self.keys.vault),
            Seals(
                open_url=lambda sealed: open_text(sealed, self.keys.fetch),  # type: ignore[arg-type]  # a store
                seal=lambda text: seal_text(text, self.keys.vault),
                name=lambda kind, url, page: named(kind, url, page, self.keys),
            ),
            configuration="0" * 64,
            clock=clock,
        )

    def show(self, order: VisitOrder) -> Shown:
        self._note(order)
        return self.service.step(order) if order.act in STEPS else self.service.look(order)

    def name(self, order: VisitOrder) -> Sequence[Named]:
        self._note(order)
        return self.service.name(order)

    def end(self, order: VisitOrder) -> None:
        self._note(order)
        self.service.end(order.visit)

    def a_gate(self, url: str = GATE) -> Item:
        """A reported page with an age gate, which waits for a person."""
        referrer = parse_url("https://from.test/page")
        address = seal_address(parse_url(url), self.keys, referrer=referrer)
        return a_waiting_item(self.clock, kind="url", address=address)

    def _start(self) -> ScriptedBrowser:
        self.browsers.append(ScriptedBrowser(PAGES))
        return self.browsers[-1]

    def _note(self, order: VisitOrder) -> None:
        if self.away:
            raise Unavailable("pages cannot be visited here: the visitor does not run (visits.enabled)")
        self.asked.append(order)
