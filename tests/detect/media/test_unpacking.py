"""The container worker's module in process: frames out, answers in, progress and limits."""

from __future__ import annotations

import os
import socket
import struct
import threading
from dataclasses import replace

import pytest

from tests.detect.media.archives import MEMBERS, descriptor, zip_of
from tutela.detect.media import examining, protocol, unpacking
from tutela.detect.media.answers import Answers
from tutela.detect.media.container_frames import DATA, HAS_CONTENT, MEMBER, MEMBER_END, MEMBER_HEAD, SEGMENTS
from tutela.detect.media.shapes import WEB, Ask
from tutela.detect.media.troubles import DecodeTrouble


@pytest.fixture(autouse=True)
def no_cpu_limit(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The limit would end the test process; the calls are kept instead."""
    asked: list[float] = []
    monkeypatch.setattr(examining, "limit_cpu", asked.append)
    return asked


def served(data: bytes, answers_back: bytes, *, ask: Ask | None = None) -> list[tuple[int, bytes]]:
    """The frames of one request; ``answers_back`` is what the parent says to each member."""
    ours, theirs = socket.socketpair()
    ours.sendall(SEGMENTS.pack(0) + answers_back)
    received = bytearray()
    reader = threading.Thread(target=lambda: received.extend(b"".join(iter(lambda: ours.recv(65536), b""))))
    reader.start()
    try:
        with descriptor(data) as fd:
            request = protocol.Request(operation=protocol.WALK, size_bytes=len(data), ask=ask or Ask())
            answers = Answers(theirs.fileno(), theirs)
            unpacking.handle(request, fd, answers)
            answers.flush()
    finally:
        theirs.close()
        reader.join()
        ours.close()
    return list(frames(bytes(received)))


def frames(data: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(data):
        kind, length = protocol.HEAD.unpack_from(data, at)
        at += protocol.HEAD.size
        found.append((kind, data[at : at + length]))
        at += length
    return found


def test_each_wanted_member_is_announced_streamed_and_ended() -> None:
    found = served(zip_of(), b"WWW")
    announced = [payload for kind, payload in found if kind == MEMBER]
    assert [payload[MEMBER_HEAD.size :].decode() for payload in announced] == list(MEMBERS)
    assert [MEMBER_HEAD.unpack_from(payload) for payload in announced] == [
        (HAS_CONTENT, len(data)) for data in MEMBERS.values()
    ]
    assert b"".join(payload for kind, payload in found if kind == DATA) == b"".join(MEMBERS.values())
    assert [payload for kind, payload in found if kind == MEMBER_END] == [b""] * 3


def test_a_skipped_member_has_neither_bytes_nor_end() -> None:
    found = served(zip_of(), b"SSS")
    assert [kind for kind, _ in found] == [MEMBER] * 3


def test_a_long_name_is_cut_at_the_border() -> None:
    found = served(zip_of({"n" * 5000: b""}), b"S")
    assert len(found[0][1]) == MEMBER_HEAD.size + 4096


def test_a_broken_member_ends_alone() -> None:
    data = bytearray(zip_of({"a": b"tutela" * 50, "b": b"fine"}))
    data[32] ^= 0xFF
    found = served(bytes(data), b"WW")
    ends = [payload for kind, payload in found if kind == MEMBER_END]
    assert ends == [protocol.render_trouble("unreadable", "broken"), b""]


def test_a_limit_ends_the_walk() -> None:
    with pytest.raises(DecodeTrouble, match="entries"):
        served(zip_of(), b"", ask=Ask(limits=replace(WEB, archive_entries_max=2)))


def test_the_cpu_limit_starts_anew_with_each_member(no_cpu_limit: list[float]) -> None:
    served(zip_of(), b"WWW")
    assert no_cpu_limit == [WEB.item_cpu_seconds] * 4


def test_further_segments_arrive_with_their_sizes() -> None:
    ours, theirs = socket.socketpair()
    with descriptor(b"one") as first, descriptor(b"three") as second, ours, theirs:
        ours.sendall(SEGMENTS.pack(2))
        socket.send_fds(ours, [struct.pack("<2Q", 3, 5)], [first, second])
        segments = unpacking._receive_segments(Answers(theirs.fileno(), theirs))
    assert [(os.pread(fd, 9, 0), size) for fd, size in segments] == [(b"one", 3), (b"three", 5)]
    for fd, _ in segments:
        os.close(fd)


def test_segments_without_descriptors_are_missing() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(SEGMENTS.pack(1))
        ours.sendall(struct.pack("<Q", 3))
        with pytest.raises(DecodeTrouble, match="segments"):
            unpacking._receive_segments(Answers(theirs.fileno(), theirs))


def test_warming_up_runs_every_reader() -> None:
    unpacking.warm()
