"""What a registry says about an address, a name or a network number (RFC 9083), read and not yet believed.

Each reader checks that the answer is about what was asked: a network that does not hold the address, or one
so wide that it says nothing, is refused with a reason. Nothing here trusts a name, a role or a link.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tutela.kernel.egress.addresses import Address
from tutela.share.notices.jcards import Card, parse_card
from tutela.share.notices.plain_text import one_line

#: Levels of entities that are walked (standards 10c.1, step 1), and entities of one answer (our own).
DEPTH_MAX, ENTITIES_MAX = 4, 200
#: The widest networks that a registry holds: what is wider is the registry's word for "not mine" (the
#: shortest prefixes of IANA's files).
WIDEST_BITS = {4: 8, 6: 12}
#: Roles and links of one entity that are read (our own).
_LIST_MAX = 50
_COUNTRY = re.compile(r"[A-Z]{2}")
_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")

Odd = Literal[
    "not_json", "another_object", "address_not_inside", "network_too_wide", "another_name", "another_number"
]


class RecordError(ValueError):
    """An answer that is not believed; ``reason`` says why."""

    def __init__(self, reason: Odd) -> None:
        super().__init__(reason)
        self.reason: Odd = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Entity:
    """Somebody named in an answer. ``path`` is where; what lies below begins with it and ``.``.

    ``more_url`` leads to the whole entry where this one is shortened; it was not checked.
    """

    roles: frozenset[str]
    card: Card
    path: str
    untrusted_more_url: str = field(default="", repr=False)

    def lies_under(self, other: Entity) -> bool:
        """Whether this one is nested in ``other``."""
        return self.path.startswith(f"{other.path}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkRecord:
    """A network that holds the address asked for, first and last address included.

    ``country`` is what the registry wrote of the network or else of its holder, no measured place;
    ``numbers`` announce it, so the registry.
    """

    first: Address = field(repr=False)
    last: Address = field(repr=False)
    name: str
    country: str
    entities: tuple[Entity, ...]
    numbers: tuple[int, ...] = ()
    untrusted_parent_url: str = field(default="", repr=False)

    def holds(self, address: Address) -> bool:
        """Whether the address lies in it."""
        return self.first.version == address.version and int(self.first) <= int(address) <= int(self.last)


@dataclass(frozen=True, kw_only=True, slots=True)
class DomainRecord:
    """A registered name."""

    name: str = field(repr=False)
    entities: tuple[Entity, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberRecord:
    """An autonomous system."""

    first: int
    last: int
    name: str
    country: str
    entities: tuple[Entity, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EntityRecord:
    """The whole entry of somebody; the first of ``entities`` is they themselves."""

    entities: tuple[Entity, ...]


def parse_network(untrusted_body: bytes, asked: Address) -> NetworkRecord:
    """The network that holds ``asked``. Raises RecordError."""
    document = _document(untrusted_body, "ip network")
    try:
        first, last = (ipaddress.ip_address(_text(document, key)) for key in ("startAddress", "endAddress"))
    except ValueError as error:
        raise RecordError("another_object") from error
    entities = tuple(_entities(document))
    record = NetworkRecord(
        first=first,
        last=last,
        name=one_line(document.get("name")),
        country=_country(document) or _country_of_the_holder(entities),
        entities=entities,
        numbers=tuple(_numbers(document)),
        untrusted_parent_url=_link(document, "up"),
    )
    if last.version != first.version or not record.holds(asked):
        raise RecordError("address_not_inside")
    if int(last) - int(first) >= 1 << (first.max_prefixlen - WIDEST_BITS[first.version]):
        raise RecordError("network_too_wide")
    return record


def parse_domain(untrusted_body: bytes, asked: str) -> DomainRecord:
    """The entry of the name ``asked`` (A-labels, lower case). Raises RecordError."""
    document = _document(untrusted_body, "domain")
    name = _text(document, "ldhName").lower().rstrip(".")
    if name != asked or not _NAME.fullmatch(name):
        raise RecordError("another_name")
    return DomainRecord(name=name, entities=tuple(_entities(document)))


def parse_number(untrusted_body: bytes, asked: int) -> NumberRecord:
    """The autonomous system ``asked``. Raises RecordError."""
    document = _document(untrusted_body, "autnum")
    first, last = document.get("startAutnum", asked), document.get("endAutnum", asked)
    if not isinstance(first, int) or not isinstance(last, int) or not first <= asked <= last:
        raise RecordError("another_number")
    return NumberRecord(
        first=first,
        last=last,
        name=one_line(document.get("name")),
        country=_country(document),
        entities=tuple(_entities(document)),
    )


def parse_entity(untrusted_body: bytes) -> EntityRecord:
    """Somebody's whole entry. Raises RecordError."""
    document = _document(untrusted_body, "entity")
    return EntityRecord(entities=(_entity(document, "$"), *_entities(document)))


def _document(untrusted_body: bytes, kind: str) -> dict[str, Any]:
    try:
        document = json.loads(untrusted_body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise RecordError("not_json") from error
    if not isinstance(document, dict) or document.get("objectClassName") != kind:
        raise RecordError("another_object")
    return document


def _entities(document: dict[str, Any]) -> Iterator[Entity]:
    """All entities, those of one level before those below, each with the way to it."""
    level = [("$", document)]
    seen = 0
    for _ in range(DEPTH_MAX):
        level = [
            (f"{path}.entities[{at}]", row)
            for path, parent in level
            for at, row in enumerate(_list(parent, "entities"))
            if isinstance(row, dict)
        ][: ENTITIES_MAX - seen]
        seen += len(level)
        yield from (_entity(row, path) for path, row in level)


def _entity(row: dict[str, Any], path: str) -> Entity:
    return Entity(
        roles=frozenset(one_line(role).lower() for role in _list(row, "roles")[:_LIST_MAX]),
        card=parse_card(row.get("vcardArray"), f"{path}.vcardArray"),
        path=path,
        untrusted_more_url=_link(row, "self"),
    )


def _link(row: dict[str, Any], relation: str) -> str:
    """The first link of a relation that leads to no page for people."""
    for link in _list(row, "links")[:_LIST_MAX]:
        if isinstance(link, dict) and link.get("rel") == relation and link.get("type") != "text/html":
            return _text(link, "href")
    return ""


def _numbers(document: dict[str, Any]) -> Iterator[int]:
    """Network numbers that announce it (an extension of ARIN)."""
    for number in _list(document, "arin_originas0_originautnums")[:_LIST_MAX]:
        if isinstance(number, int) and 0 < number < 1 << 32:
            yield number


def _country(document: dict[str, Any]) -> str:
    code = _text(document, "country").strip().upper()
    return code if _COUNTRY.fullmatch(code) else ""


def _country_of_the_holder(entities: Iterable[Entity]) -> str:
    """ARIN names no country of a network."""
    return next((one.card.country for one in entities if "registrant" in one.roles and one.card.country), "")


def _text(row: dict[str, Any], key: str) -> str:
    found = row.get(key)
    return found if isinstance(found, str) else ""


def _list(row: dict[str, Any], key: str) -> list[Any]:
    found = row.get(key)
    return found if isinstance(found, list) else []
