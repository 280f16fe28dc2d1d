"""One server for many hosts: reads a request, asks whoever stands behind the name, notes it."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tutela.demo.world.answers import Answer, Request, page, parse_head
from tutela.demo.world.journal import Journal, Served
from tutela.demo.world.misbehaving import HEAD_BYTES, Behaviour
from tutela.demo.world.sites import Answerer
from tutela.kernel.clock import Clock

#: Bytes of a form that is taken.
BODY_BYTES_MAX = 1 << 20
#: Real seconds in which a client has to have asked.
ASK_SECONDS = 20.0


class HttpServer:
    """Serves names by their Host line, and misbehaving hosts by the address at which they are met."""

    def __init__(
        self,
        hosts: Mapping[str, Answerer],
        misbehaving: Mapping[str, tuple[str, Behaviour]],
        journal: Journal,
        clock: Clock,
    ) -> None:
        self._hosts, self._misbehaving = hosts, misbehaving
        self._journal, self._clock = journal, clock
        self._servers: list[asyncio.Server] = []

    async def start(self, sockets: Sequence[socket.socket]) -> None:
        """Listens at all of the sockets."""
        for opened in sockets:
            self._servers.append(await asyncio.start_server(self._take, sock=opened, limit=HEAD_BYTES))

    async def stop(self) -> None:
        """Takes no more connections."""
        for server in self._servers:
            server.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except (OSError, EOFError, ValueError, TimeoutError, asyncio.LimitOverrunError):
            return  # a client that leaves or talks nonsense: its loss
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        source = str(writer.get_extra_info("peername")[0])
        found = self._misbehaving.get(str(writer.get_extra_info("sockname")[0]))
        if found is not None:
            name, behaviour = found
            self._note(Request(method="", path="", host=name, source=source), Answer(status=0))
            await behaviour(reader, writer)
            return
        request = await asyncio.wait_for(_asked(reader, source), ASK_SECONDS)
        answer = self._answer(request)
        self._note(request, answer)
        writer.write(answer.wire() if request.method != "HEAD" else replace(answer, body=b"").wire())
        await writer.drain()

    def _answer(self, request: Request) -> Answer:
        if request.method not in {"GET", "HEAD", "POST"}:
            return page("Not allowed", "This method is not allowed.", status=405)
        host = self._hosts.get(request.host)
        if host is None:
            return page("Misdirected", "No such site at this address.", status=421)
        return host.answer(request, self._clock.now())

    def _note(self, request: Request, answer: Answer) -> None:
        self._journal.note(
            Served(
                at=self._clock.now(),
                seconds=time.monotonic(),
                host=request.host,
                path=request.path,
                source=request.source,
                method=request.method,
                status=answer.status,
                referrer=request.headers.get("referer", ""),
                agent=request.headers.get("user-agent", ""),
                item=answer.item,
                showed=answer.showed,
            )
        )


async def _asked(reader: asyncio.StreamReader, source: str) -> Request:
    """The whole request. Raises ValueError, EOFError or OSError for one that is none."""
    request = parse_head(await reader.readuntil(b"\r\n\r\n"), source)
    length = int(request.headers.get("content-length", "0") or 0)
    if not 0 <= length <= BODY_BYTES_MAX:
        raise ValueError("a body that nobody takes")
    return replace(request, body=await reader.readexactly(length)) if length else request
