"""Vantage points: SOCKS5 proxies on loopback, each of which asks the world from an address of its own."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import struct
from collections.abc import Mapping

from tutela.demo.world.zones import Zone
from tutela.kernel.errors import Unavailable

#: The vantage points' addresses by name (decisions.md section 8).
VANTAGES: Mapping[str, str] = {"north": "127.78.0.1", "south": "127.78.0.2", "east": "127.78.0.3"}
#: The only network to which a vantage point connects.
WORLD = ipaddress.ip_network("127.77.0.0/24")
#: Bytes of RFC 1928: version, "no authentication", the command CONNECT; address types; replies.
VERSION, NO_LOGIN, CONNECT = 5, 0, 1
IPV4, NAME = 1, 3
SUCCEEDED, NOT_ALLOWED, UNREACHABLE = 0, 2, 4
#: Bytes that are passed on at once, and real seconds for the handshake.
PIECE_BYTES, HANDSHAKE_SECONDS = 65_536, 20.0


class Vantage:
    """One SOCKS5 proxy (RFC 1928, without login): what goes through it comes from its address."""

    def __init__(self, address: str, zone: Zone) -> None:
        self.address = address
        self._zone = zone
        self._servers: list[asyncio.Server] = []

    async def start(self, listening: socket.socket) -> None:
        """Takes connections at the socket."""
        self._servers.append(await asyncio.start_server(self._take, sock=listening))

    async def stop(self) -> None:
        """Takes no more."""
        for server in self._servers:
            server.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            host, port = await asyncio.wait_for(_asked(reader, writer), HANDSHAKE_SECONDS)
            await self._relay((reader, writer), host, port)
        except (OSError, EOFError, ValueError, TimeoutError):
            return  # whoever talks no SOCKS, or leaves
        finally:
            writer.close()

    async def _relay(
        self, client: tuple[asyncio.StreamReader, asyncio.StreamWriter], host: str, port: int
    ) -> None:
        reader, writer = client
        try:
            address = self._looked_up(host)
        except Unavailable:
            _reply(writer, UNREACHABLE)
            return
        if ipaddress.ip_address(address) not in WORLD:
            _reply(writer, NOT_ALLOWED)
            return
        far_reader, far_writer = await asyncio.open_connection(address, port, local_addr=(self.address, 0))
        try:
            _reply(writer, SUCCEEDED)
            await asyncio.gather(_pass_on(reader, far_writer), _pass_on(far_reader, writer))
        finally:
            far_writer.close()

    def _looked_up(self, host: str) -> str:
        with contextlib.suppress(ValueError):
            return str(ipaddress.ip_address(host))
        return self._zone.addresses(host.lower())[0]


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """Host and port of the client's request. Raises ValueError for another version, command or kind."""
    version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(bytes((VERSION, NO_LOGIN)))
    again, command, _, kind = await reader.readexactly(4)
    if (version, again, command) != (VERSION, VERSION, CONNECT) or kind not in {IPV4, NAME}:
        raise ValueError("no request of SOCKS5 that this proxy grants")
    if kind == IPV4:
        host = socket.inet_ntoa(await reader.readexactly(4))
    else:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode("ascii")
    return host, int(struct.unpack("!H", await reader.readexactly(2))[0])


def _reply(writer: asyncio.StreamWriter, word: int) -> None:
    writer.write(bytes((VERSION, word, 0, IPV4, 0, 0, 0, 0, 0, 0)))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Passes bytes on until one side ends."""
    with contextlib.suppress(OSError):
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
