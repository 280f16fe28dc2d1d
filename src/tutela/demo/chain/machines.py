"""Every machine of the hotline in one process and on the demonstration's clock.

The parts are the product's own. Only the network policy is another one: the world's hosts may be met on
loopback, which no setting of the product allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tutela.config import Config
from tutela.demo.host import NETWORK
from tutela.demo.world import World
from tutela.demo.world.answers import Request
from tutela.demo.world.registry import ALL_IN_ONE, BOOTSTRAP, REGISTRY_HOST
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.protected import TileMaker
from tutela.detect.media.shapes import Ask
from tutela.hotline.cases.actions.openings import record_opening
from tutela.hotline.cases.address_keys import sealing_keys
from tutela.hotline.cases.addresses import fetch_key_store
from tutela.hotline.cases.equipment import Equipment
from tutela.hotline.cases.file_looker import FileLooker
from tutela.hotline.cases.index_key import read_index_key
from tutela.hotline.cases.page_reader import PageReader
from tutela.hotline.takedown.carrying import CarriedRegistries
from tutela.kernel.clock import Clock
from tutela.kernel.custody.blob_files import FileBlobStore
from tutela.kernel.custody.envelopes import Contents
from tutela.kernel.custody.key_files import FileKeyStore, FilePublicKeys
from tutela.kernel.custody.opening import Opener
from tutela.kernel.custody.sealed_texts import open_text, seal_text
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.fetching import GuardedFetcher
from tutela.kernel.egress.settings import EgressSettings, VantageSettings
from tutela.kernel.fetcher.serving import FetchingService
from tutela.kernel.opener.orders import OpenOrder
from tutela.kernel.opener.serving import OpeningService
from tutela.kernel.opener.tiles import Tile
from tutela.processes.fetching import digest_of, vantage_points
from tutela.processes.opening import OBJECT_BYTES_MAX
from tutela.processes.places import vault_places
from tutela.processes.working import LISTS, Lists
from tutela.share.notices.asking import Asker
from tutela.share.notices.bootstrap import Bootstrap, parse_bootstrap

#: The ways to the internet from which this hotline looks again: two countries.
VANTAGES = ("north", "south")


@dataclass(frozen=True, kw_only=True)
class InProcessOpener:
    """An opener in this process: as ``OpenerProcess``, without a socket."""

    service: OpeningService

    def text(self, order: OpenOrder) -> str:
        """The text that was sealed. Raises Refused, Unavailable."""
        return self.service.open_text(order)

    def fill(self, order: OpenOrder, descriptor: int) -> int:
        """Bytes of the object, which is in ``descriptor`` now. Raises Refused, Unavailable."""
        return self.service.open_object(order, descriptor).size_bytes

    def tiles(self, order: OpenOrder) -> Sequence[Tile]:
        """Protected pictures of the object. Raises Refused, Unavailable."""
        return self.service.open_tiles(order)


def equipment_of(home: Path, settings: Config, world: World, pool: MediaPool, clock: Clock) -> Equipment:
    """What the worker works with: a guarded fetcher that may meet the world, sealed workers, registries."""
    fetcher, limits = _fetcher(home, settings, world, clock), settings.media.limits("web")
    lists = Lists(home / LISTS).now
    looker = FileLooker(pool, Ask(limits=limits), lists, clock=clock)
    registries = CarriedRegistries(fetcher, sealing_keys)
    return Equipment(
        fetcher=fetcher,
        asker=Asker(registries, bootstrap_of(world), clock=clock),
        looker=looker,
        inline=looker.look_inline,
        index_key=lambda: read_index_key(home),
        vantages=VANTAGES,
        pages=PageReader(pool, limits),
        rules=settings.pages.rules(),
        lists=lists,
        clock=clock,
    )


def bootstrap_of(world: World) -> Bootstrap:
    """Which registry is asked about what in the world: one, which speaks http on loopback."""
    headers = {"host": f"{REGISTRY_HOST}:{world.port}"}
    path = f"{BOOTSTRAP}{ALL_IN_ONE}"
    request = Request(method="GET", path=path, host=REGISTRY_HOST, source="", headers=headers)
    told = world.registry.answer(request, world.clock.now())
    return parse_bootstrap(told.body.decode(), encrypted_only=False)


def opener_of(home: Path, settings: Config, clock: Clock, pool: MediaPool) -> InProcessOpener:
    """The opener: what it opens stands in the ledger before it is released."""
    places = vault_places(settings.custody, home)
    keys = FileKeyStore(places.public, places.private, clock)
    blobs = FileBlobStore(places.objects, places.envelopes)

    def record(order: OpenOrder, contents: Contents | None) -> None:
        epoch = next(iter(blobs.envelopes(order.blob))) if order.blob else ""
        record_opening(order, contents, epoch=epoch, clock=clock)

    service = OpeningService(
        Opener(blobs, keys),
        keys,
        record,
        bytes_max=OBJECT_BYTES_MAX,
        reduce=TileMaker(pool, settings.media.limits("web")),
    )
    return InProcessOpener(service=service)


def _fetcher(home: Path, settings: Config, world: World, clock: Clock) -> FetchingService:
    """The fetcher as ``processes.fetching`` puts it together, over the world and on its clock."""
    egress = EgressSettings(
        ports=(world.port,),
        vantages=tuple(
            VantageSettings(name=name, socks="{}:{}".format(*world.vantages[name])) for name in VANTAGES
        ),
    )
    places = vault_places(settings.custody, home)
    keys, vault = fetch_key_store(home, clock), FilePublicKeys(places.public)

    def door(one: EgressSettings) -> GuardedFetcher:
        policy = AddressPolicy(exceptions=networks([NETWORK]))
        return GuardedFetcher(one, policy=policy, resolver=world.names, clock=clock)

    return FetchingService(
        vantage_points(egress, door),
        Sealer(FileBlobStore(places.objects, places.envelopes), vault),
        open_url=lambda sealed: open_text(sealed, keys),
        seal=lambda text: seal_text(text, vault),
        configuration=digest_of(egress),
        clock=clock,
    )
