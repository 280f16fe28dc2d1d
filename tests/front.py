"""nginx as ``packaging/nginx`` ships it, in a folder of its own: other places, ports and user, no more.

A test that asks what nginx keeps of a visit looks at every file below that folder.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx  # noqa: TID251 - the client of a test; the product has none
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.needs import _path
from tests.serving import free_port
from tutela.kernel.clock import SystemClock

SHIPPED = Path(__file__).resolve().parent.parent / "packaging" / "nginx"
PUBLIC, DESK, ONION = "hotline.example", "desk.example", f"{'a' * 56}.onion"
#: The address on loopback that a visitor of the tests comes from, unless a test says another one.
VISITOR = "127.77.5.21"
#: Seconds until nginx, and a real process behind it, have begun or ended, on a busy machine.
PATIENCE_SECONDS = 40.0
#: Where nginx lays bodies that are larger than its memory's share.
LAID_OUT = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True, kw_only=True)
class Front:
    """A folder with the whole configuration, and the ports of loopback that it listens at."""

    folder: Path
    http: int
    https: int
    onion: int

    @property
    def configuration(self) -> Path:
        """What nginx is started with."""
        return self.folder / "nginx.conf"

    def change(self, before: str, after: str, *, file: str = "nginx.conf") -> None:
        """Puts ``after`` in the place of ``before``, which must stand there."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        if before not in text:
            raise ValueError(f"{file} has no {before}")
        path.write_text(text.replace(before, after), encoding="utf-8")

    def tried(self) -> subprocess.CompletedProcess[str]:
        """What ``nginx -t`` says of it."""
        return subprocess.run([*self._command(), "-t", "-q"], capture_output=True, text=True, timeout=60)

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """nginx, until the block ends; without the folders that it could lay bodies into."""
        command, nothing = [*self._command(), "-g", "daemon off;"], subprocess.DEVNULL
        nginx = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=subprocess.PIPE)
        try:
            log = self.folder / "logs" / "nginx.log"  # before its worker stands, a signal would end it
            within_patience(lambda: log.exists() and "start worker process " in log.read_text())
            within_patience(lambda: all(map(_listens, (self.http, self.https, self.onion))))
            for name in LAID_OUT:
                shutil.rmtree(self.folder / "temporary" / name)
            yield nginx
        finally:
            nginx.send_signal(signal.SIGQUIT)
            try:
                nginx.communicate(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                nginx.terminate()
                nginx.communicate(timeout=PATIENCE_SECONDS)

    def holding(self, *marks: bytes) -> set[str]:
        """The files below the folder in which one of the marks stands."""
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        return {path.name for path in files if any(mark in path.read_bytes() for mark in marks)}

    def visitor(self, address: str = VISITOR, **headers: str) -> httpx.Client:
        """Somebody with a browser at this address of loopback, who trusts the certificate of the tests."""
        way = httpx.HTTPTransport(verify=self.trusting(), local_address=address)
        told = {name.replace("_", "-"): text for name, text in headers.items()}
        return httpx.Client(transport=way, headers=told, timeout=60)

    def ask(self, client: httpx.Client, method: str, path: str, host: str = PUBLIC, **more: Any) -> Any:
        """The answer to a request over TLS, or to an onion service's."""
        onion = host.endswith(".onion")
        url = f"http://127.0.0.1:{self.onion}" if onion else f"https://127.0.0.1:{self.https}"
        told = {"host": host, **more.pop("headers", {})}
        named: dict[str, Any] = {} if onion else {"extensions": {"sni_hostname": more.pop("name", host)}}
        return client.request(method, f"{url}{path}", headers=told, **named, **more)

    def trusting(self) -> ssl.SSLContext:
        """A client's side of TLS."""
        return ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))

    def _command(self) -> list[str]:
        program = shutil.which("nginx", path=_path()) or "nginx"
        said = str(self.folder / "logs" / "start.log")
        return [program, "-p", f"{self.folder}/", "-e", said, "-c", str(self.configuration)]


def laid_out(folder: Path, *, public: int, desk: int = 9) -> Front:
    """The shipped files below ``folder``, before processes at these ports of loopback."""
    ports = {"http": free_port(), "https": free_port(), "onion": free_port()}
    for name in ("logs", "temporary", "acme", "tutela"):
        (folder / name).mkdir(parents=True)
    _certify(folder)
    shutil.copytree(SHIPPED / "pages", folder / "tutela" / "pages")
    for path in SHIPPED.glob("*.*"):
        if path.is_file():
            target = folder / ("" if path.name == "nginx.conf" else "tutela") / path.name
            target.write_text(_moved(path.read_text(encoding="utf-8"), folder, ports), encoding="utf-8")
    front = Front(folder=folder, **ports)
    front.change("127.0.0.1:8700", f"127.0.0.1:{public}", file="tutela/public.conf")
    front.change("127.0.0.1:8700", f"127.0.0.1:{public}", file="tutela/onion.conf")
    front.change("127.0.0.1:8701", f"127.0.0.1:{desk}", file="tutela/desk.conf")
    front.change("http {", f"http {{\n{_temporary(folder)}")
    return front


def within_patience(holds: Any) -> None:
    """Return once something holds. Raises TimeoutError."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError("it did not come to hold")
        time.sleep(0.02)


def _moved(text: str, folder: Path, ports: Mapping[str, int]) -> str:
    """A shipped file with the places and ports of a test."""
    # Started by root, its workers are root too: nobody else may enter the folder of a test.
    user = "user root;" if os.geteuid() == 0 else ""
    for pattern, instead in {
        r"^user www-data;$": user,
        r"/run/nginx\.pid": f"{folder}/nginx.pid",
        r"^error_log stderr": f"error_log {folder}/logs/nginx.log",
        r"/etc/nginx/tutela/": f"{folder}/tutela/",
        r"/var/www/acme": f"{folder}/acme",
        r"/etc/letsencrypt/live/[a-z.]+/fullchain\.pem": f"{folder}/certificate.pem",
        r"/etc/letsencrypt/live/[a-z.]+/privkey\.pem": f"{folder}/key.pem",
        r"^ +listen \[::\]:.*\n": "",
        r"listen 80\b": f"listen 127.0.0.1:{ports['http']}",
        r"listen 443\b": f"listen 127.0.0.1:{ports['https']}",
        r"listen 127\.0\.0\.1:8780\b": f"listen 127.0.0.1:{ports['onion']}",
    }.items():
        text = re.sub(pattern, instead, text, flags=re.MULTILINE)
    return text


def _temporary(folder: Path) -> str:
    return "\n".join(f"    {name}_temp_path {folder}/temporary/{name};" for name in LAID_OUT)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _certify(folder: Path) -> None:
    """A certificate for both names, signed by itself, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), SystemClock().now()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    names = x509.SubjectAlternativeName([x509.DNSName(PUBLIC), x509.DNSName(DESK)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain, pem = serialization.NoEncryption(), serialization.Encoding.PEM
    (folder / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
