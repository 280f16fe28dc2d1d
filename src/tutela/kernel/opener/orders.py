"""What an opener is asked: one object or one sealed text, by whom, for what, in which case."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from tutela.kernel.custody.blobs import checked_blob
from tutela.kernel.errors import Refused
from tutela.kernel.ids import is_id

#: Version of the messages; both sides are of one installation.
ORDER_FORMAT = 1
#: What an opening is for. ``notice``: the address that a notice names. ``look``: a page that shows one item's
#: address. ``tile``: a protected picture of an object, of which nothing else leaves the opener's process.
#: ``hand_over``: an item that goes to the police or a partner. ``reseal``: a new key. ``answer``: what a host
#: wrote about a notice.
Purpose = Literal["notice", "look", "tile", "hand_over", "reseal", "answer"]
#: Who asks, as the ledger keeps it.
Kind = Literal["person", "process"]


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenOrder:
    """One opening. Either ``blob``, an object of the vault, or ``sealed``, a sealed text.

    ``case`` is the id of the item or sighting that it belongs to; ``who`` the id of a person or the word of a
    process.
    """

    purpose: Purpose
    kind: Kind
    who: str
    case: str
    blob: str = ""
    sealed: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        """Refuse what names nobody, no case, no purpose, or not exactly one thing."""
        known = self.purpose in get_args(Purpose) and self.kind in get_args(Kind)
        named = is_id(self.case) and (is_id(self.who) if self.kind == "person" else self.who.isalpha())
        if not known or not named:
            raise Refused("an opening has a purpose, a person or process, and a case")
        if bool(self.blob) == bool(self.sealed):
            raise Refused("one object or one sealed text is opened at a time")
        if self.purpose == "answer" and self.blob:
            raise Refused("an answer is a text")
        if self.purpose == "tile" and not self.blob:
            raise Refused("a protected picture is made of an object")
        if self.blob:
            checked_blob(self.blob)


def render_order(order: OpenOrder) -> dict[str, Any]:
    """The order as a message."""
    return {
        "v": ORDER_FORMAT,
        "purpose": order.purpose,
        "kind": order.kind,
        "who": order.who,
        "case": order.case,
        "blob": order.blob,
        "sealed": base64.b64encode(order.sealed).decode("ascii"),
    }


def parse_order(untrusted_message: dict[str, Any]) -> OpenOrder:
    """The order of a message. Raises ValueError for another shape, Refused for one that is not granted."""
    row = dict(untrusted_message)
    if row.pop("v", None) != ORDER_FORMAT or not all(isinstance(value, str) for value in row.values()):
        raise ValueError("an order of the opener has other fields")
    try:
        sealed = base64.b64decode(row.pop("sealed"), validate=True)
        return OpenOrder(**row, sealed=sealed)
    except (TypeError, KeyError, binascii.Error) as error:
        raise ValueError("an order of the opener has other fields") from error
