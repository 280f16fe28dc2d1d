"""The contract is kept by our own and notices who does not."""

from __future__ import annotations

import pytest

from tutela.kernel.egress.fetcher_contract import check_fetcher, enabled_fetcher
from tutela.kernel.egress.fetching import GuardedFetcher
from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.replaying import ReplayFetcher
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import FetchRequest
from tutela.kernel.egress.urls import UrlError, parse_url
from tutela.kernel.errors import Unavailable


def test_our_own_keep_it() -> None:
    check_fetcher(ReplayFetcher())
    check_fetcher(GuardedFetcher())


class OneWord:
    def fetch(self, request: FetchRequest) -> Failure:
        return Failure(reason="name_unresolved")


class Writes:
    def fetch(self, request: FetchRequest) -> Failure:
        request.sink.write(b"x")
        try:
            parse_url(request.untrusted_url)
        except UrlError as error:
            return Failure(reason=error.reason)
        raise ValueError


class Answers:
    def fetch(self, request: FetchRequest) -> str:
        return "fine"


@pytest.mark.parametrize("broken", [object(), OneWord(), Writes(), Answers()])
def test_who_does_not_keep_it_is_noticed(broken: object) -> None:
    with pytest.raises(AssertionError):
        check_fetcher(broken)  # type: ignore[arg-type]  # that is the point


def test_the_settings_name_the_fetcher() -> None:
    settings = EgressSettings(user_agent="a test")
    fetcher = enabled_fetcher(settings)
    assert isinstance(fetcher, GuardedFetcher)
    assert fetcher.settings is settings
    assert isinstance(enabled_fetcher(EgressSettings(fetcher="replay")), ReplayFetcher)
    with pytest.raises(Unavailable, match="none-such"):
        enabled_fetcher(EgressSettings(fetcher="none-such"))
