"""A tiny site on loopback with whatever answers a test gives it, in HTTP or TLS, and clients of the proxy."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import client as http_client  # noqa: TID251 - the client of these tests
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SECONDS_MAX = 20


@dataclass(frozen=True)
class Answer:
    """``pieces`` instead of ``body``: sent in chunks. Without ``length`` the connection's end is the end."""

    body: bytes = b""
    content_type: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Sequence[bytes] | None = None
    length: bool = True


@dataclass
class Site:
    """Answers by path, and the header fields of each request that came, in lower case."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    port: int = 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        self.site.asked.append({name.lower(): value for name, value in self.headers.items()})
        answer = self.site.answers[self.path]
        self.send_response(answer.status)
        for name, value in self._fields(answer):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self._send(answer)

    do_HEAD = do_GET  # noqa: N815 - its name there

    def _fields(self, answer: Answer) -> Iterator[tuple[str, str]]:
        if answer.content_type:
            yield "Content-Type", answer.content_type
        if answer.pieces is not None:
            yield "Transfer-Encoding", "chunked"
        elif answer.length:
            yield "Content-Length", str(len(answer.body))
        else:
            yield "Connection", "close"
            self.close_connection = True
        yield from answer.headers.items()

    def _send(self, answer: Answer) -> None:
        try:
            if answer.pieces is None:
                self.wfile.write(answer.body)
                return
            for piece in answer.pieces:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.wfile.flush()
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Says nothing."""


@contextmanager
def serving(site: Site, tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """``site``, answering on a loopback port while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": site}))
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    site.port = server.server_address[1]
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(SECONDS_MAX)


@dataclass(frozen=True)
class Got:
    """What came back to the client. ``broken``: the body ended before its length."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    broken: bool = False


def get(
    proxy_port: int,
    url: str,
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    trust: Any = None,
) -> Got:
    """The answer to a request through the proxy. ``trust``: the context for TLS; None for plain HTTP."""
    scheme, _, rest = url.partition("://")
    authority, _, path = rest.partition("/")
    connection: http_client.HTTPConnection
    if scheme == "https":
        host, _, port = authority.partition(":")
        connection = http_client.HTTPSConnection("127.0.0.1", proxy_port, context=trust, timeout=SECONDS_MAX)
        connection.set_tunnel(host, int(port))
        target = "/" + path
    else:
        connection = http_client.HTTPConnection("127.0.0.1", proxy_port, timeout=SECONDS_MAX)
        target = url
    try:
        connection.request(method, target, headers={"Accept-Encoding": "identity", **(headers or {})})
        return _got(connection.getresponse())
    finally:
        connection.close()


def _got(response: http_client.HTTPResponse) -> Got:
    broken = False
    try:
        body = response.read()
    except http_client.IncompleteRead as cut:
        body, broken = cut.partial, True
    fields = {name.lower(): value for name, value in response.getheaders()}
    return Got(response.status, fields, body, broken)


@dataclass(frozen=True)
class Authority:
    """A throwaway certificate authority. ``pem``: key and certificate; ``file``: the certificate alone."""

    pem: bytes
    file: Path

    @property
    def client(self) -> ssl.SSLContext:
        """A context for clients that trust this authority only."""
        return ssl.create_default_context(cafile=str(self.file))


def authority(folder: Path, name: str) -> Authority:
    """A new authority called ``name``, its certificate in ``folder``."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = _certificate(subject, subject, key.public_key(), key, None)
    file = folder / f"{name}.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(_key_pem(key) + file.read_bytes(), file)


def server_context(folder: Path, issuer: Authority) -> ssl.SSLContext:
    """TLS for 127.0.0.1 and localhost, with a certificate of ``issuer``."""
    signing: Any = serialization.load_pem_private_key(issuer.pem, None)
    by = x509.load_pem_x509_certificate(issuer.pem).subject
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "site.test")])
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    certificate = _certificate(subject, by, key.public_key(), signing, names)
    file = folder / "site.pem"
    file.write_bytes(_key_pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public: Any,
    signing: Any,
    names: x509.SubjectAlternativeName | None,
) -> x509.Certificate:
    first, last = (datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in (2020, 2090))
    builder = x509.CertificateBuilder(issuer, subject, public, 1_000, first, last)
    builder = builder.add_extension(x509.BasicConstraints(ca=names is None, path_length=None), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    if names is None:
        builder = builder.add_extension(_SIGNS, critical=True)
    else:
        issued_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
        builder = builder.add_extension(names, critical=False).add_extension(issued_by, critical=False)
    return builder.sign(signing, hashes.SHA256())


#: What an authority may do; Python 3.13 and newer trust none that does not say it (RFC 5280 section 4.2.1.3).
_SIGNS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
