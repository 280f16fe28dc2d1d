"""The opener's own side: look whether it may be, open, write it down, and only then release."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from tutela.kernel.channels.memory import check_memory, close_for_good, memory
from tutela.kernel.custody.envelopes import Contents
from tutela.kernel.custody.keys import KeyStore
from tutela.kernel.custody.opening import Opener
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.opener.orders import OpenOrder, parse_order
from tutela.kernel.opener.tiles import Tile, render_tiles

#: Writes down that an object (its contents) or a text (None) is opened; what it raises keeps that closed.
Record = Callable[[OpenOrder, Contents | None], object]
#: Makes protected pictures of the bytes in a descriptor, in a sandbox. Raises Unavailable without one.
Reduce = Callable[[int], Sequence[Tile]]
#: Seconds after which a picture is asked for again that could not be made here (our own).
_RETRY_SECONDS = 30.0


class OpeningService:
    """Opens one thing at a time for one named asker. ``bytes_max`` bounds an object.

    Without ``reduce`` nothing is shown: an opener without media workers makes no pictures.
    """

    def __init__(
        self, opener: Opener, keys: KeyStore, record: Record, *, bytes_max: int, reduce: Reduce | None = None
    ) -> None:
        self._opener, self._keys = opener, keys
        self._record, self._bytes_max = record, bytes_max
        self._reduce = reduce

    def answer(self, untrusted_message: dict[str, Any], descriptors: Sequence[int]) -> dict[str, Any]:
        """For ``channels.listening``. Raises Refused, Unavailable, ValueError."""
        order = parse_order(untrusted_message)
        if order.purpose == "tile":
            if descriptors:
                raise Refused("of a protected picture nothing but tiles is given out")
            return render_tiles(self.open_tiles(order))
        if order.blob:
            if len(descriptors) != 1:
                raise Refused("an object is opened into memory that comes with the order")
            return {"size_bytes": self.open_object(order, descriptors[0]).size_bytes}
        if descriptors:
            raise Refused("a text is opened into the answer")
        return {"text": self.open_text(order)}

    def open_text(self, order: OpenOrder) -> str:
        """The text, once its opening is written down."""
        text = open_text(order.sealed, self._keys)
        self._record(order, None)
        return text

    def open_tiles(self, order: OpenOrder) -> Sequence[Tile]:
        """Protected pictures of the object, once its opening is written down; none of what shows nothing.

        The bytes stay in this process and its media workers. Raises as ``open_object``.
        """
        if self._reduce is None:
            raise Unavailable("this opener has no media workers", retry_after_seconds=_RETRY_SECONDS)
        with memory() as descriptor:
            self.open_object(order, descriptor)
            close_for_good(descriptor)
            return self._reduce(descriptor)

    def open_object(self, order: OpenOrder, descriptor: int) -> Contents:
        """What the object holds, once its opening is written down; the bytes are in ``descriptor``.

        Processes open no objects: an object is opened for a person. Raises Refused, Unavailable, Damaged.
        """
        if order.kind != "person":
            raise Refused("an object is opened for a person only")
        check_memory(descriptor)
        return self._opener.open(
            order.blob, _Memory(descriptor), record=lambda contents: self._recorded(order, contents)
        )

    def _recorded(self, order: OpenOrder, contents: Contents) -> None:
        if contents.size_bytes > self._bytes_max:
            raise Refused("the object is larger than is opened at once")
        self._record(order, contents)


class _Memory:
    """A target that writes into a descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, data: bytes, /) -> int:
        """How many bytes were taken."""
        return os.write(self._descriptor, data)
