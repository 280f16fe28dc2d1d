"""Servers for bad input: each takes a connection and does what no honest host does."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Mapping
from functools import cache

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

#: Bytes to which the bomb unpacks, and of one piece of it: 256 MiB from a quarter of a MiB.
BOMB_BYTES, PIECE_BYTES = 256 << 20, 1 << 20
#: Redirects in a row (issue 5, bad input).
REDIRECTS = 50
#: Seconds between two bytes of the slow one, in real time, and the bytes that it would have to send in all.
DRIP_SECONDS, DRIP_BYTES = 0.5, 100_000
#: Seconds after which a server that never answers lets go.
SILENT_SECONDS = 600.0
#: Bytes of the head of a request that is read.
HEAD_BYTES = 65_536


async def bomb(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A small gzip body that unpacks to a very large one."""
    await _head(reader)
    packed = _packed()
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: "
    writer.write(f"{head}{len(packed)}\r\n\r\n".encode() + packed)
    await writer.drain()


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A body in pieces that never ends."""
    await _head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    while not writer.is_closing():
        writer.write(piece)
        await writer.drain()


async def shorter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Fewer bytes than the length promises."""
    await _say(reader, writer, b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nonly this")


async def longer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """More bytes than the length says."""
    await _say(reader, writer, b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nthis and much more")


async def two_lengths(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Two lengths that contradict each other."""
    await _say(reader, writer, b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 8\r\n\r\nthisthat")


async def redirects(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Fifty redirects in a row, and then a page."""
    head = await _head(reader)
    target = head.split(b" ", 2)[1].decode("latin-1")
    number = int(target.rpartition("/")[2] or 0) if target.rpartition("/")[2].isdigit() else 0
    if number >= REDIRECTS:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\narrived")
    else:
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: /{number + 1}\r\nContent-Length: 0\r\n\r\n".encode())
    await writer.drain()


async def circle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A redirect to itself."""
    await _say(reader, writer, b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")


async def tls_garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What looks like the beginning of TLS and is none, whatever is said to it."""
    await reader.read(1)
    writer.write(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc" + bytes(range(256)) * 8)
    await writer.drain()


async def no_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Bytes that are no HTTP."""
    await _say(reader, writer, bytes(range(256)) * 16)


async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One byte after the other, with a pause between them that no time limit on a byte notices."""
    await _head(reader)
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {DRIP_BYTES}\r\n\r\n".encode())
    for _ in range(DRIP_BYTES):
        if writer.is_closing():
            return
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(DRIP_SECONDS)


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes the connection and never says anything."""
    await _head(reader)
    await asyncio.sleep(SILENT_SECONDS)


async def large_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A head of a megabyte."""
    await _say(reader, writer, b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * (1 << 20) + b"\r\n\r\n")


#: Name under .test -> what stands there.
MISBEHAVING: Mapping[str, Behaviour] = {
    "bomb.test": bomb,
    "endless.test": endless,
    "shorter.test": shorter,
    "longer.test": longer,
    "two-lengths.test": two_lengths,
    "redirects.test": redirects,
    "circle.test": circle,
    "tls-garbage.test": tls_garbage,
    "no-http.test": no_http,
    "slow-loris.test": slow,
    "silent-server.test": silent,
    "large-head.test": large_head,
}


async def _head(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


async def _say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes) -> None:
    await _head(reader)
    writer.write(answer)
    await writer.drain()


@cache
def _packed() -> bytes:
    """The bomb: zeros in many members of gzip (RFC 1952 section 2.2). Made once."""
    return gzip.compress(bytes(PIECE_BYTES), 9, mtime=0) * (BOMB_BYTES // PIECE_BYTES)
