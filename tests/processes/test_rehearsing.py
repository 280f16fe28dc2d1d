from __future__ import annotations

import pytest

from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import FetchRequest, Response
from tutela.processes.rehearsing import rehearsed


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
