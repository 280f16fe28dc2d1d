"""How the desk asks the visitor's process: words come back, and never a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from tutela.kernel.channels.asking import ask
from tutela.kernel.errors import Unavailable
from tutela.kernel.visiting.orders import (
    Named,
    Shown,
    VisitOrder,
    parse_named,
    parse_shown,
    render_order,
)

#: Seconds for one question: a browser starts, a page comes, a picture of it is sealed (our own).
ORDER_SECONDS = 150.0
#: The name of the visitor's socket in the folder of the sockets.
SOCKET = "visitor.sock"


class Visits(Protocol):
    """What is needed of a visitor, in this process or in another."""

    def show(self, order: VisitOrder) -> Shown:
        """The page after a step, or as it was last read. Raises Refused, Conflict, Unavailable."""
        ...

    def name(self, order: VisitOrder) -> Sequence[Named]:
        """Sealed addresses behind numbers. Raises Conflict, Unavailable."""
        ...

    def end(self, order: VisitOrder) -> None:
        """Return once the visit is over. Raises Unavailable."""
        ...


class VisitorProcess:
    """The visitor at a socket."""

    def __init__(self, path: Path, *, seconds: float = ORDER_SECONDS) -> None:
        self._path, self._seconds = path, seconds

    def show(self, order: VisitOrder) -> Shown:
        """The page after a step, or as it was last read. Raises Refused, Conflict, Unavailable."""
        try:
            return parse_shown(self._asked(order))
        except (ValueError, TypeError) as error:
            raise Unavailable("the visitor answered with something else") from error

    def name(self, order: VisitOrder) -> Sequence[Named]:
        """Sealed addresses behind numbers. Raises Conflict, Unavailable."""
        try:
            return parse_named(self._asked(order))
        except (ValueError, TypeError) as error:
            raise Unavailable("the visitor answered with something else") from error

    def end(self, order: VisitOrder) -> None:
        """Return once the visit is over. Raises Unavailable."""
        self._asked(order)

    def _asked(self, order: VisitOrder) -> dict[str, Any]:
        if not self._path.exists():
            raise Unavailable("pages cannot be visited here: the visitor does not run (visits.enabled)")
        return ask(self._path, render_order(order), seconds=self._seconds)
