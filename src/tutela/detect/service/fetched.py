"""Files that are fetched instead of sent: an address in, a held body out, by way of the network door alone.

Off unless a setting switches it on: whoever may name an address makes this machine speak to others. What may
be met, and how much is taken, is the door's affair (``kernel.egress``); nothing here opens a connection.
Private networks of the operator's own, such as that of an object store, are named in the settings one by one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from tutela.detect.media.held import Held
from tutela.detect.service.admission import Admission
from tutela.detect.service.bodies import Body
from tutela.detect.service.problems import BadInput, Busy, TooLarge
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.reasons import REASONS, SENTENCES, Failure
from tutela.kernel.egress.shapes import Fetcher, FetchRequest, Response
from tutela.kernel.errors import Invalid, TutelaError, Unavailable
from tutela.kernel.metrics import Metric, Metrics, NullMetrics

if TYPE_CHECKING:
    from tutela.detect.service.settings import ServiceSettings
    from tutela.kernel.egress.settings import EgressSettings

#: Addresses that one process fetches at the same time; one more is answered 429 (our own).
FETCHES_AT_ONCE = 16
#: Seconds after which somebody who found no turn may try again (our own).
RETRY_SECONDS = 5.0
#: What would be right where an address was not.
_RIGHT = "a public http or https address that answers with a picture, film or archive"
#: Never opened by a setting: this machine's own services listen there (threat ST-01).
_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"), ip_network("::ffff:127.0.0.0/104"))
#: Counted here, since some callers take whatever is no 200 for "nothing known" without a word (Coop).
FETCHES = Metric(
    name="tutela_service_fetches_total",
    kind="counter",
    help="Addresses that callers named, by what came of it: fetched, another status, nothing in it, no turn "
    "or no room here, or the network door's word for why not.",
    labels={"outcome": frozenset({"fetched", "other_status", "empty", "no_turn", *REASONS})},
)


class Fetches:
    """Fetches addresses for requests, a few at once. ``fetcher`` is the one that the settings name."""

    def __init__(
        self, fetcher: Fetcher, *, at_once: int = FETCHES_AT_ONCE, metrics: Metrics | None = None
    ) -> None:
        self._fetcher = fetcher
        self._metrics: Metrics = NullMetrics() if metrics is None else metrics
        self._turns = anyio.CapacityLimiter(at_once)

    @asynccontextmanager
    async def body(self, untrusted_url: str, admission: Admission, *, bytes_max: int) -> AsyncIterator[Body]:
        """The file at an address, held until the block ends; while it comes, room for ``bytes_max`` is taken.

        Raises BadInput (422) for an address that may not be fetched or has no file, TooLarge (413) for too
        large a one, Unavailable (503) in the door's words where it could not be fetched now, Busy (429) when
        there is no turn or no room.
        """
        self._take_room(admission, bytes_max)
        held, room_bytes = Held(bytes_max), bytes_max
        try:
            request = FetchRequest(untrusted_url=untrusted_url, sink=held, body_bytes_max=bytes_max)
            answer = await anyio.to_thread.run_sync(self._fetcher.fetch, request, limiter=self._turns)
            self._metrics.count(FETCHES, outcome=_outcome(answer))
            _check(answer)
            room_bytes = held.size_bytes
            admission.release(bytes_max - room_bytes)
            held.seal()
            yield Body.of(held)
        finally:
            held.close()
            admission.release(room_bytes)

    def _take_room(self, admission: Admission, bytes_max: int) -> None:
        """Raises Busy when there is no turn or no room."""
        try:
            if self._turns.available_tokens < 1:
                raise Busy("too many addresses are being fetched", retry_after_seconds=RETRY_SECONDS)
            admission.hold(bytes_max)
        except Busy:
            self._metrics.count(FETCHES, outcome="no_turn")
            raise


def fetches_of(
    settings: ServiceSettings, egress: EgressSettings | None, *, metrics: Metrics | None = None
) -> Fetches | None:
    """What fetches for the callers of this service; None where the settings do not switch it on.

    Raises Unavailable when the fetcher that ``egress`` names is not installed, Invalid for networks that
    cannot be opened.
    """
    policy = opened_policy(settings.fetch_networks)
    arachnid = settings.arachnid_enabled and settings.arachnid_urls
    if not arachnid and not (settings.hma.enabled and settings.hma.urls):
        return None
    from tutela.kernel.egress.fetcher_contract import enabled_fetcher
    from tutela.kernel.egress.settings import EgressSettings

    egress = egress or EgressSettings()
    fetcher = enabled_fetcher(egress)
    if policy.exceptions:
        fetcher = _opened(fetcher, egress, policy)
    return Fetches(fetcher, metrics=metrics)


def opened_policy(names: Sequence[str]) -> AddressPolicy:
    """Which addresses may be met beside the public ones. Raises Invalid naming ``service.fetch_networks``."""
    try:
        opened = networks(names)
        if any(one.version == own.version and one.overlaps(own) for one in opened for own in _LOOPBACK):
            raise ValueError("an exception may not reach into loopback, where this machine serves itself")
        return AddressPolicy(exceptions=opened)
    except ValueError as error:
        raise Invalid(str(error), field="service.fetch_networks") from error


def _opened(loaded: Fetcher, egress: EgressSettings, policy: AddressPolicy) -> Fetcher:
    """The guarded fetcher with the operator's networks; another one has no guard that could open them."""
    from tutela.kernel.egress.fetching import GuardedFetcher

    if not isinstance(loaded, GuardedFetcher):
        raise Invalid(
            f"the fetcher {egress.fetcher} opens no networks; guarded does", field="service.fetch_networks"
        )
    return GuardedFetcher(egress, policy=policy)


def _outcome(answer: Response | Failure) -> str:
    """The word that counts what came of a fetch."""
    if isinstance(answer, Failure):
        return answer.reason
    if not 200 <= answer.status < 300:
        return "other_status"
    return "fetched" if answer.body_bytes else "empty"


def _check(answer: Response | Failure) -> None:
    """Returns for a whole file. Raises as ``Fetches.body``; the address is not repeated."""
    if isinstance(answer, Failure):
        raise error_of(answer)
    if not 200 <= answer.status < 300:
        raise BadInput(f"the address answers with the status {answer.status}", field="url", right=_RIGHT)
    if not answer.body_bytes:
        raise BadInput("the address answers with nothing", field="url", right=_RIGHT)


def error_of(failure: Failure) -> TutelaError:
    """The error for a caller: what the address is to blame for is 422 or 413, the rest 503."""
    error = failure.error()
    if isinstance(error, Unavailable):
        return error
    if failure.reason == "too_large":
        return TooLarge(SENTENCES[failure.reason], field="url", right="a smaller file")
    return BadInput(SENTENCES[failure.reason], field="url", right=_RIGHT)
