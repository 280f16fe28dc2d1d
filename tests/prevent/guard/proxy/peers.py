"""A site and a client that speak HTTP/2 or WebSocket, as little of each as a test needs."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import h2.config
import h2.connection
import h2.events
import wsproto
from wsproto import events as ws_events

from tests.prevent.guard.proxy.origin import SECONDS_MAX, Got

Talk = Callable[[socket.socket], None]


@contextmanager
def listening(talk: Talk) -> Iterator[int]:
    """The loopback port on which ``talk`` has each connection, in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_accept, args=(server, talk), daemon=True).start()
        yield server.getsockname()[1]


def _accept(server: socket.socket, talk: Talk) -> None:
    with contextlib.suppress(OSError):
        while True:
            peer, _ = server.accept()
            threading.Thread(target=_talked, args=(talk, peer), daemon=True).start()


def _talked(talk: Talk, peer: socket.socket) -> None:
    with contextlib.suppress(OSError, ssl.SSLError), peer:
        peer.settimeout(SECONDS_MAX)
        talk(peer)


def tunnel(proxy_port: int, port: int, host: str = "127.0.0.1") -> socket.socket:
    """A connection through the proxy to ``host``."""
    peer = socket.create_connection(("127.0.0.1", proxy_port), SECONDS_MAX)
    peer.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += peer.recv(1)
    assert b" 200 " in head.splitlines()[0] + b" "
    return peer


def http2_site(context: ssl.SSLContext, body: bytes, fields: Mapping[str, str]) -> Talk:
    """Answers every request with ``body``."""
    context.set_alpn_protocols(["h2"])

    def talk(peer: socket.socket) -> None:
        with context.wrap_socket(peer, server_side=True) as secure:
            connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
            connection.initiate_connection()
            secure.sendall(connection.data_to_send())
            while data := secure.recv(65_536):
                for event in connection.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        connection.send_headers(event.stream_id, [(":status", "200"), *fields.items()])
                        connection.send_data(event.stream_id, body, end_stream=True)
                secure.sendall(connection.data_to_send())

    return talk


def http2_get(proxy_port: int, port: int, trust: ssl.SSLContext) -> Got:
    """What a client that speaks HTTP/2 gets."""
    trust.set_alpn_protocols(["h2"])
    with trust.wrap_socket(tunnel(proxy_port, port), server_hostname="127.0.0.1") as secure:
        assert secure.selected_alpn_protocol() == "h2"
        connection = h2.connection.H2Connection()
        connection.initiate_connection()
        names = {":method": "GET", ":path": "/x", ":scheme": "https", ":authority": f"127.0.0.1:{port}"}
        connection.send_headers(1, list(names.items()), end_stream=True)
        secure.sendall(connection.data_to_send())
        return _http2_answer(connection, secure)


def _http2_answer(connection: h2.connection.H2Connection, secure: ssl.SSLSocket) -> Got:
    fields: dict[str, str] = {}
    body = b""
    while data := secure.recv(65_536):
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.ResponseReceived):
                fields = {_text(name): _text(value) for name, value in event.headers or []}
            elif isinstance(event, h2.events.DataReceived):
                body += event.data or b""
            elif isinstance(event, h2.events.StreamEnded):
                return Got(int(fields[":status"]), fields, body)
        secure.sendall(connection.data_to_send())
    return Got(0, fields, body, broken=True)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode()


def socket_site(messages: list[bytes | str]) -> Talk:
    """Sends ``messages`` to whoever connects, sends back the first it gets, and ends."""

    def talk(peer: socket.socket) -> None:
        server = wsproto.WSConnection(wsproto.ConnectionType.SERVER)
        while data := peer.recv(65_536):
            server.receive_data(data)
            for event in server.events():
                if isinstance(event, ws_events.Request):
                    peer.sendall(server.send(ws_events.AcceptConnection()))
                    for one in messages:
                        peer.sendall(server.send(_message(one)))
                elif isinstance(event, ws_events.Message):
                    peer.sendall(
                        server.send(_message(event.data)) + server.send(ws_events.CloseConnection(1000))
                    )
                elif isinstance(event, ws_events.CloseConnection):
                    return

    return talk


def _message(data: bytes | str) -> ws_events.Event:
    return ws_events.TextMessage(data) if isinstance(data, str) else ws_events.BytesMessage(data)


def socket_messages(proxy_port: int, port: int, said: bytes | str) -> list[bytes | str]:
    """All messages that come, after ``said`` was sent."""
    got: list[bytes | str] = []
    with tunnel(proxy_port, port) as peer:
        client = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)
        peer.sendall(client.send(ws_events.Request(host="127.0.0.1", target="/ws")))
        while data := peer.recv(65_536):
            client.receive_data(data)
            for event in client.events():
                if isinstance(event, ws_events.AcceptConnection):
                    peer.sendall(client.send(_message(said)))
                elif isinstance(event, ws_events.Message):
                    got.append(event.data if isinstance(event.data, str) else bytes(event.data))
                elif isinstance(event, ws_events.CloseConnection):
                    return got
    return got
