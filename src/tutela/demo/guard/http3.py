"""The same site in HTTP/3, over UDP: what a browser would be told of if nothing stood between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.asyncio.server import QuicServer
from aioquic.asyncio.server import serve as serve_quic
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ProtocolNegotiated, QuicEvent

from tutela.demo.guard.serving import Answering

_LOOPBACK: Final = "127.0.0.1"


async def serve(port: int, certificate: Path, answering: Answering) -> QuicServer:
    """A server on loopback, at the UDP port of this number. ``certificate``: key and chain in PEM."""
    configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
    configuration.load_cert_chain(certificate, certificate)
    return await serve_quic(_LOOPBACK, port, configuration=configuration, create_protocol=_talking(answering))


def _talking(answering: Answering) -> Callable[..., QuicConnectionProtocol]:
    return lambda *words, **more: _Talk(answering, *words, **more)


class _Talk(QuicConnectionProtocol):
    """One connection."""

    def __init__(self, answering: Answering, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        self._answering = answering
        self._http: H3Connection | None = None

    def quic_event_received(self, event: QuicEvent) -> None:
        """Answers what was asked."""
        if isinstance(event, ProtocolNegotiated):
            self._http = H3Connection(self._quic)
        if self._http is None:
            return
        for one in self._http.handle_event(event):
            if isinstance(one, HeadersReceived):
                self._answer(self._http, one)
        self.transmit()

    def _answer(self, http: H3Connection, asked: HeadersReceived) -> None:
        path = next(value.decode() for name, value in asked.headers if name == b":path")
        answer = self._answering(path)
        fields = {
            ":status": str(answer.status),
            "content-type": answer.content_type,
            "content-length": str(len(answer.body)),
        }
        http.send_headers(
            asked.stream_id, [(name.encode(), value.encode()) for name, value in fields.items()]
        )
        http.send_data(asked.stream_id, answer.body, end_stream=True)


async def ended(server: QuicServer) -> None:
    """Return once it takes nothing more."""
    server.close()
    await asyncio.sleep(0)
