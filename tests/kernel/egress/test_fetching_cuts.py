"""Answers that end too early, at every byte, and answers made of noise: never whole, never an exception."""

from __future__ import annotations

import gzip
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.egress.speaking import Speaker, authority, fetch, fetcher, ok, speaker
from tutela.kernel.egress.fetching import GuardedFetcher
from tutela.kernel.egress.reasons import REASONS, Failure
from tutela.kernel.egress.shapes import Response

BODY = b"a body that matters"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ANSWERS = {
    "length": ok(BODY),
    "chunks": CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY),
    "packed": ok(gzip.compress(BODY), "Content-Encoding: gzip"),
    "packed to the end": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(BODY),
}


@contextmanager
def saying(answers: Iterator[bytes]) -> Iterator[tuple[Speaker, GuardedFetcher]]:
    """A host that says the next of the answers to each request."""
    with speaker(lambda talking: talking.sendall(next(answers))) as there:
        yield there, fetcher(there.port)


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_that_is_cut_anywhere_is_never_whole(kind: str) -> None:
    answer = ANSWERS[kind]
    cuts = range(len(answer) + 1)
    with saying(answer[:cut] for cut in cuts) as (there, door):
        got = [fetch(door, f"http://127.0.0.1:{there.port}/") for _ in cuts]
    whole = [cut for cut, (one, _) in zip(cuts, got, strict=True) if isinstance(one, Response)]
    assert whole == [len(answer)]
    assert got[-1][1] == BODY
    assert all(BODY.startswith(body) for _, body in got)


def farewell(talking: socket.socket) -> None:
    talking.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + BODY)
    if isinstance(talking, ssl.SSLSocket):
        talking.unwrap()


def scissors(talking: socket.socket) -> None:
    talking.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + BODY)
    cut = socket.socket(fileno=talking.detach())
    cut.shutdown(socket.SHUT_WR)
    cut.close()


@pytest.mark.parametrize(("ends", "whole"), [(farewell, True), (scissors, False)])
def test_over_tls_an_end_without_farewell_is_a_cut(
    ends: Callable[[socket.socket], None], whole: bool
) -> None:
    server, client = authority("127.0.0.1")
    with speaker(ends, context=server) as there:
        answer, body = fetch(fetcher(there.port, context=client), f"https://127.0.0.1:{there.port}/")
    assert body == BODY
    assert isinstance(answer, Response) is whole
    assert isinstance(answer, Response) or (answer.reason == "cut_short" and answer.partial)


NOISE = st.binary(max_size=400) | st.lists(
    st.sampled_from(
        [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Found\r\n", b"HTTP/1.1 103 E\r\n", b"Location: /a\r\n",
         b"\r\n", b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n", b"abc",
         b"0\r\n\r\n", b"Content-Encoding: gzip\r\n", b"\x1f\x8b\x08\x00", b"A: \x00\r\n", b"Location: http://[::\r\n",
         b"Location: \xff\xfe\r\n"]
    ),
    max_size=8,
).map(b"".join)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(NOISE, min_size=1, max_size=6))
def test_noise_is_an_answer_in_words(noise: list[bytes]) -> None:
    with saying(cycle(noise)) as (there, door):
        answer, body = fetch(door, f"http://127.0.0.1:{there.port}/")
    if isinstance(answer, Failure):
        assert answer.reason in REASONS
        assert answer.kept_bytes == len(body)
    else:
        assert answer.body_bytes == len(body)
