"""The fake beside the protocol: answers from a recording, with the same reading of URLs and no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tutela.kernel.egress.reasons import Failure, Reason
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import FetchRequest, Hop, Response
from tutela.kernel.egress.urls import UrlError, parse_url


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """One recorded answer; with ``failure`` the body is what had come before it.

    ``only_from``: the page without which, as the referrer, there is a 404 and nothing else; ``address``: the
    one that was met.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: Reason | None = None
    only_from: str = ""
    address: str = ""


class ReplayFetcher:
    """Answers from ``recorded``, by URL; what is not there is ``not_recorded``. Keeps the order of questions.

    Raises ValueError for a recorded URL that no fetcher would take.
    """

    def __init__(self, recorded: Mapping[str, Recorded] | None = None) -> None:
        self._recorded = {parse_url(url).canonical: one for url, one in (recorded or {}).items()}
        self.asked: list[str] = []
        self.referrers: list[str] = []

    def fetch(self, request: FetchRequest) -> Response | Failure:
        """The recorded answer, its body in the sink, or why there is none."""
        try:
            url = parse_url(request.untrusted_url)
        except UrlError as error:
            return Failure(reason=error.reason)
        from_page = request.referrer.canonical if request.referrer else ""
        self.asked.append(url.canonical)
        self.referrers.append(from_page)
        found = self._recorded.get(url.canonical)
        if found is None:
            return Failure(reason="not_recorded")
        if found.only_from and found.only_from != from_page:
            found = Recorded(status=404, address=found.address)
        too_large = 0 < request.body_bytes_max < len(found.body)
        body = b"" if too_large else found.body
        request.sink.write(body)
        if too_large or found.failure:
            reason: Reason = found.failure or "too_large"
            return Failure(reason=reason, status=found.status, kept_bytes=len(body))
        return Response(
            url=url,
            status=found.status,
            untrusted_headers={name.lower(): value for name, value in found.headers.items()},
            hops=(Hop(url=url, address=found.address, status=found.status),),
            body_bytes=len(body),
            received_bytes=len(body),
            seconds=0.0,
        )


def replay_fetcher(settings: EgressSettings | None = None) -> ReplayFetcher:
    """The fetcher as the slot loads it: nothing is recorded, so nothing is fetched, whatever is asked."""
    return ReplayFetcher()
