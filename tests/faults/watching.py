"""A hotline that looks at places of the benign internet from two vantage points, by the world's clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.demo.world.worlds import StillWorld
from tests.hotline.takedown.making import WORKER
from tutela.demo.world.planted import Item as Planted
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import WEB, Ask
from tutela.hotline.cases.actions import open_item, record_fingerprints, record_sighting
from tutela.hotline.cases.addresses import SealingKeys, seal_address
from tutela.hotline.cases.equipment import Equipment, equipped
from tutela.hotline.cases.file_looker import FileLooker
from tutela.hotline.cases.index_key import IndexKey
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.page_reader import PageReader
from tutela.hotline.cases.seen import Seen
from tutela.hotline.ledger.actors import PUBLIC
from tutela.hotline.takedown.actions import plan_check
from tutela.hotline.takedown.actions.checking import KIND as CHECK
from tutela.hotline.work.claims import HostLimit
from tutela.hotline.work.models import OPEN, Job
from tutela.hotline.work.running import Worker
from tutela.kernel.channels.memory import memory
from tutela.kernel.custody.blobs import MemoryBlobStore
from tutela.kernel.custody.keys import MemoryKeyStore
from tutela.kernel.custody.sealed_texts import open_text, seal_text
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.fetching import GuardedFetcher
from tutela.kernel.egress.settings import EgressSettings, VantageSettings
from tutela.kernel.egress.urls import read_url
from tutela.kernel.fetcher.orders import Fetched, FetchOrder
from tutela.kernel.fetcher.serving import FetchingService
from tutela.processes.fetching import vantage_points


@dataclass
class Watching:
    """A hotline's looks at the world from two vantage points, by the world's clock; places by item's name."""

    world: StillWorld
    pool: MediaPool
    places: dict[str, Sighting] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.vault, self.keys = MemoryKeyStore(self.world.still), MemoryKeyStore(self.world.still)
        self.vault.rotate()
        self.keys.rotate()
        named = tuple(
            VantageSettings(name=name, socks="{}:{}".format(*self.world.vantages[name]))
            for name in ("north", "south")
        )
        egress = EgressSettings(
            ports=(self.world.port,), host_burst=1_000, host_requests_per_second=100.0, vantages=named
        )
        self.fetcher = FetchingService(
            vantage_points(egress, self._door),
            Sealer(MemoryBlobStore(), self.vault),
            open_url=lambda sealed: open_text(sealed, self.keys),
            seal=lambda text: seal_text(text, self.vault),
            configuration="0" * 64,
            clock=self.world.still,
        )

    def _door(self, egress: EgressSettings) -> GuardedFetcher:
        policy = AddressPolicy(exceptions=networks(["127.77.0.0/24"]))
        return GuardedFetcher(egress, policy=policy, resolver=self.world.names)

    def equipment(self) -> Equipment:
        return Equipment(
            fetcher=self.fetcher,
            looker=FileLooker(self.pool, Ask(), tuple, clock=self.world.still),
            index_key=lambda: IndexKey(raw=b"i" * 32),
            vantages=("north", "south"),
            pages=PageReader(self.pool, WEB),
            sealing=lambda: SealingKeys(vault=self.vault, fetch=self.keys),
            clock=self.world.still,
        )

    def found(self, planted: Planted) -> None:
        """The item with its sighting, as a fetch leaves them, and its first look planned."""
        clock = self.world.still
        address = seal_address(
            read_url(self.world.url(planted)), SealingKeys(vault=self.vault, fetch=self.keys)
        )
        referrer = seal_text(planted.referrer, self.keys) if planted.referrer else b""
        order = FetchOrder(
            sealed_url=address.url_for_fetch,
            sealed_referrer=referrer,
            bytes_max=1 << 24,
            vantage="south",
            keep=False,
        )
        with memory() as descriptor:
            answer = self.fetcher.fetch(order, descriptor)
            if not isinstance(answer, Fetched) or not answer.is_there:
                raise RuntimeError("what is to be watched is not there")
            prints = self.equipment().looker.look(descriptor).prints
        item = open_item("picture", source="report", actor=PUBLIC, clock=clock)
        Item.objects.filter(pk=item.pk).update(state="watched")
        item.refresh_from_db()
        seen = Seen(
            how="fetched",
            process="fetcher",
            reason="report",
            address=address,
            sha256=answer.sha256,
            host_digest=hashlib.sha256(planted.host.encode()).hexdigest(),
            referrer_for_fetch=referrer,
        )
        sighting = record_sighting(item, seen, actor=WORKER, clock=clock)
        record_fingerprints(sighting, prints, actor=WORKER, clock=clock)
        plan_check(sighting, clock=clock)
        self.places[planted.name] = sighting

    def pass_days(self, days: float) -> None:
        """Every look that is due within these days, at its time."""
        clock = self.world.still
        with equipped(self.equipment()):
            worker = Worker("worker", (CHECK,), clock=clock, limit=HostLimit(apart_seconds=0.0))
            end = clock.now().timestamp() + days * 86_400
            while (
                due := Job.objects.filter(kind=CHECK, state__in=OPEN).order_by("due").first()
            ) and due.due.timestamp() < end:
                clock.advance(max(1.0, (due.due - clock.now()).total_seconds()))
                while worker.step():
                    continue


@contextmanager
def watching() -> Iterator[Watching]:
    with StillWorld() as world, MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
        yield Watching(world=world, pool=pool)
