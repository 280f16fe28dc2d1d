"""A worker in this process: a recorded internet, a looker that knows one picture, a list that approves it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tutela.detect.matching.parts import OpenList
from tutela.detect.media.shapes import Ask
from tutela.hotline.cases.actions import open_item
from tutela.hotline.cases.actions.findings import Met, Print
from tutela.hotline.cases.addresses import SealingKeys, seal_address
from tutela.hotline.cases.equipment import FALLEN_MAX, Equipment, equipped
from tutela.hotline.cases.file_looker import FileLooker
from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.cases.jobs import FETCH
from tutela.hotline.cases.looking import Found, Looked
from tutela.hotline.cases.models import Item
from tutela.hotline.ledger.actors import PUBLIC
from tutela.hotline.work.actions import put
from tutela.hotline.work.running import Done, Worker
from tutela.kernel.channels.memory import contents_of
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.blobs import MemoryBlobStore
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.custody.sealed_texts import open_text, seal_text
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.egress.replaying import Recorded, ReplayFetcher
from tutela.kernel.egress.urls import read_url
from tutela.kernel.fetcher.serving import FetchingService
from tutela.share.notices.asking import Asker

KNOWN = b"a generated picture that the list of this test names"
OTHER = b"a generated picture that no list names"
PLACE = "https://host.test/picture.png"
START = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
KEY = IndexKey(raw=b"i" * 32)


class DigestLooker:
    """Knows ``KNOWN`` by its SHA-256; ``approved`` and ``confirmed`` as the test wants them."""

    def __init__(self, *, approved: bool = True, confirmed: str = "sha256") -> None:
        self._approved, self._confirmed = approved, confirmed

    def look(self, descriptor: int) -> Looked:
        data = contents_of(descriptor)
        prints = (Print(kind="sha256", value=hashlib.sha256(data).hexdigest(), form="file"),)
        if data != KNOWN:
            return Looked(status="unknown", prints=prints)
        met = Met(
            list_id="declared",
            list_version="1",
            entry="ent",
            status="known" if self._confirmed else "candidate",
            confirmed=self._confirmed,
            approved=self._approved,
            reason="list_matched",
            votes=1,
            legal_class="csam",
        )
        return Looked(status=met.status, prints=prints, found=(Found(kind="sha256", form="file", met=met),))


@dataclass
class Rig:
    """A worker over ``recorded``; ``lists`` are asked again about what the looker said that they know."""

    recorded: Mapping[str, Recorded]
    looker: DigestLooker
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    done: list[Done] = field(default_factory=list)
    asker: Asker | None = None
    lists: list[OpenList] = field(default_factory=list)
    fallen_max: int = FALLEN_MAX

    def __post_init__(self) -> None:
        self.vault, self.fetch = MemoryKeyStore(self.clock), MemoryKeyStore(self.clock)
        self.vault.rotate()
        self.fetch.rotate()
        self.blobs = MemoryBlobStore()
        self.show(self.recorded)

    def show(self, recorded: Mapping[str, Recorded]) -> None:
        """From now on the internet is this one."""
        self.service = FetchingService(
            {"direct": ReplayFetcher(recorded), "proxied": ReplayFetcher(recorded)},
            Sealer(self.blobs, self.vault),
            open_url=lambda sealed: open_text(sealed, self.fetch),
            seal=lambda text: seal_text(text, self.vault),
            configuration="0" * 64,
            clock=self.clock,
        )

    def equipment(self) -> Equipment:
        return Equipment(
            fetcher=self.service,
            looker=self.looker,
            index_key=lambda: KEY,
            vantages=("direct", "proxied"),
            asker=self.asker,
            sealing=lambda: SealingKeys(vault=self.vault, fetch=self.fetch),
            lists=lambda: tuple(self.lists),
            inline=self._inline,
            fallen_max=self.fallen_max,
            clock=self.clock,
        )

    def _inline(self, digests: Sequence[bytes]) -> Looked:
        looker = FileLooker(None, Ask(), lambda: self.lists, clock=self.clock)  # type: ignore[arg-type]
        return looker.look_inline(digests)

    def reported(self, address: str = PLACE) -> Item:
        """An item as intake opens it, with its job."""
        sealed = seal_address(read_url(address), SealingKeys(vault=self.vault, fetch=self.fetch))
        item = open_item("url", source="report", actor=PUBLIC, address=sealed, clock=self.clock)
        sighting = item.sightings.get().public_id
        put(FETCH, {"sighting": sighting}, key=f"{FETCH}:{sighting}", clock=self.clock)
        return item

    def work(self) -> list[str]:
        """What came of each job that was due, in order."""
        return self.work_of()

    def work_of(self, *kinds: str) -> list[str]:
        """The same of these kinds alone; of all where none is named."""
        self.done.clear()
        with equipped(self.equipment()):
            worker = Worker("worker", kinds, clock=self.clock, watched=self.done.append)
            while worker.step():
                continue
        return [f"{one.kind} {one.outcome}{' ' + one.reason if one.reason else ''}" for one in self.done]

    def later(self, minutes: float) -> None:
        self.clock.advance(minutes * 60)


@contextmanager
def rig(
    body: bytes = KNOWN, *, status: int = 200, approved: bool = True, confirmed: str = "sha256"
) -> Iterator[Rig]:
    yield Rig(
        recorded={PLACE: Recorded(body=body, status=status)},
        looker=DigestLooker(approved=approved, confirmed=confirmed),
    )


def state_of(item: Item) -> str:
    item.refresh_from_db()
    return item.state
