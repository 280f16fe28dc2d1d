"""The site in HTTP/3, asked over UDP."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import QuicEvent

from tutela.demo.guard.deliveries import Answer
from tutela.demo.guard.site import OTHER_HOST, Site

LARGE = bytes(range(256)) * 1_000


class Asking(QuicConnectionProtocol):
    """One request, and what came."""

    status, body = b"", b""

    def ask(self, path: str) -> asyncio.Event:
        self.ended = asyncio.Event()
        self.http = H3Connection(self._quic)
        names = {":method": "GET", ":scheme": "https", ":authority": OTHER_HOST, ":path": path}
        stream = self._quic.get_next_available_stream_id()
        fields = [(name.encode(), value.encode()) for name, value in names.items()]
        self.http.send_headers(stream, fields, end_stream=True)
        self.transmit()
        return self.ended

    def quic_event_received(self, event: QuicEvent) -> None:
        for one in self.http.handle_event(event) if hasattr(self, "http") else ():
            if isinstance(one, HeadersReceived):
                self.status = dict(one.headers)[b":status"]
            if isinstance(one, DataReceived):
                self.body += one.data
            if isinstance(one, HeadersReceived | DataReceived) and one.stream_ended:
                self.ended.set()


async def asked(site: Site, path: str) -> tuple[bytes, bytes]:
    configuration = QuicConfiguration(alpn_protocols=H3_ALPN, server_name=OTHER_HOST)
    configuration.load_verify_locations(str(site.authority_file))
    port = int(site.places.http3.rpartition(":")[2])
    async with connect("127.0.0.1", port, configuration=configuration, create_protocol=Asking) as client:
        assert isinstance(client, Asking)
        await asyncio.wait_for(client.ask(path).wait(), 20)
        return client.status, client.body


def test_answers_come_whole_and_are_counted(tmp_path: Path) -> None:
    with Site(tmp_path) as site:
        site.put({"/large": Answer(body=LARGE, content_type="image/png")})
        assert asyncio.run(asked(site, "/large")) == (b"200", LARGE)
        assert asyncio.run(asked(site, "/nothing"))[0] == b"404"
        assert site.asked_over_udp == 2
