"""A site on loopback for the proofs of the guard: answers made of bytes, in HTTP or TLS, over a link or
none.

A link has a rate that all connections share, and a round trip: each new connection and each answer waits
for one. ``python -m proofs.guard_origin FILE`` serves a folder of pictures as a process of its own and says
its ports in one JSON line; it ends with its standard input.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

#: Bytes that are sent at a time.
PIECE_BYTES = 16 << 10
SECONDS_MAX = 60
#: Pictures on a page.
PAGE_PICTURES = 12
#: A block of a download: the same bytes again and again, none of them a picture.
BLOCK = bytes(range(1, 256)) * 257


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What somebody asks for: path with its query, and header fields in lower case."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)


#: The raw answer to a request, piece by piece, head included; a piece that is a number is a pause in seconds.
Answers = Callable[[Request], Iterable[bytes | float]]


def head(
    content_type: str, length: int | None, *, status: str = "200 OK", more: Mapping[str, str] | None = None
) -> bytes:
    """Status line and fields of an answer. Without a length its end is that of the connection, or chunks."""
    fields = {"Content-Type": content_type} if content_type else {}
    fields |= {} if length is None else {"Content-Length": str(length)}
    fields |= dict(more or {})
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class Link:
    """How a site is reached: bits a second for all connections together, seconds of one round trip."""

    def __init__(self, megabits_a_second: float = 0, round_trip_seconds: float = 0) -> None:
        self._seconds_a_byte = 8e-6 / megabits_a_second if megabits_a_second else 0.0
        self._round_trip_seconds = round_trip_seconds
        self._free_at, self._lock = 0.0, threading.Lock()

    def travel(self) -> None:
        """Wait for one round trip."""
        if self._round_trip_seconds:
            time.sleep(self._round_trip_seconds)

    def carry(self, size_bytes: int) -> None:
        """Wait until so many bytes have gone over the link."""
        if not self._seconds_a_byte:
            return
        with self._lock:
            now = time.monotonic()
            self._free_at = max(self._free_at, now) + size_bytes * self._seconds_a_byte
            wait = self._free_at - now
        time.sleep(wait)


class Origin:
    """Answers on two loopback ports, in plain HTTP and in TLS; ``link`` may be changed at any time."""

    def __init__(self, answers: Answers, tls: ssl.SSLContext, address: str) -> None:
        self._answers, self._tls, self.link = answers, tls, Link()
        self._listeners = [socket.create_server((address, 0), backlog=256) for _ in range(2)]
        self.port, self.tls_port = (one.getsockname()[1] for one in self._listeners)
        #: Requests that came.
        self.asked = 0
        for listener, secure in zip(self._listeners, (False, True), strict=True):
            threading.Thread(target=self._accept, args=(listener, secure), daemon=True).start()

    def close(self) -> None:
        """Takes no more connections."""
        for one in self._listeners:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self, listener: socket.socket, secure: bool) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _ = listener.accept()
                threading.Thread(target=self._talk, args=(peer, secure), daemon=True).start()

    def _talk(self, peer: socket.socket, secure: bool) -> None:
        with contextlib.suppress(OSError, ValueError):
            peer.settimeout(SECONDS_MAX)
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.link.travel()
            if secure:
                self.link.travel()
                peer = self._tls.wrap_socket(peer, server_side=True)
            while (request := read_request(peer)) is not None:
                self.asked += 1
                self.link.travel()
                again = self._send(peer, self._answers(request))
                if not again or request.headers.get("connection", "").lower() == "close":
                    break
        with contextlib.suppress(OSError):
            peer.close()

    def _send(self, peer: socket.socket, pieces: Iterable[bytes | float]) -> bool:
        """Whether the connection may be used again: not where the head gave no length."""
        first = b""
        for piece in pieces:
            if isinstance(piece, float):
                time.sleep(piece)
                continue
            first = first or piece[:4_096]
            for at in range(0, len(piece), PIECE_BYTES) if self.link._seconds_a_byte else ():
                part = piece[at : at + PIECE_BYTES]
                self.link.carry(len(part))
                peer.sendall(part)
            if not self.link._seconds_a_byte:
                peer.sendall(piece)
        fields = first.partition(b"\r\n\r\n")[0].lower()
        return b"content-length" in fields and b"connection: close" not in fields


def read_request(peer: socket.socket) -> Request | None:
    """The next request without a body; None at the end. Raises ValueError for what is none."""
    text = b""
    while not text.endswith(b"\r\n\r\n"):
        piece = peer.recv(16 << 10)
        if not piece:
            return None
        text += piece
    line, *rows = text.decode("latin-1").split("\r\n")
    fields = (row.partition(":") for row in rows if row)
    return Request(
        path=line.split(" ")[1], headers={name.lower(): value.strip() for name, _, value in fields}
    )


@contextmanager
def serving(answers: Answers, tls: ssl.SSLContext, *, address: str = "127.0.0.1") -> Iterator[Origin]:
    """A site in this process while the block runs."""
    origin = Origin(answers, tls, address)
    try:
        yield origin
    finally:
        origin.close()


def marked(jpeg: bytes, mark: str) -> bytes:
    """The same picture with a comment (COM, ITU-T T.81 B.2.4.5): other bytes and digests, the same pixels."""
    comment = mark.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]


class Gallery:
    """``/picture/N/MARK``: picture N with a comment; ``/page/MARK``: twelve of them; ``/download/BYTES``."""

    def __init__(self, pictures: list[bytes]) -> None:
        self.pictures = pictures

    def picture(self, path: str) -> bytes:
        """The bytes of a picture's path."""
        _, _, number, mark = path.split("/")
        return marked(self.pictures[int(number) % len(self.pictures)], mark)

    def page(self, mark: str) -> list[str]:
        """The paths of the pictures of a page."""
        start = int(mark.rpartition("-")[2]) * PAGE_PICTURES
        return [f"/picture/{start + number}/{mark}" for number in range(PAGE_PICTURES)]

    def __call__(self, request: Request) -> Iterator[bytes | float]:
        """The answer."""
        _, kind, name, *_ = request.path.split("/")
        if kind == "download":
            yield from self._download(int(name))
            return
        if kind == "page":
            body = "".join(f"<img src={path}>" for path in self.page(name)).encode()
            yield head("text/html", len(body)) + body
            return
        body = self.picture(request.path)
        yield head("image/jpeg", len(body)) + body

    def _download(self, size: int) -> Iterator[bytes]:
        yield head("application/octet-stream", size)
        for at in range(0, size, len(BLOCK)):
            yield BLOCK[: size - at]


def main(configuration: str) -> None:
    """Serves the folder until standard input ends; a line ``MEGABITS SECONDS`` on it sets the link."""
    told = json.loads(Path(configuration).read_text(encoding="utf-8"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(told["certificate"])
    pictures = [path.read_bytes() for path in sorted(Path(told["pictures"]).iterdir())]
    with serving(Gallery(pictures), tls) as origin:
        print(json.dumps({"port": origin.port, "tls_port": origin.tls_port}), flush=True)
        for line in sys.stdin:
            megabits, seconds = map(float, line.split())
            origin.link = Link(megabits, seconds)
            print(json.dumps({"link": line.split()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
