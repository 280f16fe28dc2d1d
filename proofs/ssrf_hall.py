"""A network of our own in which every address is local and every connection is seen.

``unshare -rnm python -m proofs.ssrf_hall product``. Sockets, name server and addresses are real; nothing of
it is outside of the namespace. Prints one JSON object: what each vector brought, and which addresses were met
for it.
"""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Literal
from unittest import mock
from urllib.parse import urlsplit

import httpcore2

from proofs.ssrf_vectors import GOOD, ONIONS, Answers, Vector, vectors
from tests.kernel.egress.speaking import head_of
from tutela.kernel.egress import streaming
from tutela.kernel.egress.addresses import AddressPolicy, Judged
from tutela.kernel.egress.fetching import guarded_fetcher
from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import FetchRequest

#: ``product``: as it is. ``unpinned``: the guard judges, then the name is resolved again where the connection
#: is made, as HTTP clients do. ``unguarded``: every address passes for a good one.
Mode = Literal["product", "unpinned", "unguarded"]
#: Where somebody might be met; a door that is closed to us is still seen when it is knocked at.
LISTENED = (22, 25, 80, 443, 6379, 8702)
SETTINGS = EgressSettings(
    connect_seconds=1, read_seconds=2, total_seconds=5, host_burst=1_000, host_concurrent=10
)
A, AAAA = 1, 28
PROXY_PORT = 9050


def check_namespace() -> None:
    """Returns in a fresh network, with no interface up. Raises RuntimeError where one would be changed."""
    shown = subprocess.run(["ip", "-o", "link", "show", "up"], check=True, capture_output=True)
    if shown.stdout.strip():
        raise RuntimeError(
            "this changes routes and name server: unshare -rnm python -m proofs.ssrf_hall MODE"
        )


def prepare_network() -> None:
    """Make every address of both families local, and this process's name server the only one."""
    check_namespace()
    with tempfile.NamedTemporaryFile("w", suffix=".conf", delete=False) as resolv:
        resolv.write("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    for line in (
        "ip link set lo up",
        "ip link add uplink type bridge",  # leads nowhere; without one, a browser does not try WebRTC
        "ip addr add 10.77.0.2/24 dev uplink",
        "ip link set uplink up",
        "ip route add default dev uplink",
        "ip route add local 0.0.0.0/0 dev lo",
        "ip -6 route add local ::/0 dev lo",
        f"mount --bind {resolv.name} /etc/resolv.conf",
    ):
        subprocess.run(line.split(), check=True, capture_output=True)
    os.unlink(resolv.name)


class Hall:
    """Listeners on all addresses; ``taken`` gives what was met since it was last asked.

    ``pages`` are what some paths show; every other one is a redirect or a plain greeting.
    """

    def __init__(self, pages: Mapping[str, bytes] | None = None) -> None:
        self._pages = pages or {}
        self._met: list[tuple[str, int]] = []
        self._lock = threading.Lock()
        for port in LISTENED:
            listener = socket.create_server(
                ("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=128
            )
            threading.Thread(target=self._serve, args=(listener,), daemon=True).start()

    def taken(self) -> list[tuple[str, int]]:
        """(address, port) of each connection since the last call."""
        with self._lock:
            met, self._met = self._met, []
        return met

    def _serve(self, listener: socket.socket) -> None:
        while True:
            connection, _ = listener.accept()
            address, port = connection.getsockname()[:2]
            with self._lock:
                self._met.append((_plain(address), port))
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(3)
        try:
            with connection:
                connection.sendall(_answer_to(head_of(connection), self._pages))
        except OSError:
            return


class Proxy:
    """A SOCKS5 proxy that says yes to every name, keeps it in ``names``, and speaks for the host."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", PROXY_PORT))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection:
                connection.settimeout(3)
                connection.recv(3)
                connection.sendall(b"\x05\x00")
                self.names.append(connection.recv(1_000)[5:-2].decode("ascii", "replace"))
                connection.sendall(b"\x05\x00\x00\x01" + bytes(6))
                connection.sendall(_answer_to(head_of(connection), {}))


def _plain(address: str) -> str:
    met = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(met, "ipv4_mapped", None)
    return str(mapped or met)


def _answer_to(head: bytes, pages: Mapping[str, bytes]) -> bytes:
    path = head.split(b" ")[1].decode("latin-1")
    if path in pages:
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (
            len(pages[path]),
            pages[path],
        )
    if path.startswith("/to/"):
        location = urlsafe_b64decode(path.removeprefix("/to/"))
        return b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n"
    return b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


class NameServer:
    """Answers A and AAAA from ``zone`` with TTL 0: a first, a second, ... answer; the last one stays."""

    def __init__(self, zone: Mapping[str, Answers]) -> None:
        self._zone, self._asked = zone, Counter[tuple[str, int]]()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def asked(self, ending: str) -> int:
        """Questions about names with this ending so far."""
        return sum(count for (name, _), count in self._asked.items() if name.endswith(ending))

    def _serve(self) -> None:
        while True:
            question, sender = self._socket.recvfrom(4_096)
            self._socket.sendto(self._answer(question), sender)

    def _answer(self, question: bytes) -> bytes:
        name, end = _name(question)
        kind = struct.unpack_from("!H", question, end)[0]
        stages = self._zone.get(name.lower())
        stage = self._asked[name.lower(), kind]
        self._asked[name.lower(), kind] += 1
        answers = stages[min(stage, len(stages) - 1)] if stages else ()
        records = [
            _record(address)
            for address in answers
            if (":" in address) == (kind == AAAA) and kind in (A, AAAA)
        ]
        code = 0 if stages else 3
        header = question[:2] + struct.pack("!HHHHH", 0x8580 | code, 1, len(records), 0, 0)
        return header + question[12 : end + 4] + b"".join(records)


def _name(question: bytes) -> tuple[str, int]:
    labels, at = [], 12
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode("latin-1"))
        at += 1 + question[at]
    return ".".join(labels), at + 1


def _record(address: str) -> bytes:
    packed = ipaddress.ip_address(address).packed
    return b"\xc0\x0c" + struct.pack("!HHIH", AAAA if len(packed) == 16 else A, 1, 0, len(packed)) + packed


class _Sink:
    """Keeps the number of bytes."""

    def write(self, untrusted_data: bytes, /) -> None:
        """Nothing is kept."""


def judge_all(
    _policy: AddressPolicy, untrusted_address: str | ipaddress.IPv4Address | ipaddress.IPv6Address
) -> Judged:
    """Every address passes."""
    return Judged(address=ipaddress.ip_address(untrusted_address), allowed=True, reason="")


def connect_by_name(
    backend: streaming.PinnedBackend, host: str, port: int, *_: Any, **__: Any
) -> httpcore2.NetworkStream:
    """What an HTTP client does by itself: resolve the name where the connection is made."""
    return httpcore2.SyncBackend().connect_tcp(host, port, timeout=1)


def mutation(mode: Mode) -> Any:
    """The change of the product for this mode, to be entered."""
    if mode == "unpinned":
        return mock.patch.object(streaming.PinnedBackend, "connect_tcp", connect_by_name)
    if mode == "unguarded":
        return mock.patch.object(AddressPolicy, "judge", judge_all)
    return mock.patch.dict({}, {})


def run(mode: Mode) -> dict[str, Any]:
    """What each vector brought."""
    prepare_network()
    every = vectors()
    zone: dict[str, Answers] = {"good.test": [GOOD[:1]]}
    for vector in every:
        zone.update(vector.zone)
    hall, names = Hall(), NameServer(zone)
    with mutation(mode):
        rows = list(_rows(every, hall))
    time.sleep(0.3)
    late = forbidden_of(hall.taken())
    return {
        "mode": mode,
        "rows": rows,
        "late": late,
        "onions": _through_proxy(),
        "onion_questions": names.asked("onion"),
    }


def _through_proxy() -> int:
    """How many onion addresses were fetched through the proxy of the settings, by the names they have."""
    proxy = Proxy()
    fetcher = guarded_fetcher(SETTINGS.model_copy(update={"socks": f"127.0.0.1:{PROXY_PORT}"}))
    answers = [fetcher.fetch(FetchRequest(untrusted_url=url, sink=_Sink())) for url in ONIONS]
    asked = {urlsplit(url).hostname.rstrip(".") for url in ONIONS}  # type: ignore[union-attr]  # each has one
    return sum(not isinstance(answer, Failure) for answer in answers) if set(proxy.names) == asked else 0


def _rows(every: list[Vector], hall: Hall) -> Iterator[dict[str, Any]]:
    fetcher = guarded_fetcher(SETTINGS)
    for vector in every:
        try:
            answer = fetcher.fetch(FetchRequest(untrusted_url=vector.url, sink=_Sink()))
            got: str = answer.reason if isinstance(answer, Failure) else "fetched"
        except Exception as error:  # noqa: BLE001 - whatever a mutated run throws is a result too
            got = f"raised {type(error).__name__}"
        time.sleep(0.002)
        met = hall.taken()
        yield {
            "way": vector.way,
            "about": vector.about.encode("unicode_escape").decode(),
            "expected": vector.expected,
            "got": got,
            "connections": len(met),
            "forbidden": forbidden_of(met),
        }


def forbidden_of(met: list[tuple[str, int]]) -> list[str]:
    """What was met and is not fine: another address than the good ones, or another port than 80."""
    return [f"{address} port {port}" for address, port in met if address not in GOOD or port not in (80, 443)]


if __name__ == "__main__":
    chosen: Any = sys.argv[1]
    print(json.dumps(run(chosen)))
