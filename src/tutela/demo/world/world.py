"""The benign internet on loopback, as one block: every host, names, registry, mail, vantage points."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from tutela.demo.world.addresses import (
    MAIL_ADDRESS,
    NAMES_ADDRESS,
    listening_addresses,
    misbehaving_servers,
    named_addresses,
)
from tutela.demo.world.album import FILMS, LINKED, PICTURES, Gallery
from tutela.demo.world.answers import Answer, Request
from tutela.demo.world.cast import (
    PROXY_ABUSE,
    REGISTRY_BUSY,
    REGISTRY_DOWN,
    build_sites,
)
from tutela.demo.world.contents import content
from tutela.demo.world.crowd import CrowdHost, crowd_names
from tutela.demo.world.desks import Desks
from tutela.demo.world.disguises import Moves
from tutela.demo.world.journal import Journal
from tutela.demo.world.loops import LoopThread, bound
from tutela.demo.world.mailbox_server import MailboxServer
from tutela.demo.world.planted import Expected, Item
from tutela.demo.world.post import Post
from tutela.demo.world.registry import BOOTSTRAP, REGISTRY_HOST, Registry
from tutela.demo.world.serving import HttpServer
from tutela.demo.world.sites import Answerer, Site
from tutela.demo.world.vantages import VANTAGES, Vantage
from tutela.demo.world.zones import NameServer, Zone
from tutela.kernel.clock import Clock


class World:
    """Everything runs while the block does, in one thread; time comes from ``clock`` alone.

    ``port`` is that of every host, 0 for any free one; ``seed`` gives other pictures; ``crowd`` adds plain
    hosts (up to 100); ``gallery`` is at most so many pictures, films, and pictures of the gallery behind it.
    Raises Conflict where the port is taken.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        seed: int = 0,
        port: int = 0,
        crowd: int = 0,
        gallery: tuple[int, int, int] = (PICTURES, FILMS, LINKED),
    ) -> None:
        self.clock, self.port = clock, port
        self._size = gallery
        self.journal = Journal()
        self.crowd = crowd_names(crowd)
        self._seed = seed
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """The world, running."""
        with ExitStack() as starting:
            self._start(starting)
            self._stack = starting.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends it."""
        self._stack.close()

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Everything that is planted, but for the gallery's: in order, the same in every run of a seed."""
        sites = (site for site in self.hosts.values() if site is not self.gallery)
        return tuple(item for site in sites for item in site.items if item.kind != "moved")

    def hidden(self, items: Iterable[Item]) -> tuple[Item, ...]:
        """Where another host takes in what these items' own is told to remove, once it is.

        Whoever follows the redirect finds them there, and tells that host, which heeds nobody.
        """
        return tuple(
            place
            for item in items
            if isinstance(mover := self.hosts[item.host].character, Moves) and item.kind != "harmless"
            for place in self.hosts[mover.where].items_at(item.path)
        )

    @property
    def gallery(self) -> Gallery:
        """The host with 500 pictures and 20 films."""
        return self._gallery

    @property
    def bootstrap_url(self) -> str:
        """Below this the registry's bootstrap files lie: ``dns.json``, ``ipv4.json`` and so on."""
        return f"http://{REGISTRY_HOST}:{self.port}{BOOTSTRAP}"

    def url(self, item: Item) -> str:
        """The address of an item."""
        return self.url_of(item.host, item.path)

    def url_of(self, host: str, path: str = "/") -> str:
        """An address at a host of the world."""
        return f"http://{host}:{self.port}{path}"

    def expected(self, item: Item) -> Expected:
        """The truth about an item: how its place ends, how many people look, whether somebody is told."""
        return self.hosts[item.host].expected(item)

    def look(self, item: Item, source: str = VANTAGES["south"]) -> Answer:
        """What a request for it gets now, with its referrer, from an address; the journal notes nothing."""
        headers = {"host": f"{item.host}:{self.port}", "referer": item.referrer}
        request = Request(method="GET", path=item.path, host=item.host, source=source, headers=headers)
        return self.hosts[item.host].answer(request, self.clock.now())

    def declared(self) -> Iterator[tuple[str, bytes]]:
        """(name, bytes) of every original that the demonstration declares known; they make up its list."""
        for site in self.hosts.values():
            for item in site.items:
                if item.kind in {"known", "altered"}:
                    making = item.making if item.kind == "known" else "original"
                    yield item.name, content(making, item.seed)

    def _start(self, stack: ExitStack) -> None:
        self.police = Path(stack.enter_context(TemporaryDirectory(prefix="tutela-police-")))
        loop = LoopThread("demo-world")
        stack.callback(loop.close)
        sockets = bound(listening_addresses(self.crowd), self.port)
        self.port = sockets[0].getsockname()[1]
        self._build()
        web = HttpServer(self._names(), misbehaving_servers(), self.journal, self.clock)
        loop.call(web.start(sockets))
        stack.callback(lambda: loop.call(web.stop()))
        self._start_mail(stack, loop)
        self._start_names(stack, loop)
        self._start_vantages(stack, loop)

    def _build(self) -> None:
        sites = build_sites(self._seed, self.port, gallery=self._size)
        self.hosts: Mapping[str, Site] = {site.name: site for site in sites}
        self._gallery = next(site for site in sites if isinstance(site, Gallery))
        self.registry = Registry([site.place for site in sites], down=REGISTRY_DOWN, busy=REGISTRY_BUSY)
        self.desks = Desks(sites, self.clock, proxies=frozenset({PROXY_ABUSE}))
        self.names = Zone(named_addresses([site.place for site in sites], self.crowd))

    def _names(self) -> Mapping[str, Answerer]:
        """Who answers for each name."""
        return {**self.hosts, REGISTRY_HOST: self.registry, **dict.fromkeys(self.crowd, CrowdHost())}

    def _start_mail(self, stack: ExitStack, loop: LoopThread) -> None:
        (listening,) = bound([MAIL_ADDRESS], 0)
        self.post = Post(port=listening.getsockname()[1], desks=self.desks, clock=self.clock)
        #: The mail server's address and port.
        self.mail = (MAIL_ADDRESS, self.post.port)
        server = loop.call(_serving(self.post, listening))
        stack.callback(lambda: loop.loop.call_soon_threadsafe(server.close))
        (reading,) = bound([MAIL_ADDRESS], 0)
        #: Address and port at which mailboxes are read over IMAP.
        self.mailboxes = (MAIL_ADDRESS, int(reading.getsockname()[1]))
        boxes = MailboxServer(self.post)
        loop.call(boxes.start(reading))
        stack.callback(lambda: loop.call(boxes.stop()))

    def _start_names(self, stack: ExitStack, loop: LoopThread) -> None:
        transport = loop.call(_naming(self.names))
        #: The name server's address and UDP port.
        self.name_server = (NAMES_ADDRESS, int(transport.get_extra_info("sockname")[1]))
        stack.callback(lambda: loop.loop.call_soon_threadsafe(transport.close))

    def _start_vantages(self, stack: ExitStack, loop: LoopThread) -> None:
        #: Address and port of each vantage point's SOCKS5 proxy, by its name.
        self.vantages: dict[str, tuple[str, int]] = {}
        for name, address in VANTAGES.items():
            (listening,) = bound([address], 0)
            self.vantages[name] = (address, listening.getsockname()[1])
            vantage = Vantage(address, self.names)
            loop.call(vantage.start(listening))
            stack.callback(_stop, loop, vantage)


def _stop(loop: LoopThread, vantage: Vantage) -> None:
    loop.call(vantage.stop())


async def _serving(post: Post, listening: socket.socket) -> asyncio.Server:
    return await asyncio.get_running_loop().create_server(post.protocol, sock=listening)


async def _naming(zone: Zone) -> asyncio.DatagramTransport:
    loop = asyncio.get_running_loop()
    speaking = partial(NameServer, zone)
    transport, _ = await loop.create_datagram_endpoint(speaking, local_addr=(NAMES_ADDRESS, 0))
    return transport
