"""The guarded fetch: every request, the first and each redirect, passes the whole guard (ST-01).

What a test may open (loopback, a network of its own) comes as ``policy`` to the constructor of
``GuardedFetcher`` and from nowhere else: ``guarded_fetcher``, which the slot loads, does not take it, and no
setting or variable of this room can say it (the match service gives it the private networks that its operator
names, never loopback). Proxies, cookies and credentials of the environment are not looked at.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.egress.addresses import AddressPolicy
from tutela.kernel.egress.connecting import Deadline, deadline_after, verified_context, verifying
from tutela.kernel.egress.decoding import unpacked
from tutela.kernel.egress.exchanging import Answer, asked, body_of
from tutela.kernel.egress.guarding import guard_of
from tutela.kernel.egress.hosts import HostBudgets
from tutela.kernel.egress.reasons import FAMILIES, Failure, StoppedError
from tutela.kernel.egress.resolving import Resolver
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import FetchRequest, Hop, Response
from tutela.kernel.egress.urls import Url, UrlError, join_url, parse_url
from tutela.kernel.errors import Invalid
from tutela.kernel.log import get_logger

#: Statuses that lead on where a ``Location`` stands beside them (RFC 9110 section 15.4).
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_log = get_logger("kernel.egress")


@dataclass(kw_only=True, slots=True)
class _Journey:
    """One fetch while it goes on."""

    request: FetchRequest
    deadline: Deadline
    hops: list[Hop] = field(default_factory=list)
    kept_bytes: int = 0
    received_bytes: int = 0


class GuardedFetcher:
    """Fetches over pinned connections to judged addresses. For the threads of one process.

    ``policy`` says which addresses may be met beside the public ones, ``resolver`` and ``context`` replace
    the system's name service and certificates: for tests and demonstrations. Raises ValueError for a
    context that verifies nothing.
    """

    def __init__(
        self,
        settings: EgressSettings | None = None,
        *,
        policy: AddressPolicy | None = None,
        resolver: Resolver | None = None,
        context: ssl.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings = settings or EgressSettings()
        self._clock = clock or SystemClock()
        self._context = verifying(context or verified_context())
        self._guard = guard_of(settings, policy=policy, resolver=resolver)
        self._hosts = HostBudgets(
            per_second=settings.host_requests_per_second,
            burst=settings.host_burst,
            concurrent=settings.host_concurrent,
            clock=self._clock,
        )

    def fetch(self, request: FetchRequest) -> Response | Failure:
        """The whole answer to one GET, or why there is none; the body is in the request's sink."""
        began_seconds = self._clock.monotonic_seconds()
        deadline = deadline_after(self._clock, self.settings.total_seconds)
        journey = _Journey(request=request, deadline=deadline)
        try:
            response = self._followed(journey, began_seconds)
        except StoppedError as stopped:
            return _failed(journey, stopped)
        _log.info(
            "address_fetched",
            fetch=request.fetch_id,
            status=response.status,
            redirects=len(response.hops) - 1,
            body_bytes=response.body_bytes,
            seconds=round(response.seconds, 3),
        )
        return response

    def _followed(self, journey: _Journey, began_seconds: float) -> Response:
        url = _first_url(journey.request.untrusted_url)
        while True:
            with self._answer(url, journey) as answer:
                journey.hops.append(_hop(url, answer))
                location = answer.untrusted_headers.get("location", "")
                if answer.status not in REDIRECTS or not location:
                    self._keep(answer, journey)
                    return self._response(answer, journey, began_seconds)
                journey.received_bytes += answer.budget.received_bytes
            url = self._next(url, location, journey)

    @contextmanager
    def _answer(self, url: Url, journey: _Journey) -> Iterator[Answer]:
        """The answer of one step, which has passed the guard."""
        with self._hosts.place(url.name, following=bool(journey.hops)):
            way = self._guard.way(url)
            with asked(
                way,
                self.settings,
                self._context,
                journey.deadline,
                accept=journey.request.accept,
                referrer=journey.request.referrer,
            ) as answer:
                yield answer

    def _next(self, url: Url, untrusted_location: str, journey: _Journey) -> Url:
        """Where the redirect leads. Raises StoppedError where it is not followed."""
        if len(journey.hops) > self.settings.redirects_max:
            raise StoppedError("redirects_too_many")
        try:
            following = join_url(url, untrusted_location)
        except UrlError as error:
            raise StoppedError("redirect_refused") from error
        if url.encrypted and not following.encrypted and not self.settings.allow_downgrade:
            raise StoppedError("downgrade_refused")
        return following

    def _keep(self, answer: Answer, journey: _Journey) -> None:
        """Writes the body into the sink, unpacked, piece by piece."""
        bytes_max = self.settings.body_bytes_max
        bytes_max = min(bytes_max, journey.request.body_bytes_max or bytes_max)
        encoding = "" if _is_empty(answer) else answer.untrusted_headers.get("content-encoding", "")
        for piece in unpacked(body_of(answer, bytes_max), encoding, body_bytes_max=bytes_max):
            try:
                journey.request.sink.write(piece)
            except OSError as error:
                raise StoppedError("sink_failed") from error
            journey.kept_bytes += len(piece)

    def _response(self, answer: Answer, journey: _Journey, began_seconds: float) -> Response:
        return Response(
            url=journey.hops[-1].url,
            status=answer.status,
            untrusted_headers=answer.untrusted_headers,
            hops=tuple(journey.hops),
            body_bytes=journey.kept_bytes,
            received_bytes=journey.received_bytes + answer.budget.received_bytes,
            seconds=self._clock.monotonic_seconds() - began_seconds,
        )


def guarded_fetcher(settings: EgressSettings | None = None) -> GuardedFetcher:
    """The fetcher as the slot loads it: public addresses only, whatever the settings say."""
    return GuardedFetcher(settings)


def _hop(url: Url, answer: Answer) -> Hop:
    return Hop(
        url=url,
        address=answer.address,
        status=answer.status,
        certificate_sha256=answer.budget.certificate_sha256,
    )


def _is_empty(answer: Answer) -> bool:
    """True when the head says that there is no body, packed or not (RFC 9110 section 6.4.1)."""
    return answer.status in (204, 304) or answer.untrusted_headers.get("content-length") == "0"


def _first_url(untrusted_url: str) -> Url:
    try:
        return parse_url(untrusted_url)
    except UrlError as error:
        raise StoppedError(error.reason) from error


def _failed(journey: _Journey, stopped: StoppedError) -> Failure:
    """The failure, logged unless the text was wrong: then nobody was asked for anything."""
    if FAMILIES[stopped.reason] is not Invalid:
        _log.info(
            "address_not_fetched",
            fetch=journey.request.fetch_id,
            reason=stopped.reason,
            redirects=max(0, len(journey.hops) - 1),
            kept_bytes=journey.kept_bytes,
        )
    return Failure(
        reason=stopped.reason,
        status=journey.hops[-1].status if journey.hops else 0,
        redirects=max(0, len(journey.hops) - 1),
        kept_bytes=journey.kept_bytes,
        retry_after_seconds=stopped.retry_after_seconds,
    )
