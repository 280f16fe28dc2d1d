"""What the kit asks of a matcher, whichever shape it speaks: ``Subject``, its answers and its refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

#: What a shape may be able to do. A check names what it needs; without it the check is not applicable.
Ability = Literal[
    "lists",  # an own list can be made and taken away
    "add_picture",
    "add_hash",
    "remove",
    "ask_picture",
    "ask_hash",
    "ask_batch",  # several pictures or hashes in one question
    "archives",  # what is inside an archive is looked at; without it an archive is a file like any other
    "known",  # there are known pictures to ask for; the kit sets it, no shape does
    "token",  # callers are told apart, and the kit was given a token
]
#: Everything that a shape may be able to do by itself.
ALL_ABILITIES: frozenset[Ability] = frozenset(get_args(Ability)) - {"known"}
ABILITY_WORDS: Mapping[Ability, str] = {
    "lists": "lists cannot be made over this shape",
    "add_picture": "pictures cannot be added over this shape",
    "add_hash": "hashes cannot be added over this shape",
    "remove": "entries cannot be removed over this shape",
    "ask_picture": "pictures cannot be asked over this shape",
    "ask_hash": "hashes cannot be asked over this shape",
    "ask_batch": "this shape has no question with several items",
    "archives": "this shape does not look into archives",
    "known": "no picture can be made known over this shape, and none was loaded beforehand",
    "token": "no token was given, or this shape has none",
}


class Misbehaved(ValueError):  # noqa: N818 - says what the matcher did, as the four families do
    """The matcher answered something its shape does not have: what was asked, and what came instead."""


class NotLetIn(Misbehaved):
    """The matcher did not take the token, or not for this: 401 or 403."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One list that knows what was asked; ``entry`` and ``distance_bits`` where the shape tells them."""

    list: str
    entry: str | None = None
    distance_bits: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a matcher said to one question. ``unread``: it says that it could not read the picture."""

    hits: tuple[Hit, ...] = ()
    unread: bool = False

    def names(self, entry: Entry) -> bool:
        """True when the entry is among the hits; where no entries are told, when its list is."""
        if not entry.list:
            return bool(self.hits)
        return any(hit.list == entry.list and hit.entry in (None, entry.name) for hit in self.hits)

    def meets(self, listed: str) -> bool:
        """True when anything of the list was hit; of any list, when ``listed`` is empty."""
        return any(listed in ("", hit.list) for hit in self.hits)

    def distance_bits(self, entry: Entry) -> int | None:
        """The smallest distance told for the entry (bits, 0-256), or None where none is told."""
        told = [
            hit.distance_bits
            for hit in self.hits
            if hit.list == entry.list and hit.entry == entry.name and hit.distance_bits is not None
        ]
        return min(told, default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One thing the kit added: its list and the name the matcher gave it.

    An empty list stands for something that was loaded by somebody else: then any hit counts.
    """

    list: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """One file as it goes out. ``declared_bytes`` is a length that is announced and not kept."""

    data: bytes
    media_type: str = "image/jpeg"
    declared_bytes: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """A bare answer: HTTP status, header names in lower case, and the body (at most the wire's limit)."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Subject(Protocol):
    """A matcher under test. A method whose ability is missing is never called.

    Methods raise ``Misbehaved`` when the answer is not one of the shape, and ``Unavailable`` when none
    comes.
    """

    @property
    def shape(self) -> str:
        """The shape's name as the command line has it."""
        ...

    @property
    def abilities(self) -> frozenset[Ability]:
        """What can be asked here."""
        ...

    def list_name(self, word: str) -> str:
        """A list's name made of ``word`` (ASCII letters, digits, ``-``), as the shape spells names."""
        ...

    def create_list(self, name: str) -> None:
        """Make an empty list that is asked from now on."""
        ...

    def delete_list(self, name: str) -> None:
        """Take the list away with all its entries."""
        ...

    def add_picture(self, listed: str, name: str, picture: bytes) -> Entry:
        """The entry under which the picture was acknowledged."""
        ...

    def add_hash(self, listed: str, name: str, value: bytes) -> Entry:
        """The entry under which a PDQ hash (32 bytes) was acknowledged."""
        ...

    def remove(self, entry: Entry) -> None:
        """Take one entry out of its list."""
        ...

    def ask_picture(self, picture: bytes) -> Answer:
        """What the matcher knows of a picture."""
        ...

    def ask_hash(self, value: bytes) -> Answer:
        """What the matcher knows of a PDQ hash (32 bytes)."""
        ...

    def ask_batch(self, items: Sequence[bytes | None]) -> Sequence[Answer | None]:
        """One answer for each item of one question; None for an item that was refused by itself.

        An item is a picture, or a PDQ hash where the shape's batch takes hashes (``batch_of``); the item
        None stands for one that the shape must refuse.
        """
        ...

    @property
    def batch_of(self) -> Literal["pictures", "hashes"]:
        """What ``ask_batch`` takes."""
        ...

    def send(self, upload: Upload, *, token: str | None = None) -> Reply:
        """The bare answer to a picture question; ``token`` in place of the right one."""
        ...

    def send_hash(self, value: bytes) -> Reply:
        """The bare answer to a hash question, whatever the length of ``value``."""
        ...

    def parse(self, reply: Reply) -> Answer:
        """The answer to a picture question out of a bare one. Raises Misbehaved."""
        ...
