from __future__ import annotations

import pytest

from tests.kernel.egress.speaking import LOOPBACK
from tutela.kernel.egress.guarding import Guard
from tutela.kernel.egress.reasons import Failure, StoppedError
from tutela.kernel.egress.resolving import FixedResolver
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import FetchRequest, Response
from tutela.kernel.egress.urls import parse_url
from tutela.processes.rehearsing import RehearsalGuard, rehearsed


class Nowhere:
    """Keeps what it was asked for and has nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def fetch(self, request: FetchRequest) -> Response | Failure:
        self.asked.append(request.untrusted_url)
        return Failure(reason="name_unresolved")


class Sink:
    def write(self, untrusted_data: bytes, /) -> None:
        raise OSError


@pytest.mark.parametrize(
    ("url", "reason", "asked"),
    [
        ("https://there.test/x", "name_unresolved", True),
        ("http://THERE.TEST:80/x", "name_unresolved", True),
        ("https://example.org/x", "address_refused", False),
        ("https://test.example.org/.test", "address_refused", False),
        ("https://93.184.216.34/", "address_refused", False),
        ("https://nottest/", "address_refused", False),
        ("nothing", "url_unreadable", False),
    ],
)
def test_only_names_that_nobody_owns_are_met(url: str, reason: str, asked: bool) -> None:
    inner = Nowhere()
    fetcher = rehearsed(lambda egress: inner)(EgressSettings())
    answer = fetcher.fetch(FetchRequest(untrusted_url=url, sink=Sink()))
    assert isinstance(answer, Failure) and answer.reason == reason
    assert bool(inner.asked) is asked


def test_a_browser_of_a_rehearsal_meets_only_names_that_nobody_owns() -> None:
    names = FixedResolver(table={name: [("93.184.216.34",)] for name in ("there.test", "example.org")})
    guard = RehearsalGuard(Guard(resolver=names))
    assert guard.way(parse_url("https://there.test/")).addresses == ("93.184.216.34",)
    for url in ("https://example.org/", "https://93.184.216.34/", "https://test/"):
        with pytest.raises(StoppedError):
            guard.way(parse_url(url))
    inner = FixedResolver(table={"there.test": [("127.0.0.1",)]})
    opened = RehearsalGuard(Guard(policy=LOOPBACK, resolver=inner))
    assert opened.way(parse_url("https://there.test/")).addresses == ("127.0.0.1",)
    with pytest.raises(StoppedError):
        RehearsalGuard(Guard(resolver=inner)).way(parse_url("https://there.test/"))
