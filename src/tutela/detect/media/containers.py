"""Archives and disk images, opened by a sealed worker that lists and streams; the parent checks and holds.

What crosses the border is numbers, a path and bytes. The path is a name and never used as a path of
a file; every limit of ``unpacking`` is kept a second time here (threat model ST-04).
"""

from __future__ import annotations

import hashlib
import os
import signal
import struct
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final, Literal, Protocol

from tutela.detect.media import protocol
from tutela.detect.media.container_frames import (
    DATA,
    DELETED,
    HAS_CONTENT,
    MEMBER,
    MEMBER_END,
    MEMBER_HEAD,
    PATH_BYTES_MAX,
    SEGMENTS,
    SEGMENTS_PER_MESSAGE,
    SKIPPED,
    WANTED,
)
from tutela.detect.media.held import Held
from tutela.detect.media.members import step_cpu_seconds, unpacked_bytes_max
from tutela.detect.media.nursery import Ended, Patience, Worker, WorkerGoneError, WorkerSlowError
from tutela.detect.media.protocol import Digests
from tutela.detect.media.shapes import Ask, Limits, Trouble
from tutela.detect.media.sniff import HEAD_BYTES, sniff
from tutela.detect.media.troubles import trouble

#: Wall seconds that the worker may take for one CPU second of a step (disks are slow).
WALL_FACTOR: Final = 3.0
#: Endings that the one file inside a packed file loses.
_PACKED_SUFFIXES: Final = frozenset({".gz", ".gzip", ".bz2", ".xz"})


class Lender(Protocol):
    """What is needed of ``pool.MediaPool``."""

    def borrow(self, kind: Literal["container"]) -> AbstractContextManager[Worker]:
        """A container worker for one walk."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One file inside a container; ``fd`` is read-only and closed when the next member is asked for.

    Without ``fd`` (-1) ``trouble`` says why, and ``digests`` are those of a member too large to hold.
    ``path`` None stands for the container itself, whose walk ended with ``trouble``. ``path`` is
    safe to print: control and direction characters are escaped.
    """

    path: str | None
    fd: int = -1
    size_bytes: int = 0
    deleted: bool = False
    trouble: Trouble | None = None
    digests: Digests | None = None


@dataclass(kw_only=True, slots=True)
class Budget:
    """What may still come out of a file and all containers nested in it."""

    entries_left: int
    bytes_left: int

    @classmethod
    def of(cls, limits: Limits, size_bytes: int) -> Budget:
        """The budget of a file of ``size_bytes`` bytes."""
        return cls(entries_left=limits.archive_entries_max, bytes_left=unpacked_bytes_max(limits, size_bytes))


class _StopWalkError(Exception):
    """The walk ends here, with this trouble, and its worker is not used again."""

    def __init__(self, kind: Literal["refused", "unreadable"], code: str) -> None:
        super().__init__(code)
        self.trouble = trouble(kind, code)


def walk(
    pool: Lender,
    fd: int,
    ask: Ask,
    *,
    name: str,
    skip: Callable[[str], bool],
    segments: Sequence[int] = (),
    budget: Budget | None = None,
) -> Generator[Member, None, None]:
    """The members of the container behind ``fd``, in its own order.

    A last one without path follows if the walk ended badly.
    ``skip`` names members that are not wanted (their bytes are not read where the format allows it).
    ``segments`` are the descriptors of the further parts of an E01 image. Never raises for what the
    container does; Unavailable when no worker can be started.
    """
    size_bytes = os.fstat(fd).st_size
    try:
        with pool.borrow("container") as worker:
            one_walk = _Walk(
                worker=worker,
                limits=ask.limits,
                name=name,
                skip=skip,
                budget=budget or Budget.of(ask.limits, size_bytes),
                step_seconds=WALL_FACTOR * step_cpu_seconds(sniff(os.pread(fd, HEAD_BYTES, 0)), ask.limits),
            )
            request = protocol.Request(operation=protocol.WALK, size_bytes=size_bytes, ask=ask)
            worker.order(request, fd)
            _hand_over(worker, segments)
            yield from one_walk.members()
    except _StopWalkError as stop:
        yield Member(path=None, trouble=stop.trouble)
    except WorkerSlowError:
        yield Member(path=None, trouble=trouble("refused", "wall"))
    except WorkerGoneError:
        yield Member(path=None, trouble=_trouble_of_end(worker.ended))


def _trouble_of_end(ended: Ended | None) -> Trouble:
    if ended is not None and ended.signal_number in (signal.SIGPROF, signal.SIGXCPU):
        return trouble("refused", "cpu")
    return trouble("unreadable", "killed")


def _hand_over(worker: Worker, segments: Sequence[int]) -> None:
    """The further segments, their sizes beside them."""
    worker.tell(SEGMENTS.pack(len(segments)))
    for at in range(0, len(segments), SEGMENTS_PER_MESSAGE):
        some = segments[at : at + SEGMENTS_PER_MESSAGE]
        sizes = (os.fstat(fd).st_size for fd in some)
        worker.tell(struct.pack(f"<{len(some)}Q", *sizes), some)


@dataclass(kw_only=True)
class _Walk:
    """One walk as the parent sees it."""

    worker: Worker
    limits: Limits
    name: str
    skip: Callable[[str], bool]
    budget: Budget
    step_seconds: float
    _seen: set[int] = field(default_factory=set)
    _entries: int = 0

    def members(self) -> Iterator[Member]:
        """Reads frames until the end; every one is checked."""
        while True:
            frame_type, payload = self._frame()
            if frame_type == MEMBER:
                yield from self._member(payload)
            elif frame_type == protocol.TROUBLE:
                self._end_with(payload)
            elif frame_type == protocol.END:
                return
            else:
                raise _StopWalkError("unreadable", "protocol")

    def _end_with(self, payload: bytes) -> None:
        found = self._parsed(payload)
        self._expect_end()
        stop = _StopWalkError("refused", "killed")
        stop.trouble = found
        raise stop

    def _expect_end(self) -> None:
        if self._frame()[0] != protocol.END:
            raise _StopWalkError("unreadable", "protocol")

    def _frame(self) -> tuple[int, bytes]:
        try:
            return self.worker.read_frame(Patience(self.step_seconds), protocol.PAYLOAD_MAX)
        except ValueError:
            raise _StopWalkError("unreadable", "protocol") from None

    def _parsed(self, payload: bytes) -> Trouble:
        try:
            return protocol.parse_trouble(payload)
        except ValueError:
            raise _StopWalkError("unreadable", "protocol") from None

    def _member(self, payload: bytes) -> Iterator[Member]:
        if not MEMBER_HEAD.size <= len(payload) <= MEMBER_HEAD.size + PATH_BYTES_MAX:
            raise _StopWalkError("unreadable", "protocol")
        flags, _declared = MEMBER_HEAD.unpack_from(payload)
        path = self._path(payload[MEMBER_HEAD.size :])
        self._count_entry()
        if not flags & HAS_CONTENT:
            found = self._member_end()
            if not self.skip(path):
                yield Member(path=path, deleted=bool(flags & DELETED), trouble=found)
        elif self.skip(path):
            self.worker.tell(SKIPPED)
        else:
            self.worker.tell(WANTED)
            yield from self._content(path, deleted=bool(flags & DELETED))

    def _content(self, path: str, *, deleted: bool) -> Iterator[Member]:
        held = Held(self.limits.member_bytes_max)
        try:
            found = self._receive(held)
            digests = None if found else held.seal()
            if digests is not None:
                found = trouble("refused", "member_bytes")
            yield Member(
                path=path,
                fd=-1 if found else held.fd,
                size_bytes=held.size_bytes,
                deleted=deleted,
                trouble=found,
                digests=digests,
            )
        finally:
            held.close()

    def _receive(self, held: Held) -> Trouble | None:
        """Takes the bytes of one member; what went wrong with it, or None."""
        while True:
            frame_type, payload = self._frame()
            if frame_type == MEMBER_END:
                return self._parsed(payload) if payload else None
            if frame_type == protocol.TROUBLE:
                self._end_with(payload)
            if frame_type != DATA:
                raise _StopWalkError("unreadable", "protocol")
            self.budget.bytes_left -= len(payload)
            if self.budget.bytes_left < 0:
                raise _StopWalkError("refused", "unpacked_bytes")
            held.write(payload)

    def _member_end(self) -> Trouble:
        frame_type, payload = self._frame()
        if frame_type != MEMBER_END:
            raise _StopWalkError("unreadable", "protocol")
        return self._parsed(payload)

    def _count_entry(self) -> None:
        self._entries += 1
        self.budget.entries_left -= 1
        if self.budget.entries_left < 0:
            raise _StopWalkError("refused", "entries")

    def _path(self, untrusted_path: bytes) -> str:
        """The member's name, its own within the container: the second of two equal ones gets a number."""
        path = shown_path(untrusted_path) or inner_name(self.name)
        key = int.from_bytes(hashlib.blake2b(path.encode("utf-8"), digest_size=8).digest())
        if key in self._seen:
            return f"{path}#{self._entries + 1}"
        self._seen.add(key)
        return path


def shown_path(untrusted_path: bytes) -> str:
    r"""A name of a member that is safe to print: what is not printable is written as ``\x1b``, ``\u202e``.

    ``!/`` separates containers from members, so it is escaped inside a name.
    """
    text = untrusted_path.decode("utf-8", "surrogateescape")
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _escaped(char) for char in text)
    return text.replace("!/", "\\x21/")


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no text
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def inner_name(name: str) -> str:
    """What the one file inside a packed file is called: the same without its ending, else ``content``."""
    path = PurePath(name.rpartition("!/")[2])
    return path.stem if path.suffix.lower() in _PACKED_SUFFIXES and path.stem else "content"
