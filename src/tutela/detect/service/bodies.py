"""Request bodies: raw bytes into sealed memory, within limits of size, rate and room; never on a disk."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.requests import Request

from tutela.detect.media.held import Held
from tutela.detect.media.opened import Opened, kind_of, kind_of_bytes
from tutela.detect.media.shapes import WEB
from tutela.detect.media.sniff import HEAD_BYTES, Family, family, sniff
from tutela.detect.service.admission import Admission
from tutela.detect.service.problems import BadInput, TooLarge, TooSlow, WrongType
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Unavailable

#: Forms that hide the file inside the body; a raw body needs no parser (architecture: raw bodies).
_FORMS = ("multipart/",)
_GONE = "the sender went away"


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyRules:
    """The limits of a body; ``ServiceSettings`` has each of them with its source."""

    bytes_max: int = 100 << 20
    film_bytes_max: int = WEB.film_bytes_max
    json_bytes_max: int = 4 << 20
    grace_seconds: float = 20.0
    bytes_per_second_min: int = 16_384
    clock: Clock = field(default_factory=SystemClock)


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """A received upload, which is sealed, and what it is by its content (``sniff``)."""

    held: Held
    kind: str

    @classmethod
    def of(cls, held: Held) -> Body:
        """The body that was taken into ``held``."""
        pieces = held.pieces
        return cls(held=held, kind=kind_of(held.fd) if pieces is None else kind_of_bytes(b"".join(pieces)))

    @property
    def fd(self) -> int:
        """A read-only descriptor onto sealed memory."""
        return self.held.fd

    @property
    def size_bytes(self) -> int:
        """Its size."""
        return self.held.size_bytes

    @property
    def opened(self) -> Opened:
        """The file as the sandbox is given it: a small one has its bytes, any other its descriptor."""
        pieces = self.held.pieces
        fd = self.held.fd if pieces is None else -1
        return Opened(fd=fd, size_bytes=self.size_bytes, kind=self.kind, own=False, pieces=pieces)

    @property
    def family(self) -> Family:
        """Picture, film, container, closed or other, by the content."""
        return family(self.kind)

    @property
    def slow(self) -> bool:
        """True for films and archives, which may take minutes where a picture takes milliseconds."""
        return self.family in ("film", "container")


@asynccontextmanager
async def receive(request: Request, rules: BodyRules, admission: Admission) -> AsyncIterator[Body]:
    """The raw body of a request, held until the block ends.

    Raises WrongType (415) for a form, TooLarge (413), TooSlow (408), BadInput (422) for nothing at all, and
    Busy (429) when there is no room.
    """
    check_raw(request)
    if not hasattr(os, "memfd_create"):
        raise Unavailable("this system cannot hold an upload in memory alone")
    held = Held(max(rules.bytes_max, rules.film_bytes_max))
    room = _Room(admission)
    try:
        await _fill(held, request, rules, room)
        held.seal()
        yield Body.of(held)
    finally:
        held.close()
        room.close()


async def receive_json(request: Request, rules: BodyRules, admission: Admission) -> bytes:
    """The bytes of a JSON body, not yet read. Raises as ``receive`` does."""
    received = bytearray()
    room = _Room(admission)

    def take(untrusted_chunk: bytes) -> None:
        nonlocal received
        room.take(len(untrusted_chunk))
        received += untrusted_chunk
        if len(received) > rules.json_bytes_max:
            raise _too_large(rules.json_bytes_max)

    try:
        check_declared(request, rules.json_bytes_max)
        await pour(request, rules, take)
        if not received:
            raise _empty("a JSON object")
        return bytes(received)
    finally:
        room.close()


def check_raw(request: Request) -> None:
    """Returns unless the body is a form. Raises WrongType."""
    if request.headers.get("content-type", "").lower().startswith(_FORMS):
        raise WrongType(
            "forms are not taken here",
            field="Content-Type",
            right="the file itself as the body (curl --data-binary)",
        )


def check_declared(request: Request, bytes_max: int) -> None:
    """Returns unless the declared length is larger. Raises TooLarge before anything is read."""
    declared_bytes = _declared_bytes(request)
    if declared_bytes is not None and declared_bytes > bytes_max:
        raise _too_large(bytes_max)


def _declared_bytes(request: Request) -> int | None:
    declared = request.headers.get("content-length", "")
    return int(declared[:20]) if declared.isascii() and declared.isdigit() else None


async def pour(request: Request, rules: BodyRules, take: Callable[[bytes], None]) -> None:
    """Gives ``take`` the chunks of a body as they come. Raises TooSlow when they come below the floor rate.

    Nor may a sender who was fast stand still for longer than the grace: its bytes are held meanwhile.
    """
    now_seconds, loop = rules.clock.monotonic_seconds, asyncio.get_running_loop()
    begun_seconds, received_bytes, declared_bytes = now_seconds(), 0, _declared_bytes(request)
    more = True
    try:
        async with asyncio.timeout(None) as patience:  # one for all chunks: it is set anew for each
            while more and received_bytes != declared_bytes:  # nothing comes after the last byte
                passed_seconds = now_seconds() - begun_seconds
                patience.reschedule(loop.time() + _left_seconds(rules, received_bytes, passed_seconds))
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise BadInput(_GONE, field="body", right="the whole body")
                chunk: bytes = message.get("body", b"")
                more = message.get("more_body", False)
                received_bytes += len(chunk)
                if chunk:
                    take(chunk)
    except TimeoutError as error:
        raise _too_slow(rules) from error


def _left_seconds(rules: BodyRules, received_bytes: int, passed_seconds: float) -> float:
    """How long the next chunk may take."""
    if not rules.bytes_per_second_min:
        return rules.grace_seconds  # no rate: only a standstill ends it
    allowed_seconds = rules.grace_seconds + received_bytes / rules.bytes_per_second_min
    return max(0.0, min(allowed_seconds - passed_seconds, rules.grace_seconds))


class _Room:
    """Room for one body in the process, given back at the end."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._bytes = 0

    def take(self, size_bytes: int) -> None:
        self._admission.hold(size_bytes)
        self._bytes += size_bytes

    def close(self) -> None:
        self._admission.release(self._bytes)
        self._bytes = 0


async def _fill(held: Held, request: Request, rules: BodyRules, room: _Room) -> None:
    """Takes the whole body. A film may be larger than anything else; its first bytes say that it is one."""
    check_declared(request, max(rules.bytes_max, rules.film_bytes_max))
    bytes_max = rules.bytes_max

    def take(untrusted_chunk: bytes) -> None:
        nonlocal bytes_max
        size_bytes = held.size_bytes + len(untrusted_chunk)
        if size_bytes > bytes_max == rules.bytes_max and _is_film(held, untrusted_chunk):
            bytes_max = max(bytes_max, rules.film_bytes_max)
        if size_bytes > bytes_max:
            raise _too_large(bytes_max)
        room.take(len(untrusted_chunk))
        held.write(untrusted_chunk)

    await pour(request, rules, take)
    if not held.size_bytes:
        raise _empty("the bytes of a picture, film or archive")


def _is_film(held: Held, untrusted_chunk: bytes) -> bool:
    """Whether what is held, and then the chunk, begins as a film."""
    pieces = held.pieces
    head = os.pread(held.fd, HEAD_BYTES, 0) if pieces is None else b"".join(pieces)[:HEAD_BYTES]
    return family(sniff(head + untrusted_chunk[: HEAD_BYTES - len(head)])) == "film"


def _too_large(bytes_max: int) -> TooLarge:
    return TooLarge("the body is too large", field="body", right=f"at most {bytes_max:,} bytes")


def _too_slow(rules: BodyRules) -> TooSlow:
    return TooSlow(
        "the body came too slowly",
        field="body",
        right=f"at least {rules.bytes_per_second_min:,} bytes a second after {rules.grace_seconds:g} seconds",
    )


def _empty(right: str) -> BadInput:
    return BadInput("the body is empty", field="body", right=right)
