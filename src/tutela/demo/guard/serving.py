"""A small server on loopback: HTTP/1.1 over TLS with ranges, chunks and the server's half of a WebSocket."""

from __future__ import annotations

import asyncio
import hashlib
import re
import ssl
import struct
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Final

from tutela.demo.guard.deliveries import Answer

#: Bytes of the head of a request, and seconds between two of them.
_HEAD_BYTES_MAX: Final = 64 << 10
_ASK_SECONDS: Final = 60.0
#: Magic of the opening handshake, and the first byte of a whole message (RFC 6455 sections 1.3 and 5.2).
_SOCKET_MAGIC: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _BINARY, _CLOSE = 0x81, 0x82, 0x88
_RANGE: Final = re.compile(r"bytes=([0-9]+)-([0-9]*)")

#: What is answered to the request for a path.
Answering = Callable[[str], Answer]


async def serve(port: int, context: ssl.SSLContext, answering: Answering) -> asyncio.Server:
    """A server on loopback."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await _one(reader, writer, answering):
                pass
        except (OSError, EOFError, ValueError, TimeoutError, asyncio.LimitOverrunError):
            return  # who leaves or talks nonsense: their loss
        except asyncio.CancelledError:
            writer.transport.abort()
            raise
        finally:
            writer.close()

    return await asyncio.start_server(take, "127.0.0.1", port, ssl=context, limit=_HEAD_BYTES_MAX)


async def _one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answering: Answering) -> bool:
    """One request and its answer. Whether another may follow on this connection."""
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _ASK_SECONDS)
    path, fields = parse_head(head)
    answer = ranged(answering(path), fields.get("range", ""))
    if answer.messages is not None:
        writer.write(
            opening(fields.get("sec-websocket-key", ""))
            + b"".join(map(message, answer.messages))
            + bytes([_CLOSE, 0])
        )
        await writer.drain()
        return False
    writer.write(head_of(answer) + answer.body)
    await writer.drain()
    for piece in answer.pieces or ():
        await asyncio.sleep(answer.pause_seconds)
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        await writer.drain()
    if answer.pieces is not None:
        writer.write(b"0\r\n\r\n")
        await writer.drain()
    return not answer.ends


def parse_head(head: bytes) -> tuple[str, Mapping[str, str]]:
    """Path and header fields, in lower case, of a request. Raises ValueError for what is none."""
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    _, path, _ = first.split(" ")
    parted = (line.partition(":") for line in lines)
    return path, {name.strip().lower(): value.strip() for name, _, value in parted}


def head_of(answer: Answer) -> bytes:
    """The head as it goes over the connection."""
    lines = [f"HTTP/1.1 {answer.status} Answer", "Cache-Control: no-store"]
    if answer.content_type:
        lines.append(f"Content-Type: {answer.content_type}")
    if answer.pieces is not None:
        lines.append("Transfer-Encoding: chunked")
    elif answer.ends:
        lines.append("Connection: close")
    else:
        lines.append(f"Content-Length: {len(answer.body)}")
    lines += [f"{name}: {value}" for name, value in answer.headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


def ranged(answer: Answer, asked: str) -> Answer:
    """The piece that was asked for (RFC 9110 section 14), where the answer has pieces."""
    found = _RANGE.fullmatch(asked)
    if found is None or not answer.ranges:
        return answer
    first = int(found[1])
    last = min(int(found[2] or len(answer.body)), len(answer.body) - 1)
    said = ("Content-Range", f"bytes {first}-{last}/{len(answer.body)}")
    return Answer(
        body=answer.body[first : last + 1],
        content_type=answer.content_type,
        status=206,
        headers=(*answer.headers, said),
    )


def opening(key: str) -> bytes:
    """The server's half of the handshake (RFC 6455 section 4.2.2)."""
    digest = hashlib.sha1((key + _SOCKET_MAGIC).encode(), usedforsecurity=False).digest()
    accepted = b64encode(digest).decode()
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accepted}\r\n\r\n"
    ).encode()


def message(said: bytes | str) -> bytes:
    """One message in one frame, without a mask (RFC 6455 section 5.2)."""
    kind, body = (_TEXT, said.encode()) if isinstance(said, str) else (_BINARY, said)
    if len(body) < 126:
        return bytes([kind, len(body)]) + body
    if len(body) < 1 << 16:
        return struct.pack(">BBH", kind, 126, len(body)) + body
    return struct.pack(">BBQ", kind, 127, len(body)) + body
