"""Worlds for tests: a clock that stands still until it is moved, a door that may meet the world, letters."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage

from tests.kernel.egress.speaking import fetch
from tutela.demo.world.answers import Request
from tutela.demo.world.planted import Item
from tutela.demo.world.world import World
from tutela.kernel.clock import FixedClock
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.fetching import GuardedFetcher
from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import Response

#: A Saturday.
START = datetime(2026, 3, 7, 9, 0, tzinfo=UTC)
DAY = 86_400.0


class StillWorld(World):
    """A world whose time stands still until ``pass_days``."""

    def __init__(self, *, crowd: int = 0, seed: int = 0) -> None:
        self.still = FixedClock(START)
        super().__init__(self.still, crowd=crowd, seed=seed)

    def pass_days(self, days: float) -> None:
        self.still.advance(days * DAY)

    def item(self, host: str, kind: str = "known") -> Item:
        return next(item for item in self.hosts[host].items if item.kind == kind)


def door(world: World, *, vantage: str = "") -> GuardedFetcher:
    """A guarded fetcher that may meet the world, from an address of its own or from a vantage point."""
    proxy = "{}:{}".format(*world.vantages[vantage]) if vantage else ""
    egress = EgressSettings(
        ports=(world.port,),
        host_burst=1_000,
        read_seconds=10.0,
        socks=proxy,
        socks_for="all" if vantage else "onion",
    )
    return GuardedFetcher(
        egress, policy=AddressPolicy(exceptions=networks(["127.77.0.0/24"])), resolver=world.names
    )


def got(world: World, url: str, *, vantage: str = "") -> tuple[int, bytes]:
    """Status and body of what a fetch of this address brings."""
    answer, body = fetch(door(world, vantage=vantage), url)
    assert isinstance(answer, Response), answer
    return answer.status, body


def failed(world: World, url: str) -> str:
    """Why a fetch of this address brings nothing."""
    answer, _ = fetch(door(world), url)
    assert isinstance(answer, Failure), answer
    return answer.reason


def asking(item: Item, **headers: str) -> Request:
    """A request for an item from the second vantage point."""
    named = {"host": f"{item.host}:8080", **headers}
    return Request(method="GET", path=item.path, host=item.host, source="127.78.0.2", headers=named)


def a_notice(*urls: str, to: str = "abuse@obedient-hosting.test") -> EmailMessage:
    """A notice with its addresses in the text."""
    letter = EmailMessage()
    letter["From"], letter["To"] = "notices@hotline.test", to
    letter["Subject"], letter["Message-ID"] = "Notice", "<one@hotline.test>"
    letter.set_content("Please remove:\n\n" + "\n".join(urls) + "\n")
    return letter


def post(world: World, letter: EmailMessage) -> None:
    """Hand a letter to the world's mail server."""
    with smtplib.SMTP(*world.mail, local_hostname="hotline.test", timeout=10) as client:
        client.send_message(letter)


def tell(world: World, item: Item) -> None:
    """Send a notice about an item to whoever the registry names."""
    post(world, a_notice(world.url(item), to=world.hosts[item.host].place.abuse))
