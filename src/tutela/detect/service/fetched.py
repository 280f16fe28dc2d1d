"""Files that are fetched instead of sent: an address in, a held body out, by way of the network door alone.

Off unless a setting switches it on: whoever may name an address makes this machine speak to others. What may
be met, and how much is taken, is the door's affair (``kernel.egress``); nothing here opens a connection.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from tutela.detect.media.held import Held
from tutela.detect.service.admission import Admission
from tutela.detect.service.bodies import Body
from tutela.detect.service.problems import BadInput, Busy
from tutela.kernel.egress.reasons import SENTENCES, Failure
from tutela.kernel.egress.shapes import Fetcher, FetchRequest, Response
from tutela.kernel.errors import TutelaError, Unavailable

if TYPE_CHECKING:
    from tutela.detect.service.settings import ServiceSettings
    from tutela.kernel.egress.settings import EgressSettings

#: Addresses that one process fetches at the same time; one more is answered 429 (our own).
FETCHES_AT_ONCE = 16
#: Seconds after which somebody who found no turn may try again (our own).
RETRY_SECONDS = 5.0
#: What would be right where an address was not.
_RIGHT = "a public http or https address that answers with a picture, film or archive"


class Fetches:
    """Fetches addresses for requests, a few at once. ``fetcher`` is the one that the settings name."""

    def __init__(self, fetcher: Fetcher, *, at_once: int = FETCHES_AT_ONCE) -> None:
        self._fetcher = fetcher
        self._turns = anyio.CapacityLimiter(at_once)

    @asynccontextmanager
    async def body(self, untrusted_url: str, admission: Admission, *, bytes_max: int) -> AsyncIterator[Body]:
        """The file at an address, held until the block ends; while it comes, room for ``bytes_max`` is taken.

        Raises BadInput (422) for an address that may not be fetched or has no file, Unavailable (503) in the
        door's words where it could not be fetched now, Busy (429) when there is no turn or no room.
        """
        if self._turns.available_tokens < 1:
            raise Busy("too many addresses are being fetched", retry_after_seconds=RETRY_SECONDS)
        admission.hold(bytes_max)
        held, room_bytes = Held(bytes_max), bytes_max
        try:
            request = FetchRequest(untrusted_url=untrusted_url, sink=held, body_bytes_max=bytes_max)
            answer = await anyio.to_thread.run_sync(self._fetcher.fetch, request, limiter=self._turns)
            _check(answer)
            room_bytes = held.size_bytes
            admission.release(bytes_max - room_bytes)
            held.seal()
            yield Body(fd=held.fd, size_bytes=held.size_bytes)
        finally:
            held.close()
            admission.release(room_bytes)


def fetches_of(settings: ServiceSettings, egress: EgressSettings | None) -> Fetches | None:
    """What fetches for the callers of this service; None where the settings do not switch it on.

    Raises Unavailable when the fetcher that ``egress`` names is not installed.
    """
    if not settings.arachnid_enabled or not settings.arachnid_urls:
        return None
    from tutela.kernel.egress.fetcher_contract import enabled_fetcher
    from tutela.kernel.egress.settings import EgressSettings

    return Fetches(enabled_fetcher(egress or EgressSettings()))


def _check(answer: Response | Failure) -> None:
    """Returns for a whole file. Raises as ``Fetches.body``; the address is not repeated."""
    if isinstance(answer, Failure):
        raise error_of(answer)
    if not 200 <= answer.status < 300:
        raise BadInput(f"the address answers with the status {answer.status}", field="url", right=_RIGHT)
    if not answer.body_bytes:
        raise BadInput("the address answers with nothing", field="url", right=_RIGHT)


def error_of(failure: Failure) -> TutelaError:
    """The error for a caller: what the address is to blame for is 422, the rest 503."""
    error = failure.error()
    if isinstance(error, Unavailable):
        return error
    return BadInput(SENTENCES[failure.reason], field="url", right=_RIGHT)
