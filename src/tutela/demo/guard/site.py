"""The site of the demonstration: names under ``.test`` on loopback, over TLS, under an own authority."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Coroutine, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from tutela.demo.guard import http2, http3, serving
from tutela.demo.guard.deliveries import Answer, Places
from tutela.kernel.clock import SystemClock
from tutela.prevent.guard.system.authority import Authority, new_authority

#: The site's names (RFC 6761 section 6.2: nobody has them).
HOST, OTHER_HOST = "gallery.test", "pictures.test"
#: Seconds in which something that is started or ended has to be done.
_DONE_SECONDS: Final = 30.0
_NOT_FOUND: Final = Answer(body=b"There is nothing here.", content_type="text/plain", status=404)

Result = TypeVar("Result")


class Site:
    """Answers by path, in HTTP/1.1, HTTP/2 and HTTP/3, while the block runs. ``folder``: for certificates."""

    def __init__(self, folder: Path) -> None:
        self.authority = new_authority("The authority of the demonstration", SystemClock())
        self._certificate = folder / "site.pem"
        self._certificate.write_bytes(leaf(self.authority))
        self.authority_file = folder / "site-authority.pem"
        self.authority_file.write_bytes(self.authority.certificate_pem)
        self._answers: dict[str, Answer] = {}
        self._servers: list[asyncio.Server] = []
        #: Requests that came over UDP.
        self.asked_over_udp = 0

    def put(self, answers: Mapping[str, Answer]) -> None:
        """Answers these from now on, and nothing else."""
        self._answers = dict(answers)

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""
        return f"https://{HOST}:{self._port(0)}"

    @property
    def places(self) -> Places:
        """Its other origins."""
        return Places(
            path="",
            other_host=f"https://{OTHER_HOST}:{self._port(0)}",
            http2=f"https://{HOST}:{self._port(1)}",
            http3=f"https://{OTHER_HOST}:{self._port(2)}",
        )

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gallery", daemon=True)
        self._thread.start()
        for serve in (serving.serve, http2.serve):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate)
            self._servers.append(self._done(serve(0, context, self._answer)))
        self._open_http3()
        return self

    def _open_http3(self) -> None:
        """The same port number over TCP, for whoever does not come over UDP."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._certificate)
        self._servers.append(self._done(serving.serve(0, context, self._answer)))
        self._over_udp = self._done(http3.serve(self._port(2), self._certificate, self._answer_over_udp))

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done(http3.ended(self._over_udp))
        self._done(_ended(self._servers))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_DONE_SECONDS)
        self._loop.close()

    def _done(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_DONE_SECONDS)

    def _answer(self, path: str) -> Answer:
        return self._answers.get(path, _NOT_FOUND)

    def _answer_over_udp(self, path: str) -> Answer:
        self.asked_over_udp += 1
        return self._answer(path)

    def _port(self, number: int) -> int:
        return int(self._servers[number].sockets[0].getsockname()[1])


async def _ended(servers: list[asyncio.Server]) -> None:
    """Takes no more connections, and ends those that there are."""
    for server in servers:
        server.close()
    others = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0.01)  # transports that were closed say goodbye on the next turns of the loop


def leaf(authority: Authority) -> bytes:
    """Key and certificates (PEM) for both names, up to ``authority``, which signs."""
    issuer, key = authority.certificate, ec.generate_private_key(ec.SECP256R1())
    signing = load_pem_private_key(authority.bundle_pem, None)
    names = x509.SubjectAlternativeName([x509.DNSName(one) for one in (HOST, OTHER_HOST)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(issuer.not_valid_before_utc)
        .not_valid_after(issuer.not_valid_after_utc)
        .add_extension(names, critical=False)
        .sign(signing, SHA256())  # type: ignore[arg-type]  # an authority's key is of this curve
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM) + authority.certificate_pem
