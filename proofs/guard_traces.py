"""What a guard leaves behind, in a network of its own in which every packet is seen: one run of bar i5-6.

``unshare -rnm PYTHON -m proofs.guard_traces FILE`` prints one JSON object. The file says how many blocks
there are to be, whether the person keeps nothing, and where everything may lie. The site has a name and
paths that are marks; each picture is another file. Marks, digests, PDQ values and runs of the pixels are
looked for in every file below the person's home and the folders for temporary files, in what the guard
prints, and in every packet. ``/tmp``, ``/var/tmp`` and the account's own home are empty file systems of
this run where they hold nothing of the code.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import pwd
import secrets
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from proofs.disk_search import forms, found
from proofs.guard_house import (
    BLANKS,
    GUARD_PYTHON,
    Place,
    digest_entries,
    print_entries,
    random_entries,
    site_certificate,
)
from proofs.guard_origin import Request, head, marked, serving
from proofs.guard_processes import CommandedGuard, Way, commanded
from proofs.machine import ROOT
from tests.prevent.guard.proxy.origin import authority
from tutela.arithmetic import finish, reduce_luma
from tutela.demo.copies import jpeg
from tutela.demo.pictures import landscape
from tutela.prevent.guard.classes.charts import chart
from tutela.prevent.guard.person.policy import Policy

#: Where the site is; nothing else is at this address.
SITE_ADDRESS = "127.77.0.9"
TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")
AT_ONCE = 6
#: Runs of bytes of each picture, and the length of one (the issue: 32).
RUNS, RUN_BYTES = 6, 32
SIZE = (160, 120)
ETH_P_ALL, ETH_P_IP, ETH_P_IPV6 = 3, 0x0800, 0x86DD
TCP, UDP = 6, 17
SYN, ACK = 2, 16
#: Bytes that the kernel keeps of packets which were not read yet.
CAPTURE_BYTES = 256 << 20
SOL_PACKET, PACKET_STATISTICS = 263, 6


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One picture that is to be blocked: its path, its file, its PDQ (empty where there is none)."""

    path: str
    content: bytes
    value: bytes


def samples(count: int) -> list[Sample]:
    """Known files, near copies, pictures of the class and broken ones in turn, each another file."""
    base = [landscape(seed, *SIZE) for seed in range(8)]
    drawn = Image.fromarray(chart(*SIZE))
    made = []
    for number in range(count):
        sort, picture = number % 4, base[number // 4 % len(base)]
        mark = secrets.token_hex(12)
        data = marked(jpeg(drawn if sort == 2 else picture, quality=60 + number % 30), secrets.token_hex(8))
        value = finish(reduce_luma(np.asarray((drawn if sort == 2 else picture).convert("RGB"))))[0]
        made.append(
            Sample(
                path=f"/path-{mark}/picture.jpg?query={mark[::-1]}",
                content=data[: len(data) * 2 // 3] if sort == 3 else data,
                value=value,
            )
        )
    return made


def needles(one: Sample) -> Iterator[bytes]:
    """Everything by which this picture could be known again, in every form in which it might be written."""
    mark = one.path.split("/")[1]
    for text in (mark, one.path.rpartition("=")[2]):
        yield from forms(text.encode())
    for name in ("md5", "sha1", "sha256"):
        yield from forms(hashlib.new(name, one.content).digest())
    yield from forms(one.value)
    yield from runs(one.content)
    with contextlib.suppress(OSError), Image.open(io.BytesIO(one.content)) as picture:
        yield from runs(np.asarray(picture.convert("RGB")).tobytes())
        yield from runs(np.asarray(picture.convert("L")).tobytes())


def runs(data: bytes) -> Iterator[bytes]:
    """Some runs of bytes from all over ``data``; one that is all alike says nothing and is left out."""
    for at in np.linspace(len(data) // 10, len(data) - RUN_BYTES, RUNS, dtype=int).tolist():
        run = data[at : at + RUN_BYTES]
        if len(set(run)) >= RUN_BYTES // 3:
            yield run


# -- the network ---------------------------------------------------------------------------------


def prepare_network(host: str) -> None:
    """Loopback up, a way out that leads nowhere, the site's name known. Raises where this is no namespace."""
    shown = subprocess.run(["ip", "-o", "link", "show", "up"], check=True, capture_output=True)
    if shown.stdout.strip():
        raise RuntimeError("this changes routes: unshare -rnm python -m proofs.guard_traces FILE")
    for line in (
        "ip link set lo up",
        "ip link add uplink type bridge",
        "ip addr add 10.77.0.2/24 dev uplink",
        "ip link set uplink up",
        "ip route add default via 10.77.0.1 dev uplink",
    ):
        subprocess.run(line.split(), check=True, capture_output=True)
    _bind("/etc/hosts", f"127.0.0.1 localhost\n{SITE_ADDRESS} {host}\n")
    _bind("/etc/resolv.conf", "nameserver 10.77.0.1\noptions timeout:1 attempts:1\n")


def _bind(path: str, text: str) -> None:
    beside = Path(os.environ["TRACES_FOLDER"], path.replace("/", "-").strip("-"))
    beside.write_text(text)
    subprocess.run(["mount", "--bind", str(beside), path], check=True, capture_output=True)


def empty_temporary() -> list[str]:
    """The folders for temporary files that are new and empty in this run."""
    kept = [ROOT, GUARD_PYTHON, GUARD_PYTHON.resolve(), Path(os.environ["TRACES_FOLDER"])]
    made = []
    for name in (*TEMPORARY, pwd.getpwuid(os.getuid()).pw_dir):
        if not any(one.is_relative_to(name) for one in kept) and Path(name).is_dir():
            subprocess.run(["mount", "-t", "tmpfs", "none", name], check=True, capture_output=True)
            made.append(name)
    return made


@dataclass
class Capture:
    """Every packet of this network: its bytes, and who wanted to talk to whom."""

    packets: list[bytes] = field(default_factory=list)
    opened: Counter[tuple[str, int]] = field(default_factory=Counter)
    datagrams: int = 0
    lost: int = 0

    def __post_init__(self) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, 33, CAPTURE_BYTES)  # SO_RCVBUFFORCE
        self._socket.settimeout(0.2)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Takes what is left, and says how many packets the kernel could not keep."""
        time.sleep(0.5)
        self._over.set()
        self._thread.join()
        told = self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
        self.lost = struct.unpack("II", told)[1]
        self._socket.close()

    def _run(self) -> None:
        while True:
            try:
                frame, (_, protocol, direction, *_rest) = self._socket.recvfrom(1 << 17)
            except TimeoutError:
                if self._over.is_set():
                    return
                continue
            if direction == socket.PACKET_OUTGOING:  # each comes twice on loopback
                self.take(frame[14:], protocol)

    def take(self, packet: bytes, protocol: int) -> None:
        """One packet, without its Ethernet header."""
        self.packets.append(packet)
        if protocol == ETH_P_IP:
            kind, body = packet[9], packet[(packet[0] & 15) * 4 :]
            address = socket.inet_ntop(socket.AF_INET, packet[16:20])
        elif protocol == ETH_P_IPV6:
            kind, body = packet[6], packet[40:]
            address = socket.inet_ntop(socket.AF_INET6, packet[24:40])
        else:
            return
        if kind == UDP:
            self.datagrams += 1
        elif kind == TCP and body[13] & (SYN | ACK) == SYN:
            self.opened[address, int.from_bytes(body[2:4], "big")] += 1


# -- files ---------------------------------------------------------------------------------------

Stood = dict[str, tuple[int, int, int, str]]


def state(folders: Iterable[Path]) -> Stood:
    """Every path below the folders: mode, size, time of its last change, digest."""
    stood: Stood = {}
    for path in (one for folder in folders for one in sorted(folder.rglob("*"))):
        facts = path.lstat()
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        stood[str(path)] = (facts.st_mode, facts.st_size, facts.st_mtime_ns, digest)
    return stood


def differing(before: Stood, after: Stood) -> list[str]:
    """Paths that differ, appeared or are gone."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def open_for_writing(guard: CommandedGuard) -> list[str]:
    """Files on a disk that some process of the guard has open for writing, but for what it prints."""
    found_open = []
    for process in guard.processes():
        for entry in Path(f"/proc/{process.pid}/fd").iterdir():
            with contextlib.suppress(OSError, ValueError):
                target = os.readlink(entry)
                flags = int(Path(f"/proc/{process.pid}/fdinfo/{entry.name}").read_text().split()[3], 8)
                if target.startswith("/") and flags & 3 and not target.startswith(("/dev/", "/memfd:")):
                    found_open.append(target)
    return [one for one in found_open if not one.endswith("/said")]


def trouble_of_search(all_needles: Mapping[str, list[bytes]]) -> list[str]:
    """Whether the search finds what is planted: the names of needles that it would miss."""
    return [
        name
        for name, some in all_needles.items()
        if name not in found(secrets.token_bytes(5_003) + some[-1] + secrets.token_bytes(99), {name: some})
    ]


# -- one run -------------------------------------------------------------------------------------


def run(told: Mapping[str, Any]) -> dict[str, Any]:
    """What was left behind by so many blocks."""
    folder, host = Path(os.environ["TRACES_FOLDER"]), f"host-{secrets.token_hex(10)}.test"
    prepare_network(host)
    empty = empty_temporary()
    policy = Policy(classifier=True, keep_nothing=bool(told["keep_nothing"]))
    place = Place(folder=folder / "place", policy=policy, classes=("stand-in",)).prepare()
    issuer = authority(place.folder, "web")
    shown = samples(int(told["blocks"]))
    known = [one for number, one in enumerate(shown) if number % 4 == 0]
    values = {one.value for number, one in enumerate(shown) if number % 4 == 1}
    place.add(
        place.seal(
            [*digest_entries(one.content for one in known), *print_entries(values), *random_entries(200)]
        )
    )
    contents = {one.path: one.content for one in shown}

    def answers(request: Request) -> Iterator[bytes | float]:
        body = contents[request.path]
        yield head("image/jpeg", len(body)) + body

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(site_certificate(place.folder, issuer, [host]))
    temporary = place.home / "temporary"
    temporary.mkdir()
    watched = [place.home, *map(Path, empty)]
    with serving(answers, tls, address=SITE_ADDRESS) as origin:
        before, capture = state(watched), Capture()
        environment = {"HOME": str(place.home), "TMPDIR": str(temporary)}
        with commanded(place, folder / "said", **environment) as guard:
            way = Way(port=origin.tls_port, host=host, proxy=guard.port, trust=place.device)
            outcomes = fetch(way, shown)
            time.sleep(float(told["idle_seconds"]))
            writing = open_for_writing(guard)
        capture.end()
        after = state(watched)
    opened = {f"{address} {port}": number for (address, port), number in capture.opened.items()}
    ours = {f"127.0.0.1 {guard.port}", f"{SITE_ADDRESS} {origin.tls_port}"}
    all_needles = {one.path: list(needles(one)) for one in shown}
    in_packets = found(b"\0".join(capture.packets), all_needles)
    host_forms = {"host": list(forms(host.encode()))}
    in_files = [
        path for path in after if Path(path).is_file() and holds(Path(path), all_needles | host_forms)
    ]
    return {
        "blocks": outcomes,
        "needles": sum(map(len, all_needles.values())),
        "missed": trouble_of_search(all_needles | host_forms),
        "files": len(after),
        "in_files": in_files,
        "said": holds(folder / "said", all_needles | host_forms),
        "packets": len(capture.packets),
        "packet_bytes": sum(map(len, capture.packets)),
        "in_packets": sorted(in_packets),
        "lost": capture.lost,
        "datagrams": capture.datagrams,
        "other_connections": {name: number for name, number in opened.items() if name not in ours},
        "own_connections": {name: number for name, number in opened.items() if name in ours},
        "differing": differing(before, after),
        "writing": writing,
        "temporary": empty,
    }


def holds(path: Path, all_needles: Mapping[str, list[bytes]]) -> list[str]:
    """Which needles stand in a file."""
    return sorted(found(path.read_bytes() + bytes(16), all_needles))


def fetch(way: Way, shown: list[Sample]) -> dict[str, int]:
    """How many pictures were blocked and how many were not, six at once."""

    def lane(number: int) -> Counter[str]:
        connection, counts = way.connect(), Counter[str]()
        for one in shown[number::AT_ONCE]:
            counts["blocked" if way.ask(connection, one.path) in BLANKS else "shown"] += 1
        connection.close()
        return counts

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return dict(sum(threads.map(lane, range(AT_ONCE)), Counter[str]()))


if __name__ == "__main__":
    print(json.dumps(run(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
