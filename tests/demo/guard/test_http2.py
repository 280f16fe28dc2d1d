"""The site in HTTP/2, asked by a client that knows no more of it than the standard."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import h2.connection
import h2.events

from tutela.demo.guard.deliveries import Answer
from tutela.demo.guard.site import HOST, Site


def asked(site: Site, *paths: str) -> dict[int, tuple[str, bytes]]:
    """Status and body of each path, all asked for at once, by stream."""
    context = ssl.create_default_context(cafile=str(site.authority_file))
    context.set_alpn_protocols(["h2"])
    port = int(site.places.http2.rpartition(":")[2])
    got: dict[int, tuple[str, bytes]] = {}
    with (
        socket.create_connection(("127.0.0.1", port), 5) as plain,
        context.wrap_socket(plain, server_hostname=HOST) as secure,
    ):
        assert secure.selected_alpn_protocol() == "h2"
        client = h2.connection.H2Connection()
        client.initiate_connection()
        for path in paths:
            names = {":method": "GET", ":path": path, ":scheme": "https", ":authority": HOST}
            client.send_headers(client.get_next_available_stream_id(), list(names.items()), end_stream=True)
        secure.sendall(client.data_to_send())
        ended = 0
        while ended < len(paths):
            for event in client.receive_data(secure.recv(65_536)):
                if isinstance(event, h2.events.ResponseReceived):
                    fields = {bytes(name): bytes(value) for name, value in event.headers}
                    got[event.stream_id] = (fields[b":status"].decode(), b"")
                elif isinstance(event, h2.events.DataReceived):
                    status, body = got[event.stream_id]
                    got[event.stream_id] = (status, body + event.data)
                    client.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    ended += 1
            secure.sendall(client.data_to_send())
    return got


def test_answers_larger_than_a_window_come_whole(tmp_path: Path) -> None:
    large = bytes(range(256)) * 1_000
    with Site(tmp_path) as site:
        site.put({"/large": Answer(body=large, content_type="image/png"), "/none": Answer()})
        got = asked(site, "/large", "/none", "/nothing", "/large")
    assert [one[0] for one in got.values()] == ["200", "200", "404", "200"]
    assert [len(one[1]) for one in got.values()][:2] == [len(large), 0]
    assert list(got.values())[3][1] == large
