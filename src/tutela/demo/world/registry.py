"""The registry of the benign internet: what it answers (RFC 7480), and the files that lead to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tutela.demo.world.answers import Answer, Request
from tutela.demo.world.rdap_objects import (
    RDAP_TYPE,
    REGISTERED,
    REGISTRAR,
    UPSTREAM,
    RdapObject,
    domain_object,
    entity_object,
    handle_of,
    network_object,
    number_object,
)
from tutela.demo.world.sites import Place

#: The name of the registry's own host, and the paths below which its answers lie.
REGISTRY_HOST, RDAP, BOOTSTRAP = "registry.test", "/rdap/", "/bootstrap/"
#: The bootstrap file that holds the four others.
ALL_IN_ONE = "iana.json"
_ENTRIES: Mapping[str, list[str]] = {
    "dns": ["test"], "ipv4": ["127.0.0.0/8"], "ipv6": [], "asn": ["64496-64511", "64512-65534"],
}  # fmt: skip
#: Seconds after which a registry that is busy asks its client to come again.
BUSY_SECONDS = 1


class Registry:
    """Answers about networks, names, numbers and entities. Of a host ``down``: 503; ``busy``: 429 first."""

    def __init__(
        self,
        places: Sequence[Place],
        *,
        down: frozenset[str] = frozenset(),
        busy: frozenset[str] = frozenset(),
    ) -> None:
        self._by_host: Mapping[str, Place] = {place.host: place for place in places}
        self._by_address: Mapping[str, Place] = {place.address: place for place in reversed(places)}
        self._by_number: Mapping[str, Place] = {str(place.network): place for place in reversed(places)}
        self._entities = {
            handle_of(one): one for place in places for one in (place.abuse, UPSTREAM, REGISTRAR)
        }
        self._down, self._busy = down, set(busy)

    def answer(self, request: Request, now: datetime) -> Answer:
        """The object that the path asks for; the bootstrap files point at this very host."""
        base = f"http://{request.headers.get('host', REGISTRY_HOST)}{RDAP}"
        if request.path.startswith(BOOTSTRAP):
            return _told(_bootstrap(request.path.removeprefix(BOOTSTRAP), base))
        kind, _, key = request.path.removeprefix(RDAP).partition("/")
        place = self._place(kind, key)
        if place is not None and place.host in self._down:
            return Answer(status=503, content_type=RDAP_TYPE)
        if place is not None and place.host in self._busy:
            self._busy.discard(place.host)
            return Answer(status=429, content_type=RDAP_TYPE, headers=(("Retry-After", str(BUSY_SECONDS)),))
        return _told(self._object(kind, key, place, base))

    def _place(self, kind: str, key: str) -> Place | None:
        if kind == "ip":
            return self._by_address.get(key.removesuffix("/32"))
        return {"domain": self._by_host, "autnum": self._by_number}.get(kind, {}).get(key.lower())

    def _object(self, kind: str, key: str, place: Place | None, base: str) -> RdapObject | None:
        if kind == "ip" and (place is not None or key.startswith("127.77.0.")):
            return network_object(place, base)
        if kind == "domain" and place is not None:
            return domain_object(place, base)
        if kind == "autnum" and place is not None:
            return number_object(place, base)
        if kind == "entity" and key.upper() in self._entities:
            return entity_object(self._entities[key.upper()], base)
        return None


def _told(found: RdapObject | None) -> Answer:
    error = {"rdapConformance": ["rdap_level_0"], "errorCode": 404, "title": "Not Found"}
    body = json.dumps(found or error, indent=1).encode()
    return Answer(status=200 if found else 404, body=body, content_type=RDAP_TYPE)


def _bootstrap(name: str, base: str) -> RdapObject | None:
    """A file in which everything leads to ``base``; ``iana.json`` is four in one (RFC 9224)."""
    if name == ALL_IN_ONE:
        return {kind: _services(kind, base) for kind in _ENTRIES}
    kind = name.removesuffix(".json")
    if kind == "object-tags":  # RFC 8521
        return _document(kind, [[["abuse@registry.test"], ["TEST"], [base]]])
    return _services(kind, base) if kind in _ENTRIES else None


def _services(kind: str, base: str) -> RdapObject:
    return _document(kind, [[_ENTRIES[kind], [base]]] if _ENTRIES[kind] else [])


def _document(kind: str, services: list[Any]) -> RdapObject:
    return {"version": "1.0", "publication": REGISTERED, "description": kind, "services": services}
