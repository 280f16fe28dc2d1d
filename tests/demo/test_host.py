"""A host shows what it is told to, until it is taken away."""

from __future__ import annotations

from tests.kernel.egress.speaking import fetch
from tutela.demo.host import ADDRESS, host
from tutela.demo.hotline_fetcher import demo_fetcher
from tutela.kernel.egress.shapes import Response


def test_pages_are_shown_and_can_be_taken_away() -> None:
    with host({"/a.jpg": b"picture"}) as there:
        door = demo_fetcher(there.port)
        answer, body = fetch(door, f"http://one.test:{there.port}/a.jpg")
        del there.pages["/a.jpg"]
        gone, _ = fetch(door, f"http://one.test:{there.port}/a.jpg")
    assert isinstance(answer, Response)
    assert (answer.status, body, answer.hops[0].address) == (200, b"picture", ADDRESS)
    assert isinstance(gone, Response)
    assert gone.status == 404
    assert there.asked == ["/a.jpg", "/a.jpg"]
