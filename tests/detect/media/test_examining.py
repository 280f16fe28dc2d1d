"""One file inside a worker: read once, digested, handed on."""

from __future__ import annotations

import hashlib
import io
import os
import socket

import pytest

from tests.detect.media.opening import opened
from tutela.detect.media import examining, protocol
from tutela.detect.media.answers import Answers
from tutela.detect.media.examining import Reader, Source
from tutela.detect.media.shapes import Ask, MediaFacts
from tutela.detect.media.troubles import DecodeTrouble


@pytest.mark.parametrize("size", [0, 1, 255 << 10, (256 << 10) + 1, 9 << 20])
def test_a_small_file_is_in_memory_with_the_right_digests(size: int) -> None:
    data = os.urandom(size)
    with opened(data) as fd:
        source, digests = Reader().read(fd, size)
    assert source.data is not None
    assert bytes(source.data) == data
    assert digests.size_bytes == size
    assert digests.md5 == hashlib.md5(data, usedforsecurity=False).digest()
    assert digests.sha1 == hashlib.sha1(data, usedforsecurity=False).digest()
    assert digests.sha256 == hashlib.sha256(data).digest()


def test_a_large_file_is_digested_in_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examining, "IN_MEMORY_BYTES", 1_000)
    data = os.urandom(3 << 20)
    with opened(data) as fd:
        source, digests = Reader().read(fd, len(data))
        assert source.data is None
        assert digests.sha256 == hashlib.sha256(data).digest()
        stream = source.stream()
        assert stream.read(10) == data[:10]
        stream.seek(-5, io.SEEK_END)
        assert stream.read() == data[-5:]
        stream.seek(100)
        assert stream.read() == data[100:]
        assert stream.tell() == len(data)
        assert os.lseek(fd, 0, os.SEEK_CUR) == len(data)  # where the test left it


@pytest.mark.parametrize(("begin", "size"), [(0, 4), (5, 9), (1_000, (256 << 10) + 7)])
def test_a_file_may_begin_behind_others(begin: int, size: int) -> None:
    data = os.urandom(begin + size + 50)
    with opened(data) as fd:
        source, digests = Reader().read(fd, size, begin)
    assert source.data is not None
    assert bytes(source.data) == data[begin : begin + size]
    assert digests.sha256 == hashlib.sha256(data[begin : begin + size]).digest()


def test_a_file_that_shrank_is_digested_as_far_as_it_goes() -> None:
    with opened(b"short") as fd:
        source, digests = Reader().read(fd, 100)
    assert digests.size_bytes == 5
    assert source.data is not None
    assert bytes(source.data) == b"short"


def test_one_reader_reads_one_file_after_another() -> None:
    reader = Reader()
    for data in (b"first file", b"2nd"):
        with opened(data) as fd:
            source, _ = reader.read(fd, len(data))
            assert source.data is not None
            assert bytes(source.data) == data


def _served(data: bytes, size_bytes: int, operation: int = protocol.EXAMINE) -> tuple[list[int], list[str]]:
    """Frame types that ``handle`` sent, and what the decoder saw."""
    seen: list[str] = []

    def decode(source: Source, ask: Ask, emit: object) -> MediaFacts:
        seen.append(source.kind)
        return MediaFacts()

    ours, theirs = socket.socketpair()
    with ours, theirs, opened(data) as fd:
        answers = Answers(theirs.fileno())
        request = protocol.Request(operation=operation, size_bytes=size_bytes, ask=Ask())
        try:
            examining.handle(decode, request, fd, answers)
        except DecodeTrouble as found:
            answers.trouble(found.kind, found.code)
        answers.end(0)
        sent = ours.recv(1 << 16)
    types = []
    while sent:
        frame_type, length = protocol.HEAD.unpack_from(sent)
        types.append(frame_type)
        sent = sent[protocol.HEAD.size + length :]
    return types, seen


def test_digests_come_before_facts() -> None:
    assert _served(b"%PDF-1", 6) == ([protocol.DIGESTS, protocol.FACTS, protocol.END], ["pdf"])


def test_digests_only_decodes_nothing() -> None:
    assert _served(b"%PDF-1", 6, protocol.DIGESTS_ONLY) == ([protocol.DIGESTS, protocol.END], [])


def test_a_file_that_changed_is_not_decoded() -> None:
    assert _served(b"%PDF-1", 7) == ([protocol.DIGESTS, protocol.TROUBLE, protocol.END], [])
