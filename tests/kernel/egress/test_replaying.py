"""The fake: the same reading of URLs, answers from a table, no network."""

from __future__ import annotations

import pytest

from tests.kernel.egress.speaking import Kept
from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.replaying import Recorded, ReplayFetcher, replay_fetcher
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import FetchRequest, Response
from tutela.kernel.egress.urls import UrlError, parse_url

URL = "http://host.example/a"
RECORDED = Recorded(status=404, headers={"Content-Type": "text/plain"}, body=b"gone")


def asked(fetcher: ReplayFetcher, url: str, body_bytes_max: int = 0) -> tuple[Response | Failure, bytes]:
    sink = Kept()
    request = FetchRequest(untrusted_url=url, sink=sink, body_bytes_max=body_bytes_max)
    return fetcher.fetch(request), sink.body


def test_a_recorded_answer_comes_back_by_its_canonical_url() -> None:
    fetcher = ReplayFetcher({URL: RECORDED})
    answer, body = asked(fetcher, "HTTP://HOST.example:80/x/../a#part")
    assert isinstance(answer, Response)
    assert (answer.status, body, answer.body_bytes) == (404, b"gone", 4)
    assert answer.untrusted_headers == {"content-type": "text/plain"}
    assert [hop.status for hop in answer.hops] == [404]
    assert fetcher.asked == [URL]


@pytest.mark.parametrize(
    ("page", "status"), [("http://host.example/page", 200), ("http://host.example/x", 404)]
)
def test_what_is_shown_to_visitors_of_a_page_alone_needs_that_page(page: str, status: int) -> None:
    fetcher = ReplayFetcher({URL: Recorded(body=b"shown", only_from="http://host.example/page")})
    answer = fetcher.fetch(FetchRequest(untrusted_url=URL, sink=Kept(), referrer=parse_url(page)))
    assert isinstance(answer, Response)
    assert answer.status == status
    assert fetcher.referrers == [page]
    without, body = asked(fetcher, URL)
    assert isinstance(without, Response)
    assert (without.status, body) == (404, b"")


def test_what_is_not_recorded_wrong_or_too_large_is_a_failure() -> None:
    fetcher = ReplayFetcher({URL: RECORDED})
    assert asked(fetcher, "http://other.example/") == (Failure(reason="not_recorded"), b"")
    assert asked(fetcher, "http://127.1/") == (Failure(reason="url_disputed"), b"")
    assert asked(fetcher, URL, 3) == (Failure(reason="too_large", status=404), b"")
    assert isinstance(asked(fetcher, URL, 4)[0], Response)


def test_a_recorded_failure_keeps_what_had_come() -> None:
    fetcher = ReplayFetcher({URL: Recorded(body=b"half", failure="cut_short")})
    assert asked(fetcher, URL) == (Failure(reason="cut_short", status=200, kept_bytes=4), b"half")


def test_a_recording_of_what_nobody_would_fetch_is_refused() -> None:
    with pytest.raises(UrlError):
        ReplayFetcher({"file:///etc/passwd": RECORDED})


def test_the_slot_gets_one_without_a_recording() -> None:
    assert asked(replay_fetcher(EgressSettings()), URL)[0] == Failure(reason="not_recorded")


def test_a_recorded_redirect_leads_on_with_every_step_and_not_for_ever() -> None:
    on = "http://other.example/b"
    first = Recorded(status=302, leads_to=on, address="198.51.100.7")
    fetcher = ReplayFetcher({URL: first, on: Recorded(body=b"there", address="203.0.113.9")})
    answer, body = asked(fetcher, URL)
    assert isinstance(answer, Response)
    assert (answer.url, answer.status, body) == (parse_url(on), 200, b"there")
    steps = [(hop.url.canonical, hop.address, hop.status) for hop in answer.hops]
    assert steps == [(URL, "198.51.100.7", 302), (on, "203.0.113.9", 200)]
    circle = ReplayFetcher({URL: Recorded(status=302, leads_to=URL)})
    ended = asked(circle, URL)[0]
    assert isinstance(ended, Failure)
    assert (ended.reason, ended.redirects) == ("redirects_too_many", 5)
    assert asked(ReplayFetcher({URL: first}), URL)[0] == Failure(reason="not_recorded")
