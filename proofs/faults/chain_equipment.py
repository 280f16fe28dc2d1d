"""What the chain's stages work with: a place whose network a registry knows, a list that knows half of it.

``toy_equipment`` with a registry beside it, asked through the same fetcher; and the opener's own service with
a tile that is made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from proofs.faults.chain_flow import UNKNOWN
from proofs.faults.noting_opener import NotingOpener, opening_service
from proofs.faults.toy_equipment import AnyPlace, KnowsAll, toy_equipment
from tutela.demo.world.answers import Request
from tutela.demo.world.cast import place_of
from tutela.demo.world.registry import ALL_IN_ONE, BOOTSTRAP, REGISTRY_HOST, Registry
from tutela.hotline.cases.address_keys import sealing_keys
from tutela.hotline.cases.equipment import Equipment
from tutela.hotline.cases.looking import Looked
from tutela.hotline.takedown.carrying import CarriedRegistries
from tutela.kernel.channels.memory import contents_of
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.replaying import Recorded, ReplayFetcher
from tutela.kernel.egress.shapes import FetchRequest, Response
from tutela.kernel.egress.urls import parse_url
from tutela.kernel.opener.orders import OpenOrder
from tutela.kernel.opener.tiles import SIDE, Tile
from tutela.share.notices.asking import Asker
from tutela.share.notices.bootstrap import Bootstrap, parse_bootstrap
from tutela.share.notices.pace import Pace

#: What a body holds that no list knows.
STRANGE = b"nobody knows this one"
#: The place's network: the number that ``chain_flow.found`` knows.
PLACE = replace(place_of("host.test", 10, "NL"), abuse="abuse@host.test", network=64_510)
#: Questions a second: the registry is made up.
PER_SECOND = 1_000_000.0


class ChainPlace:
    """A fetcher for which every address leads to a body at one address, and the registry's to its answers."""

    def __init__(self, mark: bytes) -> None:
        self._bodies, self._registry = AnyPlace(mark), Registry([PLACE])

    def fetch(self, request: FetchRequest) -> Response | Failure:
        """The registry's answer, or the body of the place."""
        url = parse_url(request.untrusted_url)
        if url.name == REGISTRY_HOST:
            told = self._registry.answer(_question(url.canonical), SystemClock().now())
            recorded = Recorded(status=told.status, body=told.body)
        else:
            strange = STRANGE if UNKNOWN in request.untrusted_url else b""
            body = self._bodies.body(request.untrusted_url) + strange
            recorded = Recorded(body=body, address=PLACE.address)
        return ReplayFetcher({request.untrusted_url: recorded}).fetch(request)


class KnowsHalf:
    """A looker for which every file is listed but the strange one."""

    def look(self, descriptor: int) -> Looked:
        """The file, known or not."""
        looked = KnowsAll().look(descriptor)
        if contents_of(descriptor).endswith(STRANGE):
            return replace(looked, status="unknown", found=())
        return looked


class ShowingOpener(NotingOpener):
    """The opener that also notes each tile that it gives out."""

    def tiles(self, order: OpenOrder) -> Sequence[Tile]:
        """One grey tile."""
        found = self._service.open_tiles(order)
        self._note(order)
        return found


def chain_equipment(home: Path, mark: bytes, clock: Clock) -> Equipment:
    """The jobs' equipment, registry and all."""
    tools = toy_equipment(home, mark, clock, fetcher=ChainPlace(mark), looker=KnowsHalf())
    registries = CarriedRegistries(tools.fetcher, sealing_keys)
    asker = Asker(registries, _bootstrap(), clock=clock, pace=Pace(per_second=PER_SECOND, clock=clock))
    return replace(tools, asker=asker)


def showing_opener(home: Path) -> ShowingOpener:
    """The opener over keys, vault and ledger of ``home``, with a tile that is made up."""
    service = opening_service(home, reduce=lambda _: (Tile(width=64, height=64, luma=bytes(SIDE * SIDE)),))
    return ShowingOpener(service, home)


def _bootstrap() -> Bootstrap:
    told = Registry([PLACE]).answer(
        _question(f"http://{REGISTRY_HOST}{BOOTSTRAP}{ALL_IN_ONE}"), SystemClock().now()
    )
    return parse_bootstrap(told.body.decode(), encrypted_only=False)


def _question(url: str) -> Request:
    return Request(
        method="GET",
        path=url.partition(REGISTRY_HOST)[2],
        host=REGISTRY_HOST,
        source="",
        headers={"host": REGISTRY_HOST},
    )
