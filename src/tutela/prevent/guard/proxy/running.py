"""The proxy started in this process on a loopback port, and stopped."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from mitmproxy.addons.disable_h2c import DisableH2C
from mitmproxy.addons.next_layer import NextLayer
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.certs import CertStore
from mitmproxy.master import Master
from mitmproxy.options import Options
from mitmproxy.proxy.mode_servers import ProxyConnectionHandler

from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.proxy.accounts import OwnAccount
from tutela.prevent.guard.proxy.addon import Blocked, Guard
from tutela.prevent.guard.proxy.authority import Certificates, store
from tutela.prevent.guard.proxy.limits import own_limits
from tutela.prevent.guard.proxy.policy import Policy
from tutela.prevent.guard.proxy.quiet import quiet
from tutela.prevent.guard.proxy.reading import Reader
from tutela.prevent.guard.proxy.ruling import Rulings
from tutela.prevent.guard.shapes import Judge
from tutela.prevent.guard.system.ports import LOOPBACK

#: Seconds that starting and stopping may take.
STARTING_SECONDS_MAX: Final = 30.0
STOPPING_SECONDS_MAX: Final = 10.0


@dataclass(frozen=True, kw_only=True)
class Setup:
    """``authority``: PEM of key and certificate. ``folder``: named to mitmproxy, which writes nothing there.
    ``trusted``: a file of certificates that sites are checked against instead of the usual ones.
    ``port``: 0 takes a free one. ``host``: another address than loopback serves other devices too.
    ``upstream``: ``http://host:port``, the next stop, or empty. ``refusal``: the sentence for other accounts
    of this device, who are served where it is empty, and wherever other devices are.
    """

    authority: bytes
    folder: Path
    policy: Policy = field(default_factory=Policy)
    blocked: Blocked = lambda _path, _tier: None
    port: int = 0
    host: str = LOOPBACK
    trusted: Path | None = None
    upstream: str = ""
    refusal: str = ""


class RunningProxy:
    """A proxy under way in a thread of its own. The judge stays its owner's."""

    def __init__(self, judge: Judge, setup: Setup) -> None:
        self._setup, self._certificates = setup, store(setup.authority)
        self._rulings = Rulings(judge, setup.policy)
        self._reader = Reader(self._rulings, setup.policy)
        self._started, self.port = threading.Event(), 0
        self._master: Master | None = None
        self._server = Proxyserver()
        self._guard = Guard(self._reader, setup.policy, setup.blocked)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> RunningProxy:
        """Itself, once it listens. Raises ``Unavailable`` where it cannot."""
        self._thread.start()
        if not self._started.wait(STARTING_SECONDS_MAX) or not self.port:
            self.stop()
            raise Unavailable("the guard's network path could not be started: is the port taken?")
        return self

    def stop(self) -> None:
        """Ends it with every connection. Safe to call twice."""
        if self._master is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed already
                self._master.shutdown()
        self._thread.join(STOPPING_SECONDS_MAX)
        self._reader.close()
        self._rulings.close()

    def __enter__(self) -> RunningProxy:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def change(self, policy: Policy) -> None:
        """Follows another policy from the next request on; its limits stay. Waits for nothing.

        A connection that was left alone and no longer is ends: browsers keep theirs open for a long time.
        """
        master = self._master
        if master is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed already
                master.event_loop.call_soon_threadsafe(self._change, policy)

    def _change(self, policy: Policy) -> None:
        for name in self._guard.change(policy):
            handler = self._server.connections.get(name)
            if handler is not None:
                end_connection(handler)

    def take_asked(self) -> bool:
        """Whether a browser asked for anything since the last call."""
        asked, self._guard.asked = self._guard.asked, False
        return asked

    @property
    def alive(self) -> bool:
        """Whether it still serves."""
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            with quiet(), own_limits():
                asyncio.run(self._serve())
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._master = master = Master(_options(self._setup), event_loop=asyncio.get_running_loop())
        server = self._server
        master.addons.add(*_addons(server, self._certificates), self._guard, _Listening(self, server))
        if self._setup.refusal and ip_address(self._setup.host).is_loopback:
            master.addons.add(OwnAccount(server.connections, self._setup.refusal))
        master.options.update(stream_large_bodies=str(self._setup.policy.body_bytes_max))
        try:
            await master.run()
        finally:
            await server.servers.update([])

    def _listens(self, port: int) -> None:
        self.port = port
        self._started.set()


def end_connection(handler: ProxyConnectionHandler) -> None:
    """Ends a browser's connection, and the one to the site with it, as mitmproxy does with a silent one."""
    transport = handler.transports.get(handler.client)
    if transport is not None and transport.handler is not None:
        transport.handler.cancel("left alone no longer")


class _Listening:
    """Tells when the proxy listens, or that it does not."""

    def __init__(self, running: RunningProxy, server: Proxyserver) -> None:
        self._proxy, self._server = running, server

    def running(self) -> None:
        addresses = self._server.listen_addrs()
        self._proxy._listens(addresses[0][1] if addresses else 0)


def _options(setup: Setup) -> Options:
    """Nothing that is not HTTP passes, and nothing over UDP."""
    return Options(
        mode=[f"upstream:{setup.upstream}" if setup.upstream else "regular"],
        listen_host=setup.host,
        listen_port=setup.port,
        confdir=str(setup.folder),
        rawtcp=False,
        http3=False,
        ssl_verify_upstream_trusted_ca=str(setup.trusted) if setup.trusted else None,
    )


def _addons(server: Proxyserver, certificates: CertStore) -> list[object]:
    """Of mitmproxy's own addons those without which it does not serve; none of them keeps a flow."""
    return [DisableH2C(), server, NextLayer(), Certificates(certificates)]
