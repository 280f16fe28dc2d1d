"""How desk and sender ask the opener's process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from tutela.kernel.channels.asking import ask
from tutela.kernel.errors import Unavailable
from tutela.kernel.opener.orders import OpenOrder, render_order
from tutela.kernel.opener.tiles import Tile, parse_tiles

#: Seconds for one order: an object of 512 MiB is read twice (our own).
ORDER_SECONDS = 60.0
#: The name of the opener's socket in the folder of the sockets.
SOCKET = "opener.sock"


class Opens(Protocol):
    """What is needed of an opener, in this process or in another."""

    def text(self, order: OpenOrder) -> str:
        """The text that was sealed. Raises Refused, Unavailable."""
        ...

    def fill(self, order: OpenOrder, descriptor: int) -> int:
        """Bytes of the object, which is in ``descriptor`` now. Raises Refused, Unavailable."""
        ...


class Shows(Protocol):
    """What is needed of an opener in order to show an item, in this process or in another."""

    def tiles(self, order: OpenOrder) -> Sequence[Tile]:
        """Protected pictures of the object. Raises Refused, Unavailable."""
        ...


class OpenerProcess:
    """The opener at a socket."""

    def __init__(self, path: Path, *, seconds: float = ORDER_SECONDS) -> None:
        self._path, self._seconds = path, seconds

    def text(self, order: OpenOrder) -> str:
        """The text that was sealed. Raises Refused where it is not granted, Unavailable."""
        answer = ask(self._path, render_order(order), seconds=self._seconds)
        text = answer.get("text")
        if not isinstance(text, str):
            raise Unavailable("the opener answered with something else")
        return text

    def fill(self, order: OpenOrder, descriptor: int) -> int:
        """Bytes of the object, which is in ``descriptor`` now. Raises Refused, Unavailable."""
        answer = ask(self._path, render_order(order), [descriptor], seconds=self._seconds)
        size_bytes = answer.get("size_bytes")
        if not isinstance(size_bytes, int):
            raise Unavailable("the opener answered with something else")
        return size_bytes

    def tiles(self, order: OpenOrder) -> Sequence[Tile]:
        """Protected pictures of the object. Raises Refused where it is not granted, Unavailable."""
        answer = ask(self._path, render_order(order), seconds=self._seconds)
        try:
            return parse_tiles(answer)
        except ValueError as error:
            raise Unavailable("the opener answered with something else") from error
