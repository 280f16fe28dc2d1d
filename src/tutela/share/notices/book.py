"""The contacts book of a house: whom its people have dealt with. What stands in it always wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tutela.share.notices.ladder import Kind, Rung
from tutela.share.notices.places import Place
from tutela.share.notices.rdap import NetworkRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class BookEntry:
    """One contact of the book. ``key`` says for what, as ``place_keys`` and ``mail_key`` write it.

    ``approved`` says that a person has confirmed the first contact; until then the entry is one source.
    """

    key: str = field(repr=False)
    rung: Rung
    kind: Kind
    address: str = field(repr=False)
    organisation: str = field(repr=False)
    country: str = ""
    languages: tuple[str, ...] = ()
    approved: bool
    changed_at: datetime


class ContactsBook(Protocol):
    """Where the people of a house keep their contacts."""

    def entries(self, keys: Sequence[str]) -> Sequence[BookEntry]:
        """The entries under any of these keys, in the order of the keys. Raises Unavailable."""
        ...


class MemoryBook:
    """A book in memory, for tests and demonstrations."""

    def __init__(self, entries: Iterable[BookEntry] = ()) -> None:
        self._entries = list(entries)

    def entries(self, keys: Sequence[str]) -> Sequence[BookEntry]:
        """The entries under any of these keys, in the order of the keys."""
        found = [entry for entry in self._entries if entry.key in keys]
        return sorted(found, key=lambda entry: keys.index(entry.key))


def place_keys(
    place: Place,
    numbers: Iterable[int] = (),
    proxy_name: str = "",
    network: NetworkRecord | None = None,
) -> tuple[str, ...]:
    """The keys under which the book is asked about a place, the narrowest first.

    ``host:``, ``site:`` (own and registered name), ``address:``, ``network:`` (of the registry's record that
    holds the address), ``proxy:`` and ``as:``.
    """
    names = [place.site.own, place.site.registered]
    keys = [f"host:{place.host}", *(f"site:{name}" for name in names if name)]
    if place.address is not None:
        keys.append(f"address:{place.address}")
    if network is not None:
        keys.append(network_key(network))
    if proxy_name:
        keys.append(f"proxy:{proxy_name}")
    keys += [f"as:{number}" for number in numbers]
    return tuple(dict.fromkeys(keys))


def network_key(network: NetworkRecord) -> str:
    """The key of whoever holds this network: an approval for it is for no other network of the same number,
    for anybody may write a number of somebody else's into their own entry.
    """
    return f"network:{network.first}-{network.last}"


def mail_key(address: str) -> str:
    """The key of whoever has this mail address, for a way that they prefer to it."""
    return f"mail:{address.lower()}"
