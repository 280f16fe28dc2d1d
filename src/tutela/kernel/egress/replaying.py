"""The fake beside the protocol: answers from a recording, with the same reading of URLs and no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tutela.kernel.egress.reasons import Failure, Reason
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import FetchRequest, Hop, Response
from tutela.kernel.egress.urls import Url, UrlError, parse_url


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """One recorded answer; with ``failure`` the body is what had come before it.

    ``only_from``: the page without which, as the referrer, there is a 404 and nothing else; ``address``: the
    one that was met; ``leads_to``: the recorded URL that it redirects to, with its ``status``.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: Reason | None = None
    only_from: str = ""
    address: str = ""
    leads_to: str = ""


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
        hops = list[Hop]()
        found, last = self._step(url, from_page, hops)
        while found is not None and found.leads_to:
            if len(hops) > EgressSettings().redirects_max:
                return Failure(reason="redirects_too_many", status=found.status, redirects=len(hops) - 1)
            found, last = self._step(parse_url(found.leads_to), from_page, hops)
        if found is None:
            return Failure(reason="not_recorded")
        too_large = 0 < request.body_bytes_max < len(found.body)
        body = b"" if too_large else found.body
        request.sink.write(body)
        if too_large or found.failure:
            reason: Reason = found.failure or "too_large"
            return Failure(reason=reason, status=found.status, kept_bytes=len(body))
        return Response(
            url=last,
            status=found.status,
            untrusted_headers={name.lower(): value for name, value in found.headers.items()},
            hops=tuple(hops),
            body_bytes=len(body),
            received_bytes=len(body),
            seconds=0.0,
        )

    def _step(self, url: Url, from_page: str, hops: list[Hop]) -> tuple[Recorded | None, Url]:
        """What is recorded at one address, noted among the hops."""
        found = self._recorded.get(url.canonical)
        if found is not None and found.only_from and found.only_from != from_page:
            found = Recorded(status=404, address=found.address)
        if found is not None:
            hops.append(Hop(url=url, address=found.address, status=found.status))
        return found, url


def replay_fetcher(settings: EgressSettings | None = None) -> ReplayFetcher:
    """The fetcher as the slot loads it: nothing is recorded, so nothing is fetched, whatever is asked."""
    return ReplayFetcher()
