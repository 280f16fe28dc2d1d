"""Connections of other accounts of this device: one sentence, before anything of the proxy sees them.

On loopback every account reaches the proxy. What another person loads would pass where the owner has paused,
and would be in the owner's counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Final

from mitmproxy.connection import Client
from mitmproxy.proxy.mode_servers import ProxyConnectionHandler

from tutela.prevent.guard.system.accounts import End, is_own_account

#: Seconds that a refused connection may take to ask and to be answered (our own).
SECONDS_MAX: Final = 5.0
_IS_OWN: Final = partial(is_own_account, system_too=True)


class OwnAccount:
    """The addon. Asked once for each connection, before its first byte is read."""

    def __init__(
        self,
        connections: Mapping[tuple[object, ...] | str, ProxyConnectionHandler],
        refusal: str,
        is_own: Callable[[End, End], bool] = _IS_OWN,
    ) -> None:
        self._connections, self._answer, self._is_own = connections, answer(refusal), is_own

    async def client_connected(self, client: Client) -> None:
        """Ends a connection that is not the owner's: mitmproxy closes one that has an error."""
        client.error = "another account"
        if self._is_own(End(*client.peername[:2]), End(*client.sockname[:2])):
            client.error = None
            return
        handler = self._connections.get(client.id)
        if handler is not None:
            transport = handler.transports[client]
            with suppress(OSError, TimeoutError, EOFError, asyncio.LimitOverrunError):
                await _refuse(transport.reader, transport.writer, self._answer)


async def _refuse(reader: object, writer: object, said: bytes) -> None:
    """Returns once the sentence is sent to whoever asked in HTTP. Raises where nobody did, or has gone."""
    if not isinstance(reader, asyncio.StreamReader) or not isinstance(writer, asyncio.StreamWriter):
        return
    async with asyncio.timeout(SECONDS_MAX):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        await writer.drain()


def answer(sentence: str) -> bytes:
    """The whole answer over HTTP/1.1 that says this, to a request and to a tunnel."""
    body = sentence.encode("utf-8")
    head = (
        "HTTP/1.1 403 Forbidden",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join((*head, "", "")).encode("ascii") + body
