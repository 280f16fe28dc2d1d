"""Request bodies: raw bytes into sealed memory, within limits of size, rate and room; never on a disk."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
from starlette.requests import Request

from tutela.detect.media.held import Held
from tutela.detect.media.opened import kind_of
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
    """A received upload: a read-only descriptor onto sealed memory, and its size in bytes."""

    fd: int
    size_bytes: int

    @property
    def kind(self) -> str:
        """What it is by its content (``sniff``)."""
        return kind_of(self.fd)

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
        yield Body(fd=held.fd, size_bytes=held.size_bytes)
    finally:
        held.close()
        room.close()


async def receive_json(request: Request, rules: BodyRules, admission: Admission) -> bytes:
    """The bytes of a JSON body, not yet read. Raises as ``receive`` does."""
    received = bytearray()
    room = _Room(admission)
    try:
        check_declared(request, rules.json_bytes_max)
        async for chunk in steady(request, rules):
            room.take(len(chunk))
            received += chunk
            if len(received) > rules.json_bytes_max:
                raise _too_large(rules.json_bytes_max)
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


async def steady(request: Request, rules: BodyRules) -> AsyncGenerator[bytes, None]:
    """The chunks of a body as they come. Raises TooSlow when they come below the floor rate.

    Nor may a sender who was fast stand still for longer than the grace: its bytes are held meanwhile.
    """
    begun_seconds = rules.clock.monotonic_seconds()
    received_bytes, declared_bytes = 0, _declared_bytes(request)
    more = True
    while more and received_bytes != declared_bytes:  # nothing comes after the last byte of a known length
        allowed_seconds = rules.grace_seconds + received_bytes / max(1, rules.bytes_per_second_min)
        left_seconds = begun_seconds + allowed_seconds - rules.clock.monotonic_seconds()
        if not rules.bytes_per_second_min:
            left_seconds = rules.grace_seconds  # no rate: only a standstill ends it
        left_seconds = min(left_seconds, rules.grace_seconds)
        with anyio.move_on_after(max(0.0, left_seconds)) as patience:
            message = await request.receive()
        if patience.cancelled_caught:
            raise _too_slow(rules)
        if message["type"] == "http.disconnect":
            raise BadInput(_GONE, field="body", right="the whole body")
        chunk: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        received_bytes += len(chunk)
        if chunk:
            yield chunk


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
    limit = _Limit(rules)
    async for chunk in steady(request, rules):
        limit.check(chunk)
        room.take(len(chunk))
        held.write(chunk)
    if not held.size_bytes:
        raise _empty("the bytes of a picture, film or archive")


class _Limit:
    """The limit of one body, settled when it grows past what everything but a film may have."""

    def __init__(self, rules: BodyRules) -> None:
        self._rules = rules
        self._bytes_max = rules.bytes_max
        self._head = bytearray()
        self._size_bytes = 0

    def check(self, untrusted_chunk: bytes) -> None:
        """Returns when the next chunk may be taken. Raises TooLarge."""
        self._head += untrusted_chunk[: HEAD_BYTES - len(self._head)]
        self._size_bytes += len(untrusted_chunk)
        if self._size_bytes > self._bytes_max == self._rules.bytes_max and self._is_film():
            self._bytes_max = max(self._bytes_max, self._rules.film_bytes_max)
        if self._size_bytes > self._bytes_max:
            raise _too_large(self._bytes_max)

    def _is_film(self) -> bool:
        return family(sniff(bytes(self._head))) == "film"


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
