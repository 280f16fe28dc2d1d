"""A worker in this process over the benign internet's gallery: one report, and all that is to be done for it.

The report goes through intake, the addresses through the sealing keys, each medium through the guarded fetch
and a sealed media worker of its own. Only the pace is another one: hosts may be asked as fast as one likes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tutela.demo.host import NETWORK
from tutela.demo.world import World
from tutela.demo.world.album import GALLERY, MISSING_PATHS, Gallery, is_broken
from tutela.demo.world.contents import content
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import open_list, write_list
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.protected import TileMaker
from tutela.detect.media.shapes import WEB, Ask
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.blobs import BlobStore, MemoryBlobStore
from tutela.kernel.custody.envelopes import Contents
from tutela.kernel.custody.key_files import FileKeyStore
from tutela.kernel.custody.keys import KeyStore
from tutela.kernel.custody.opening import Opener
from tutela.kernel.custody.sealed_texts import open_text, seal_text
from tutela.kernel.custody.sealing import Sealer
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.fetching import GuardedFetcher
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.urls import read_url
from tutela.kernel.fetcher.serving import FetchingService
from tutela.kernel.opener.orders import OpenOrder
from tutela.kernel.opener.serving import OpeningService
from tutela.kernel.opener.tiles import Tile

if TYPE_CHECKING:
    from tutela.detect.matching.parts import OpenList
    from tutela.hotline.cases.models import Item

#: A Saturday.
START = datetime(2026, 3, 7, 9, 0, tzinfo=UTC)
#: The index key, of no secret.
INDEX = b"i" * 32
#: Rounds of a minute after which everything has been tried as often as it is tried.
ROUNDS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """Both halves of the vault's and of the fetcher's keys, as files of the house."""

    vault: FileKeyStore
    fetch: FileKeyStore


class TileOpener:
    """What shows an item at the desk: protected tiles of sealed bytes, and nothing else."""

    def __init__(self, blobs: BlobStore, keys: KeyStore, pool: MediaPool) -> None:
        self._blobs = blobs
        self._service = OpeningService(
            Opener(blobs, keys), keys, self._record, bytes_max=1 << 29, reduce=TileMaker(pool, WEB)
        )

    def tiles(self, order: OpenOrder) -> Sequence[Tile]:
        """Protected pictures of the object. Raises Refused, Unavailable."""
        return self._service.open_tiles(order)

    def _record(self, order: OpenOrder, contents: Contents | None) -> None:
        from tutela.hotline.cases.actions.openings import record_opening

        epoch = next(iter(self._blobs.envelopes(order.blob)))
        record_opening(order, contents, epoch=epoch, configuration="0" * 64)


@dataclass
class AlbumHouse:
    """One hotline before one gallery. ``expected``: path on the page -> whether a machine can open it."""

    world: World
    clock: FixedClock
    keys: Keys
    pool: MediaPool
    lists: Sequence[OpenList] = ()
    expected: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        listed = self.world.gallery.listed(GALLERY)
        self.expected = {item.path: not is_broken(item) for item in listed}
        self.expected |= dict.fromkeys(MISSING_PATHS, False)
        egress = EgressSettings(ports=(self.world.port,), host_burst=1_000, host_requests_per_second=100.0)
        policy = AddressPolicy(exceptions=networks([NETWORK]))
        self.blobs = MemoryBlobStore()
        self.fetcher = FetchingService(
            {"direct": GuardedFetcher(egress, policy=policy, resolver=self.world.names)},
            Sealer(self.blobs, self.keys.vault),
            open_url=lambda sealed: open_text(sealed, self.keys.fetch),
            seal=lambda text: seal_text(text, self.keys.vault),
            configuration="0" * 64,
            clock=self.clock,
        )

    def report(self, path: str = GALLERY) -> str:
        """Hands one report of the gallery's page in; the receipt's words."""
        from tutela.hotline.intake.actions import receive_report

        address = self.world.url_of(self.world.gallery.name, path)
        return receive_report({"addresses": address, "text": ""}, clock=self.clock).words

    def work(self) -> int:
        """How many jobs were done until nothing is due for half an hour; the acts of takedown are left."""
        from tutela.hotline.cases.addresses import SealingKeys
        from tutela.hotline.cases.equipment import Equipment, equipped
        from tutela.hotline.cases.file_looker import FileLooker
        from tutela.hotline.cases.index_key import IndexKey
        from tutela.hotline.cases.job_kinds import FETCH, SETTLE_PAGE
        from tutela.hotline.cases.page_reader import PageReader
        from tutela.hotline.work.claims import HostLimit
        from tutela.hotline.work.running import Worker

        looker = FileLooker(self.pool, Ask(), lambda: self.lists, clock=self.clock)
        given = Equipment(
            fetcher=self.fetcher,
            looker=looker,
            inline=looker.look_inline,
            index_key=lambda: IndexKey(raw=INDEX),
            pages=PageReader(self.pool, WEB),
            sealing=lambda: SealingKeys(vault=self.keys.vault, fetch=self.keys.fetch),
            clock=self.clock,
        )
        done = 0
        with equipped(given):
            limit = HostLimit(apart_seconds=0.0)
            worker = Worker("worker", (FETCH, SETTLE_PAGE), clock=self.clock, limit=limit)
            for _ in range(ROUNDS):
                while worker.step():
                    done += 1
                self.clock.advance(60)
        return done

    def opener(self) -> TileOpener:
        """An opener in this process: every display is written down before it is one."""
        return TileOpener(self.blobs, self.keys.vault, self.pool)

    def items_by_path(self) -> dict[str, list[Item]]:
        """The items whose address is that of a path of the page, by the path."""
        from tutela.hotline.cases.index_key import IndexKey
        from tutela.hotline.cases.models import Item

        key = IndexKey(raw=INDEX)
        found: dict[str, list[Item]] = {}
        for path in self.expected:
            digest = key.address_digest(read_url(self.world.url_of(self.world.gallery.name, path)))
            found[path] = list(Item.objects.filter(sightings__url_digest=digest).distinct())
        return found


@contextmanager
def album_house(keys: Keys, folder: Path, size: tuple[int, int, int]) -> Iterator[AlbumHouse]:
    """The house before a gallery of at most so many pictures, films, and pictures behind it."""
    clock = FixedClock(START)
    with World(clock, gallery=size) as world, MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
        known = open_list(_declared(world.gallery, folder))
        yield AlbumHouse(world=world, clock=clock, keys=keys, pool=pool, lists=(known,))


def _declared(gallery: Gallery, folder: Path) -> Path:
    """The list that knows the gallery's declared originals byte for byte, approved for notices."""
    known = [content(item.making, item.seed) for item in gallery.items if item.kind == "known"]
    entries = [
        ListEntry(entry=f"e{place}", kind="sha256", value=hashlib.sha256(data).digest(), legal_class="csam")
        for place, data in enumerate(known)
    ]
    path = folder / "declared.tlist"
    write_list(path, ListHeader(name="declared", version="1", created=START, approved=True), entries)
    return path
