"""What a visitor is asked and what it answers, as values and as messages.

The address comes sealed to the fetch key and goes back sealed: whoever asks never knows where the browser is.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, get_args

from tutela.kernel.custody.blobs import checked_blob
from tutela.kernel.fetcher.orders import SealedPart, bytes_of, fields_of, sealed_part_of
from tutela.kernel.ids import is_id
from tutela.kernel.visiting.outline import Outline, clean, number, parse_outline, render_outline

#: Version of the messages; both sides are of one installation.
ORDER_FORMAT: Final = 1
#: ``open`` begins a visit, ``press`` a number, ``again`` reads the page once more: these are steps. ``look``
#: tells the last step again, ``name`` gives the addresses behind numbers, sealed; ``end`` ends the visit.
Act = Literal["open", "press", "again", "look", "name", "end"]
#: Those that change what stands in the browser, or may.
STEPS: Final = frozenset({"open", "press", "again"})
#: Addresses that are named at once (our own).
NAMED_MAX: Final = 100
_DIGEST = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[a-z]{1,40}")
#: Characters of a program's name and version.
_NAME_CHARACTERS = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitOrder:
    """One question. ``visit`` is the id of the visit, ``item`` that of the page which it belongs to.

    ``step`` is the one that its person saw: where the browser has gone on since, the answer is Conflict.
    Raises ValueError for what is no question.
    """

    act: Act
    visit: str
    item: str
    step: int = 0
    keys: tuple[int, ...] = ()
    sealed_url: bytes = field(default=b"", repr=False)
    sealed_referrer: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        """Refuse what is no question."""
        if self.act not in get_args(Act) or not is_id(self.visit) or not is_id(self.item):
            raise ValueError("a question to the visitor has an act, a visit and an item")
        if self.act == "open" and not self.sealed_url:
            raise ValueError("a visit begins at an address")
        most = {"press": 1, "name": NAMED_MAX}.get(self.act, 0)
        if len(self.keys) > most or (most and not self.keys):
            raise ValueError("numbers are named where something is pressed or fetched")


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """The facts of a step, for its custody record: the picture of the page in the vault, what it was.

    ``outline_sealed`` is the outline's JSON, sealed to the vault; ``url_sealed`` and ``host_sealed`` say
    where the browser was. ``configuration`` is the SHA-256 of the settings.
    """

    picture: SealedPart
    size_bytes: int
    sha256: str = field(repr=False)
    sha3_256: str = field(repr=False)
    url_sealed: bytes = field(repr=False)
    host_sealed: bytes = field(repr=False)
    outline_sealed: bytes = field(repr=False)
    browser: str
    version: str
    configuration: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """The page after a step: its number, its outline, the object in the vault that is its picture.

    ``left`` counts the steps that the visit may still take; ``taken`` is there for a step, not for ``look``.
    """

    step: int
    left: int
    blob: str
    outline: Outline = field(repr=False)
    taken: Taken | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """The address behind a number, sealed as a case keeps it: kind of the item, how the page shows it."""

    kind: str
    found_as: str
    url_sealed: bytes = field(repr=False)
    host_sealed: bytes = field(repr=False)
    url_for_fetch: bytes = field(repr=False)
    referrer_sealed: bytes = field(repr=False)
    referrer_for_fetch: bytes = field(repr=False)


def render_order(order: VisitOrder) -> dict[str, Any]:
    """The question as a message."""
    return {"v": ORDER_FORMAT, **_texts(asdict(order)), "keys": list(order.keys)}


def parse_order(untrusted_message: Mapping[str, Any]) -> VisitOrder:
    """The question of a message. Raises ValueError."""
    row = _row(untrusted_message, {"act", "visit", "item", "step", "keys", "sealed_url", "sealed_referrer"})
    if not isinstance(row["keys"], list):
        raise ValueError("numbers are a list")
    return VisitOrder(
        act=_text(row["act"]),  # type: ignore[arg-type]  # checked by the value itself
        visit=_text(row["visit"]),
        item=_text(row["item"]),
        step=number(row["step"]),
        keys=tuple(number(key) for key in row["keys"]),
        sealed_url=bytes_of(row["sealed_url"]),
        sealed_referrer=bytes_of(row["sealed_referrer"]),
    )


def render_shown(shown: Shown) -> dict[str, Any]:
    """The answer to a step or a look as a message."""
    taken = None if shown.taken is None else _texts(asdict(shown.taken))
    row = {"step": shown.step, "left": shown.left, "blob": shown.blob, "taken": taken}
    return {"v": ORDER_FORMAT, **row, "outline": render_outline(shown.outline)}


def parse_shown(untrusted_message: Mapping[str, Any]) -> Shown:
    """The answer of a message. Raises ValueError."""
    row = _row(untrusted_message, {"step", "left", "blob", "taken", "outline"})
    return Shown(
        step=number(row["step"]),
        left=number(row["left"]),
        blob=checked_blob(_text(row["blob"])),
        outline=parse_outline(row["outline"]),
        taken=None if row["taken"] is None else _taken(row["taken"]),
    )


def render_named(named: Sequence[Named]) -> dict[str, Any]:
    """The addresses as a message."""
    return {"v": ORDER_FORMAT, "named": [_texts(asdict(one)) for one in named]}


def parse_named(untrusted_message: Mapping[str, Any]) -> tuple[Named, ...]:
    """The addresses of a message. Raises ValueError."""
    rows = _row(untrusted_message, {"named"})["named"]
    if not isinstance(rows, list) or len(rows) > NAMED_MAX:
        raise ValueError("addresses are a list")
    return tuple(_named(row) for row in rows)


def _named(untrusted: Any) -> Named:
    row = fields_of(Named, untrusted)
    words = [_text(row[name]) for name in ("kind", "found_as")]
    if not all(map(_WORD.fullmatch, words)):
        raise ValueError("what is named is of a kind")
    return Named(
        kind=words[0],
        found_as=words[1],
        url_sealed=bytes_of(row["url_sealed"]),
        host_sealed=bytes_of(row["host_sealed"]),
        url_for_fetch=bytes_of(row["url_for_fetch"]),
        referrer_sealed=bytes_of(row["referrer_sealed"]),
        referrer_for_fetch=bytes_of(row["referrer_for_fetch"]),
    )


def _taken(untrusted: Any) -> Taken:
    row = fields_of(Taken, untrusted)
    return Taken(
        picture=sealed_part_of(row["picture"]),
        size_bytes=number(row["size_bytes"]),
        sha256=_digest(row["sha256"]),
        sha3_256=_digest(row["sha3_256"]),
        configuration=_digest(row["configuration"]),
        url_sealed=bytes_of(row["url_sealed"]),
        host_sealed=bytes_of(row["host_sealed"]),
        outline_sealed=bytes_of(row["outline_sealed"]),
        browser=clean(_text(row["browser"]), _NAME_CHARACTERS),
        version=clean(_text(row["version"]), _NAME_CHARACTERS),
    )


def _digest(untrusted: Any) -> str:
    if not _DIGEST.fullmatch(_text(untrusted)):
        raise ValueError("a digest is 64 characters")
    return str(untrusted)


def _row(untrusted: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    if untrusted.get("v") != ORDER_FORMAT or set(untrusted) != {"v", *names}:
        raise ValueError("the other process is of another version; restart both")
    return dict(untrusted)


def _texts(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same with bytes in base 64."""
    return {
        name: base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value
        for name, value in row.items()
    }


def _text(untrusted: Any) -> str:
    if not isinstance(untrusted, str):
        raise ValueError("this is a text")
    return untrusted
