"""One POST over a pinned connection, against servers on loopback: what is sent, and what is not done."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.kernel.egress.speaking import Speak, Speaker, request_of, speaker
from tutela.kernel.clock import SystemClock
from tutela.kernel.egress import posting
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.destinations import Destination, parse_destination
from tutela.kernel.egress.posting import ANSWER_BYTES_MAX, Poster
from tutela.kernel.egress.resolving import FixedResolver
from tutela.kernel.errors import Invalid, Refused, Unavailable

OK = b"HTTP/1.1 200 OK\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nok"
OPEN = AddressPolicy(exceptions=networks(["127.0.0.0/8"]))


def server(
    answer: bytes | Speak = OK, context: ssl.SSLContext | None = None
) -> AbstractContextManager[Speaker]:
    return speaker(answer, context=context, hear=request_of)


def loopback(port: int, target: str = "/in?key=1") -> Destination:
    return parse_destination(f"http://127.0.0.1:{port}{target}")


def test_the_request_is_one_plain_post_with_the_headers_given() -> None:
    with server() as there:
        answer = Poster().post(loopback(there.port), {"webhook-id": "msg_1", "Host": "evil"}, b'{"a":1}')
    assert (answer.status, answer.untrusted_body, answer.truncated) == (200, b"ok", False)
    assert answer.untrusted_headers["retry-after"] == "7"
    head, _, body = there.received[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /in?key=1 HTTP/1.1"
    assert "webhook-id: msg_1" in lines
    assert [line for line in lines if line.lower().startswith("host:")] == [f"host: 127.0.0.1:{there.port}"]
    assert body == b'{"a":1}'


def test_a_get_has_no_body_and_is_judged_alike() -> None:
    with speaker(OK) as there:
        answer = Poster().get(loopback(there.port), {"accept": "application/json"})
    assert (answer.status, answer.untrusted_body) == (200, b"ok")
    head, _, body = there.received[0].partition(b"\r\n\r\n")
    assert head.startswith(b"GET /in?key=1 HTTP/1.1\r\n") and body == b""
    with pytest.raises(Refused):
        Poster(resolver=FixedResolver(table={"inside.test": [("10.0.0.1",)]})).get(
            parse_destination("https://inside.test/"), {}
        )


def test_a_large_body_is_sent_whole() -> None:
    with server() as there:
        Poster().post(loopback(there.port), {}, b"x" * 300_000)
    assert there.received[0].endswith(b"x" * 300_000)


def test_an_answer_that_ends_with_the_connection_is_read_whole() -> None:
    with server(b"HTTP/1.0 503 Later\r\nConnection: close\r\n\r\nwait a little") as there:
        answer = Poster().post(loopback(there.port), {}, b"x")
    assert (answer.status, answer.untrusted_body) == (503, b"wait a little")


def test_a_redirect_is_an_answer_and_nobody_follows_it() -> None:
    with server() as elsewhere:
        moved = (
            f"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:{elsewhere.port}/\r\nContent-Length: 0\r\n\r\n"
        )
        with server(moved.encode()) as there:
            assert Poster().post(loopback(there.port), {}, b"x").status == 307
    assert elsewhere.received == []


def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with server() as proxy, server() as there:
        for name in ("http_proxy", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert Poster().post(loopback(there.port), {}, b"x").status == 200
    assert proxy.received == []


def test_the_name_is_resolved_once_and_the_judged_address_is_met() -> None:
    """A name server that changes its answer between check and connection gets no second question."""
    resolver = FixedResolver(table={"hooks.example": [("127.0.0.1",), ("127.0.0.9",)]})
    with server() as there:
        destination = Destination(scheme="http", host="hooks.example", port=there.port, target="/")
        assert Poster(policy=OPEN, resolver=resolver).post(destination, {}, b"x").status == 200
    assert f"host: hooks.example:{there.port}".encode() in there.received[0]
    assert resolver.table["hooks.example"] == [("127.0.0.9",)]


@pytest.mark.parametrize("answers", [("127.0.0.1",), ("::ffff:127.0.0.1",), ("8.8.8.8", "127.0.0.1")])
def test_a_name_that_leads_inside_is_refused_without_a_connection(answers: tuple[str, ...]) -> None:
    resolver = FixedResolver(table={"hooks.example": [answers]})
    with server() as there:
        destination = Destination(scheme="http", host="hooks.example", port=there.port, target="/")
        with pytest.raises(Refused):
            Poster(resolver=resolver).post(destination, {}, b"x")
    assert there.received == []


def test_the_next_address_is_tried_when_one_does_not_take_the_connection() -> None:
    resolver = FixedResolver(table={"hooks.example": [("127.0.0.9", "127.0.0.1")]})
    with server() as there:
        destination = Destination(scheme="http", host="hooks.example", port=there.port, target="/")
        assert Poster(policy=OPEN, resolver=resolver).post(destination, {}, b"x").status == 200


def test_nobody_there_is_unavailable() -> None:
    with server() as there:
        port = there.port
    with pytest.raises(Unavailable):
        Poster().post(loopback(port), {}, b"x")


def test_a_long_answer_is_cut_and_said_so() -> None:
    long = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + b"a" * 200_000
    with server(long) as there:
        answer = Poster().post(loopback(there.port), {}, b"x")
    assert (len(answer.untrusted_body), answer.truncated) == (ANSWER_BYTES_MAX, True)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"no HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: a\r\n" % number for number in range(200)) + b"\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["nothing", "no-http", "short", "long-line", "many-lines", "continue-for-ever", "bad-chunk"],
)
def test_an_improper_answer_is_unavailable(answer: bytes) -> None:
    with server(answer) as there, pytest.raises(Unavailable):
        Poster().post(loopback(there.port), {}, b"x")


def drip(talking: socket.socket) -> None:
    talking.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(200):
        talking.sendall(b"X")
        time.sleep(0.02)


def test_a_receiver_that_drips_is_left_at_the_deadline() -> None:
    with server(drip) as there:
        started = time.monotonic()
        with pytest.raises(Unavailable):
            Poster(timeout_seconds=0.2).post(loopback(there.port), {}, b"x")
        assert time.monotonic() - started < 2


def test_no_time_left_is_unavailable() -> None:
    with server() as there, pytest.raises(Unavailable):
        Poster(timeout_seconds=0).post(loopback(there.port), {}, b"x")


@pytest.mark.parametrize(
    "headers", [{"a": "b\r\nEvil: 1"}, {"a b": "c"}, {"a\r\nb": "c"}, {"": "c"}, {"a": ""}, {"a": "\u00fc"}]
)
def test_a_header_line_cannot_be_smuggled(headers: dict[str, str]) -> None:
    with server() as there, pytest.raises(Invalid):
        Poster().post(loopback(there.port), headers, b"x")
    assert there.received == []


class Paper:
    """A certificate authority of this test, and server contexts with its certificates."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._own = self._issued("test authority", self._key, authority=True)
        self.trusting = ssl.create_default_context(
            cadata=self._own.public_bytes(serialization.Encoding.PEM).decode()
        )

    def _issued(self, name: str, key: ec.EllipticCurvePrivateKey, *, authority: bool) -> x509.Certificate:
        now = SystemClock().now()
        try:
            other: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            other = x509.DNSName(name.replace(" ", "-"))
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
        public = self._key.public_key()
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([other]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True, content_commitment=False, key_encipherment=False,
                    data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
                    encipher_only=False, decipher_only=False,
                ),
                critical=True,
            )
            .sign(self._key, hashes.SHA256())
        )  # fmt: skip

    def serving(self, name: str) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        path = self._folder / "server.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + self._issued(name, key, authority=False).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    return Paper(tmp_path)


def test_https_goes_to_the_pinned_address_with_the_name_in_the_certificate(paper: Paper) -> None:
    resolver = FixedResolver(table={"hooks.example": [("127.0.0.1",)]})
    with server(context=paper.serving("hooks.example")) as there:
        destination = parse_destination(f"https://hooks.example:{there.port}/in")
        poster = Poster(policy=OPEN, resolver=resolver, context=paper.trusting)
        assert poster.post(destination, {}, b"x").status == 200


def test_https_to_a_written_address_is_verified_too(paper: Paper) -> None:
    with server(context=paper.serving("127.0.0.1")) as there:
        destination = parse_destination(f"https://127.0.0.1:{there.port}/in")
        assert Poster(context=paper.trusting).post(destination, {}, b"x").status == 200


def test_a_certificate_for_another_name_ends_the_connection(paper: Paper) -> None:
    resolver = FixedResolver(table={"hooks.example": [("127.0.0.1",)]})
    with server(context=paper.serving("other.example")) as there:
        destination = parse_destination(f"https://hooks.example:{there.port}/in")
        with pytest.raises(Unavailable, match="verified"):
            Poster(policy=OPEN, resolver=resolver, context=paper.trusting).post(destination, {}, b"secret")
    assert there.received == []


def test_an_unknown_authority_ends_the_connection(paper: Paper) -> None:
    with server(context=paper.serving("127.0.0.1")) as there:
        destination = parse_destination(f"https://127.0.0.1:{there.port}/in")
        with pytest.raises(Unavailable, match="verified"):
            Poster().post(destination, {}, b"secret")
    assert there.received == []


def test_a_context_that_does_not_verify_is_no_context() -> None:
    blind = ssl.create_default_context()
    blind.check_hostname = False
    with pytest.raises(ValueError, match="verified"):
        Poster(context=blind)


def test_a_destination_without_addresses_cannot_be_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "pinned", lambda *_: ())
    with pytest.raises(Unavailable):
        Poster().post(loopback(1), {}, b"x")
