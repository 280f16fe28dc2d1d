"""The opener's own side: look whether it may be, open, write it down, and only then release."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from tutela.kernel.channels.memory import check_memory
from tutela.kernel.custody.envelopes import Contents
from tutela.kernel.custody.keys import KeyStore
from tutela.kernel.custody.opening import Opener
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.errors import Refused
from tutela.kernel.opener.orders import OpenOrder, parse_order

#: Writes down that an object (its contents) or a text (None) is opened; what it raises keeps that closed.
Record = Callable[[OpenOrder, Contents | None], object]


class OpeningService:
    """Opens one thing at a time for one named asker. ``bytes_max`` bounds an object."""

    def __init__(self, opener: Opener, keys: KeyStore, record: Record, *, bytes_max: int) -> None:
        self._opener, self._keys = opener, keys
        self._record, self._bytes_max = record, bytes_max

    def answer(self, untrusted_message: dict[str, Any], descriptors: Sequence[int]) -> dict[str, Any]:
        """For ``channels.listening``. Raises Refused, Unavailable, ValueError."""
        order = parse_order(untrusted_message)
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
