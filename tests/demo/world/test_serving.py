"""One server for all names."""

from __future__ import annotations

import io
import socket
import time

from tests.demo.world.worlds import StillWorld, door, got
from tutela.kernel.egress.shapes import FetchRequest, Response
from tutela.kernel.egress.urls import read_url


def say(world: StillWorld, text: bytes) -> bytes:
    """What the server answers to these bytes, until it ends the connection."""
    with socket.create_connection(("127.77.0.10", world.port), timeout=10) as talking:
        talking.sendall(text)
        told = b""
        while piece := talking.recv(65_536):
            told += piece
    return told


def test_the_name_decides_and_the_journal_keeps_who_asked(world: StillWorld) -> None:
    item = world.item("obedient.test")
    assert got(world, world.url(item))[0] == 200
    (served,) = world.journal.of_item(item.name)
    assert (served.host, served.source, served.status, served.showed) == (
        "obedient.test",
        "127.0.0.1",
        200,
        True,
    )
    assert served.agent.startswith("Mozilla")
    assert served.at == world.still.now()


def test_the_referrer_that_the_door_replays_opens_the_album_and_is_in_the_journal(world: StillWorld) -> None:
    item = world.item("referrer.test")
    for referrer, status in ((None, 404), (read_url(item.referrer), 200)):
        request = FetchRequest(untrusted_url=world.url(item), sink=io.BytesIO(), referrer=referrer)
        answer = door(world).fetch(request)
        assert isinstance(answer, Response)
        assert answer.status == status
    served = world.journal.of_item(item.name)
    assert [(one.referrer, one.showed) for one in served] == [("", False), (item.referrer, True)]


def test_a_name_that_is_not_there_and_a_method_that_nobody_allows(world: StillWorld) -> None:
    assert say(world, b"GET / HTTP/1.1\r\nHost: nowhere.test\r\n\r\n").startswith(b"HTTP/1.1 421 ")
    assert say(world, b"DELETE / HTTP/1.1\r\nHost: obedient.test\r\n\r\n").startswith(b"HTTP/1.1 405 ")
    assert say(world, b"nonsense\r\n\r\n") == b""
    assert say(world, b"POST / HTTP/1.1\r\nHost: form.test\r\nContent-Length: 99999999\r\n\r\n") == b""


def test_head_brings_no_body(world: StillWorld) -> None:
    answer = say(world, b"HEAD / HTTP/1.1\r\nHost: obedient.test\r\n\r\n")
    assert answer.endswith(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")


def test_thousands_of_requests_cost_little() -> None:
    """Bar 5 asks for 3,000 a minute against 100 hosts; here 500 of them, in processor time of both sides."""
    with StillWorld(crowd=100) as world:
        requests = [
            f"GET /n/{number}.jpg HTTP/1.1\r\nHost: {name}\r\n\r\n".encode()
            for number in range(5)
            for name in world.crowd
        ]
        say(world, requests[0])
        began = time.process_time()
        for request in requests:
            assert b" 200 OK" in say(world, request)[:20]
        spent = time.process_time() - began
        counts = world.journal.counts()
    assert counts["crowd-099.test"] == 5
    assert spent / len(requests) * 3_000 < 20, "a third of one core for a minute of them"
