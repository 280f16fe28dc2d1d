"""Bodies: sealed memory, limits of size and rate, room; whatever comes, nothing is left behind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest
from starlette.requests import Request

from tutela.detect.service.admission import Admission, AdmissionRules
from tutela.detect.service.bodies import Body, BodyRules, receive, receive_json
from tutela.detect.service.problems import BadInput, Busy, TooLarge, TooSlow, WrongType

#: Head of a film in an ISO container (``sniff``).
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"


def request_of(
    chunks: list[bytes],
    *,
    pause_seconds: float = 0.0,
    pauses: Sequence[float] = (),
    gone: bool = False,
    **headers: str,
) -> Request:
    """A request whose body comes in these pieces, each after a pause; the sender may leave at the end."""
    waiting: Iterator[bytes] = iter(chunks)
    resting: Iterator[float] = iter(pauses)

    async def receive_message() -> dict[str, Any]:
        await anyio.sleep(next(resting, pause_seconds))
        chunk = next(waiting, None)
        if chunk is None and gone:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": raw}
    return Request(scope, receive_message)


def received(
    request: Request,
    look: Callable[[Body], Any] = lambda body: os.pread(body.fd, body.size_bytes, 0),
    *,
    admission: Admission | None = None,
    **rules: Any,
) -> Any:
    async def run() -> Any:
        async with receive(request, BodyRules(**rules), admission or Admission()) as body:
            return look(body)

    return anyio.run(run)


def test_the_body_comes_out_as_it_went_in() -> None:
    assert received(request_of([b"one", b"", b"two"])) == b"onetwo"


def test_nobody_can_change_what_was_received() -> None:
    def attempt(body: Body) -> None:
        with pytest.raises(OSError):
            os.write(body.fd, b"x")
        with pytest.raises(OSError):
            os.ftruncate(body.fd, 0)

    received(request_of([b"content"]), attempt)


def test_the_body_is_in_memory_alone_and_is_given_back() -> None:
    admission = Admission()
    descriptors: list[int] = []

    def look(body: Body) -> None:
        assert os.readlink(f"/proc/self/fd/{body.fd}").startswith("/memfd:")
        assert admission.held_bytes == 7
        descriptors.append(body.fd)

    received(request_of([b"content"]), look, admission=admission)
    assert admission.held_bytes == 0
    assert not any(Path(f"/proc/self/fd/{fd}").exists() for fd in descriptors)


def test_nothing_at_all_is_refused() -> None:
    with pytest.raises(BadInput, match="empty"):
        received(request_of([]))


@pytest.mark.parametrize("size", [10, 11])
def test_the_limit_is_the_last_byte_allowed(size: int) -> None:
    if size <= 10:
        assert len(received(request_of([b"x" * size]), bytes_max=10, film_bytes_max=10)) == size
        return
    with pytest.raises(TooLarge):
        received(request_of([b"x" * size]), bytes_max=10, film_bytes_max=10)


def test_a_declared_length_above_every_limit_is_refused_before_anything_is_read() -> None:
    request = request_of([b"x"], pause_seconds=60, content_length="101")
    with pytest.raises(TooLarge):
        received(request, bytes_max=10, film_bytes_max=100)


@pytest.mark.parametrize("length", ["", "-1", "many", "²", "9" * 400])
def test_a_strange_length_does_no_harm(length: str) -> None:
    request = request_of([b"x"], content_length=length) if length != "²" else request_of([b"x"])
    try:
        assert received(request) == b"x"
    except TooLarge:
        assert length.startswith("9")


def test_a_film_may_be_larger_than_a_picture() -> None:
    film, picture = FILM + b"\0" * 500, b"\xff\xd8\xff" + b"\0" * 500
    assert len(received(request_of([film[:40], film[40:]]), bytes_max=100)) == len(film)
    with pytest.raises(TooLarge, match="too large"):
        received(request_of([picture[:40], picture[40:]]), bytes_max=100)


@pytest.mark.parametrize(
    ("content", "slow"),
    [(FILM, True), (b"PK\x03\x04" + b"\0" * 40, True), (b"\xff\xd8\xff\xe0", False), (b"words", False)],
)
def test_films_and_archives_are_slow(content: bytes, slow: bool) -> None:
    assert received(request_of([content]), lambda body: body.slow) is slow


def test_a_film_has_its_own_limit() -> None:
    with pytest.raises(TooLarge) as caught:
        received(request_of([FILM, b"\0" * 500, b"\0" * 500]), bytes_max=100, film_bytes_max=600)
    assert caught.value.right == "at most 600 bytes"


def test_a_body_that_stops_is_refused_after_the_grace() -> None:
    admission = Admission()
    with pytest.raises(TooSlow):
        received(request_of([b"x"] * 5, pause_seconds=30), grace_seconds=0.05, admission=admission)
    assert admission.held_bytes == 0


def test_a_body_that_trickles_is_refused() -> None:
    trickle = request_of([b"x"] * 1_000, pause_seconds=0.01)
    with pytest.raises(TooSlow, match="slowly"):
        received(trickle, grace_seconds=0.1, bytes_per_second_min=1_000)


def test_a_steady_body_may_take_longer_than_the_grace() -> None:
    steady = request_of([b"x" * 100] * 10, pause_seconds=0.03)
    assert len(received(steady, grace_seconds=0.2, bytes_per_second_min=500)) == 1_000


def test_a_sender_who_was_fast_may_not_stand_still_for_longer_than_the_grace() -> None:
    admission = Admission()
    stalled = request_of([b"x" * 1_000_000] * 2, pauses=[0.0, 30.0])
    with pytest.raises(TooSlow):
        received(stalled, grace_seconds=0.05, bytes_per_second_min=1, admission=admission)
    assert admission.held_bytes == 0


def test_a_sender_who_leaves_leaves_nothing() -> None:
    admission = Admission()
    with pytest.raises(BadInput, match="went away"):
        received(request_of([b"half"], gone=True), admission=admission)
    assert admission.held_bytes == 0


def test_no_room_is_no_fault_of_the_body() -> None:
    admission = Admission(AdmissionRules(held_bytes_max=10))
    with pytest.raises(Busy):
        received(request_of([b"x" * 11]), admission=admission)
    assert admission.held_bytes == 0


def test_a_form_is_refused_unread() -> None:
    with pytest.raises(WrongType):
        received(request_of([b"x"], pause_seconds=60, content_type="multipart/form-data; boundary=a"))


def test_json_has_its_own_limit() -> None:
    async def run(size: int) -> bytes:
        return await receive_json(request_of([b"x" * size]), BodyRules(json_bytes_max=10), Admission())

    assert anyio.run(run, 10) == b"x" * 10
    with pytest.raises(TooLarge):
        anyio.run(run, 11)
    with pytest.raises(BadInput, match="empty"):
        anyio.run(run, 0)
