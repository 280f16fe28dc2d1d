"""How a worker asks the fetcher's process: the bytes come into memory that has no name."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from tutela.kernel.channels.asking import ask
from tutela.kernel.channels.memory import close_for_good, sha256_of
from tutela.kernel.errors import Unavailable
from tutela.kernel.fetcher.orders import Fetched, FetchOrder, NotFetched, parse_answer, render_order

#: Seconds for one order: the network door's own time (egress.total_seconds, at most an hour) and some for the
#: vault (our own).
ORDER_SECONDS = 3_660.0
#: The name of the fetcher's socket in the folder of the sockets.
SOCKET = "fetcher.sock"


class Fetches(Protocol):
    """What is needed of a fetcher, in this process or in another."""

    def fetch(self, order: FetchOrder, descriptor: int) -> Fetched | NotFetched:
        """What came of one order; the bytes are in ``descriptor``. Raises Refused, Unavailable."""
        ...


class FetcherProcess:
    """The fetcher at a socket."""

    def __init__(self, path: Path, *, seconds: float = ORDER_SECONDS) -> None:
        self._path, self._seconds = path, seconds

    def fetch(self, order: FetchOrder, descriptor: int) -> Fetched | NotFetched:
        """What came of one order; the bytes are in ``descriptor``. Raises Refused, Unavailable."""
        answer = ask(self._path, render_order(order), [descriptor], seconds=self._seconds)
        try:
            return parse_answer(answer)
        except (ValueError, TypeError) as error:
            raise Unavailable("the fetcher answered with something else") from error


def check_bytes(found: Fetched, descriptor: int) -> None:
    """Return where the bytes in there are those that the answer tells of; nobody changes them any more.

    Raises Unavailable for others.
    """
    if close_for_good(descriptor) != found.size_bytes or sha256_of(descriptor) != found.sha256:
        raise Unavailable("the fetcher's bytes are not those that it tells of")
