"""A rehearsal meets nobody: under a sample mandate, which names no law, only names under .test are fetched.

Nobody owns such a name (RFC 6761), so a house that is only tried out looks at no real place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tutela.kernel.egress.guarding import Guard, Way
from tutela.kernel.egress.reasons import Failure, StoppedError
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import Fetcher, FetchRequest, Response
from tutela.kernel.egress.urls import Url, UrlError, parse_url

#: The ending that no public host has (RFC 6761 section 6.2).
ENDING = ".test"


@dataclass(frozen=True, kw_only=True, slots=True)
class RehearsalFetcher:
    """A fetcher that asks ``inner`` for names under .test, and refuses every other one."""

    inner: Fetcher

    def fetch(self, request: FetchRequest) -> Response | Failure:
        """The answer of ``inner``, or the refusal."""
        try:
            name = parse_url(request.untrusted_url).name
        except UrlError as error:
            return Failure(reason=error.reason)
        if not name.endswith(ENDING):
            return Failure(reason="address_refused")
        return self.inner.fetch(request)


class RehearsalGuard(Guard):
    """A guard that lets a browser meet names under .test, judged by ``inner``, and no other one."""

    def __init__(self, inner: Guard) -> None:
        super().__init__()
        self._inner = inner

    def way(self, url: Url) -> Way:
        """As ``inner`` says. Raises StoppedError."""
        if not url.name.endswith(ENDING):
            raise StoppedError("address_refused")
        return self._inner.way(url)


def rehearsed(make: Callable[[EgressSettings], Fetcher]) -> Callable[[EgressSettings], Fetcher]:
    """``make``, and its fetchers kept to names under .test."""
    return lambda egress: RehearsalFetcher(inner=make(egress))
