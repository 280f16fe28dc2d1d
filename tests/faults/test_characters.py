"""The benign internet's characters, looked at from two places over simulated weeks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.demo.world.worlds import StillWorld
from tests.hotline.takedown.making import WORKER, a_clock
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
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.takedown.actions import plan_check
from tutela.hotline.takedown.actions.checking import KIND as CHECK
from tutela.hotline.takedown.models import Check, Removal, Watch
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

pytestmark = pytest.mark.django_db

#: Host -> what the looks say of its place after two weeks, and every result that they may bring.
ENDS = {
    "obedient.test": ("removed", {"gone", "present"}),
    "reencodes.test": ("there", {"altered", "present"}),
    "says-removed.test": ("undecided", {"soft_missing", "present"}),
    "geo.test": ("there", {"blocked", "present"}),
    "bot-wall.test": ("undecided", {"blocked", "present"}),
    "parks.test": ("undecided", {"parked", "present"}),
    "moves.test": ("there", {"moved", "present"}),
    "comes-back.test": ("there", {"gone", "present"}),
    "referrer.test": ("there", {"present"}),
    "silent.test": ("there", {"present"}),
}
#: Days that pass: a come-back lies within them.
DAYS = 16


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house whose signed mandate grants looks."""
    rehearse(tmp_path, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))


@dataclass
class Watching:
    """A hotline's looks at the world from two vantage points, by the world's clock."""

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
            assert isinstance(answer, Fetched) and answer.is_there
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
        self.places[planted.host] = sighting

    def weeks(self) -> None:
        """Every look that is due in two weeks and more, at its time."""
        clock = self.world.still
        with equipped(self.equipment()):
            worker = Worker("worker", (CHECK,), clock=clock, limit=HostLimit(apart_seconds=0.0))
            end = clock.now().timestamp() + DAYS * 86_400
            while (
                due := Job.objects.filter(kind=CHECK, state__in=OPEN).order_by("due").first()
            ) and due.due.timestamp() < end:
                clock.advance(max(1.0, (due.due - clock.now()).total_seconds()))
                while worker.step():
                    continue
        assert not Job.objects.exclude(state__in=OPEN).exists()


@contextmanager
def watching() -> Iterator[Watching]:
    with StillWorld() as world, MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
        yield Watching(world=world, pool=pool)


@pytest.mark.slow
def test_every_character_ends_as_the_world_says_and_only_the_obedient_is_removed() -> None:
    with watching() as hotline:
        for host in ENDS:
            planted = hotline.world.item(host)
            hotline.found(planted)
            if hotline.world.hosts[host].character.heeds_mail:
                hotline.world.hosts[host].tell(planted, hotline.world.still.now())
        hotline.weeks()
        expected = {host: hotline.world.expected(hotline.world.item(host)).end for host in ENDS}
    told = {host: Watch.objects.get(sighting=one).standing for host, one in hotline.places.items()}
    assert told == {host: standing for host, (standing, _) in ENDS.items()}
    assert {host for host, end in expected.items() if end == "removed"} == {
        host for host, standing in told.items() if standing == "removed"
    }
    for host, sighting in hotline.places.items():
        assert set(Check.objects.filter(sighting=sighting).values_list("result", flat=True)) <= ENDS[host][1]
    back = Removal.objects.exclude(reopened_at=None)
    assert [one.sighting for one in back] == [hotline.places["comes-back.test"]]
    standing = Removal.objects.filter(reopened_at=None)
    assert [one.sighting for one in standing] == [hotline.places["obedient.test"]]


def test_one_country_is_refused_and_the_other_sees_it() -> None:
    with watching() as hotline:
        planted = hotline.world.item("geo.test")
        hotline.found(planted)
        hotline.world.hosts["geo.test"].tell(planted, hotline.world.still.now())
        hotline.world.pass_days(1)
        with equipped(hotline.equipment()):
            Worker("worker", (CHECK,), clock=hotline.world.still).step()
    assert dict(Check.objects.values_list("vantage", "result")) == {"north": "blocked", "south": "present"}
    assert Watch.objects.get().standing == "there"
