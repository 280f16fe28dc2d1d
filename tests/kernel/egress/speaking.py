"""Servers on loopback that say exactly what a test wants, byte by byte; and certificates of our own."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.fetching import GuardedFetcher
from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.resolving import Resolver
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import FetchRequest, Response

#: The one policy of these tests: this machine itself may be met.
LOOPBACK = AddressPolicy(exceptions=networks(["127.0.0.0/8", "::1/128"]))
Speak = Callable[[socket.socket], None]
Hear = Callable[[socket.socket], bytes]


class Speaker:
    """Takes connections one after the other, keeps what ``hear`` took in, answers with ``speak``."""

    def __init__(self, speak: Speak, host: str, context: ssl.SSLContext | None, *, hear: Hear | None) -> None:
        self._speak, self._context, self._hear = speak, context, hear
        self.received: list[bytes] = []
        self.connections = 0
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                taken, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with taken:
                self._answer(taken)

    def _answer(self, taken: socket.socket) -> None:
        taken.settimeout(5)
        try:
            talking = self._context.wrap_socket(taken, server_side=True) if self._context else taken
            with talking:
                if self._hear is not None:
                    self.received.append(self._hear(talking))
                self._speak(talking)
        except OSError:
            return

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def head_of(talking: socket.socket) -> bytes:
    """A request up to its empty line."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += piece_of(talking)
    return got


def request_of(talking: socket.socket) -> bytes:
    """A request with the body whose length it says."""
    head, _, body = head_of(talking).partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.splitlines() if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += piece_of(talking)
    return head + b"\r\n\r\n" + body


def piece_of(talking: socket.socket) -> bytes:
    """What comes next. Raises OSError at the end of the connection."""
    piece = talking.recv(65_536)
    if not piece:
        raise OSError("the other side has left")
    return piece


@contextmanager
def speaker(
    answer: bytes | Speak = b"",
    *,
    host: str = "127.0.0.1",
    context: ssl.SSLContext | None = None,
    hear: Hear | None = head_of,
) -> Iterator[Speaker]:
    """A running speaker; closed at the end of the block."""
    speak: Speak = answer if callable(answer) else lambda talking: talking.sendall(answer)
    running = Speaker(speak, host, context, hear=hear)
    try:
        yield running
    finally:
        running.close()


def ok(body: bytes = b"ok", *lines: str, status: str = "200 OK") -> bytes:
    """A plain answer with a length."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *lines])
    return head.encode("latin-1") + b"\r\n\r\n" + body


def moved(location: str, status: str = "302 Found") -> bytes:
    """A redirect."""
    return ok(b"gone", f"Location: {location}", status=status)


class Kept:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, untrusted_data: bytes, /) -> None:
        self.pieces.append(untrusted_data)

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)


def fetcher(
    *ports: int,
    resolver: Resolver | None = None,
    context: ssl.SSLContext | None = None,
    clock: Clock | None = None,
    policy: AddressPolicy | None = LOOPBACK,
    **settings: Any,
) -> GuardedFetcher:
    """A fetcher for this machine and these ports."""
    values = {"ports": ports or (80, 443), "host_burst": 1_000} | settings
    return GuardedFetcher(
        EgressSettings.model_validate(values),
        policy=policy,
        resolver=resolver,
        context=context,
        clock=clock,
    )


def fetch(door: GuardedFetcher, url: str, *, body_bytes_max: int = 0) -> tuple[Response | Failure, bytes]:
    """The answer and what the sink got."""
    sink = Kept()
    answer = door.fetch(FetchRequest(untrusted_url=url, sink=sink, body_bytes_max=body_bytes_max))
    return answer, sink.body


@cache
def authority(*names: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(a server's context for these names, a client's context that trusts it). Addresses are names too."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = SystemClock().now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_bytes(private + pem)
        server.load_cert_chain(path)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(cadata=pem.decode())
    return server, client


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
