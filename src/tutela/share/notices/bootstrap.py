"""Which registry knows an address, a name or a network number (RFC 9224): IANA's four files, read once.

The package whoisit reads the same files in the tests, and nowhere else: loading it makes two HTTP clients
and takes 0.3 s; it refuses loopback and documentation addresses, takes the first prefix instead of the
longest, asks a random registry where none is named, and its parser raised errors that are not its own for
2,482 of 3,000 odd answers.
"""

from __future__ import annotations

import ipaddress
import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from tutela.kernel.egress.addresses import Address
from tutela.kernel.egress.urls import UrlError, parse_url

Kind = Literal["ipv4", "ipv6", "asn", "dns"]
#: The files, by the names that IANA gives them (data.iana.org/rdap).
KINDS: tuple[Kind, ...] = get_args(Kind)
#: Version of the files that is read (RFC 9224 section 3).
VERSION = "1.0"

_Prefix = tuple[int, int, int]  # version, length in bits, network


@dataclass(frozen=True, kw_only=True, slots=True)
class Bootstrap:
    """The services of all registries. ``published`` says of which day each file is.

    ``hosts`` are the names of all services: an answer that comes from elsewhere is not believed.
    """

    published: Mapping[Kind, datetime]
    hosts: frozenset[str] = field(repr=False)
    prefixes: Mapping[_Prefix, str] = field(repr=False)
    numbers: tuple[tuple[int, int, str], ...] = field(repr=False)
    names: Mapping[str, str] = field(repr=False)

    def network_url(self, address: Address) -> str:
        """The question about an address, or an empty text where no registry is named for it."""
        bits, value = address.max_prefixlen, int(address)
        for length in range(bits, -1, -1):
            network = value >> (bits - length) << (bits - length)
            base = self.prefixes.get((address.version, length, network))
            if base is not None:
                return f"{base}ip/{address}"
        return ""

    def domain_url(self, name: str) -> str:
        """The question about a registered name (A-labels, lower case), or an empty text."""
        labels = name.split(".")
        for first in range(1, len(labels) + 1):
            base = self.names.get(".".join(labels[first:]))
            if base is not None:
                return f"{base}domain/{name}"
        return ""

    def autnum_url(self, number: int) -> str:
        """The question about a network number, or an empty text."""
        at = bisect_right(self.numbers, (number, 1 << 33, "")) - 1
        if at < 0 or not self.numbers[at][0] <= number <= self.numbers[at][1]:
            return ""
        return f"{self.numbers[at][2]}autnum/{number}"


def shipped_bootstrap() -> Bootstrap:
    """The copy of IANA's files that came with this release."""
    return _shipped()


def parse_bootstrap(untrusted_text: str, *, encrypted_only: bool = True) -> Bootstrap:
    """The services of one file that holds IANA's four, under the names ``ipv4 ipv6 asn dns``.

    Raises ValueError that says what is wrong. ``encrypted_only=False`` takes http too: on loopback.
    """
    try:
        found = json.loads(untrusted_text)
    except RecursionError as error:
        raise ValueError("the file is nested too deeply") from error
    if not isinstance(found, dict) or not found.keys() <= set(KINDS) or not found:
        raise ValueError(f"a bootstrap file holds {', '.join(KINDS)} as IANA publishes them")
    return build_bootstrap(found, encrypted_only=encrypted_only)


def build_bootstrap(untrusted_documents: Mapping[str, Any], *, encrypted_only: bool = True) -> Bootstrap:
    """The services of IANA's documents, by kind; one that is missing names nobody. Raises ValueError.

    An entry whose services all speak http is left out: what they say could have been written on the way.
    """
    services = {
        kind: _services(kind, untrusted_documents[kind], encrypted_only=encrypted_only)
        for kind in KINDS
        if kind in untrusted_documents
    }
    rows = {kind: services.get(kind, []) for kind in KINDS}
    bases = {base for found in rows.values() for _, base in found}
    return Bootstrap(
        published={kind: _published(kind, untrusted_documents[kind]) for kind in services},
        hosts=frozenset(parse_url(base).name for base in bases),
        prefixes=dict(
            [_prefix(4, *row) for row in rows["ipv4"]] + [_prefix(6, *row) for row in rows["ipv6"]]
        ),
        numbers=tuple(sorted(_numbers(*row) for row in rows["asn"])),
        names={entry.lower().strip("."): base for entry, base in rows["dns"]},
    )


@cache
def _shipped() -> Bootstrap:
    folder = files("tutela.share.notices") / "iana"
    texts = {kind: (folder / f"{kind}.json").read_text(encoding="ascii") for kind in KINDS}
    return build_bootstrap({kind: json.loads(text) for kind, text in texts.items()})


def _published(kind: Kind, document: Any) -> datetime:
    day = document["publication"] if isinstance(document.get("publication"), str) else ""
    moment = datetime.fromisoformat(day)
    if moment.tzinfo is None:
        raise ValueError(f"{kind}: the time of publication has a zone")
    return moment


def _services(kind: Kind, document: Any, *, encrypted_only: bool) -> list[tuple[str, str]]:
    """Each entry with the address of its service."""
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise ValueError(f"{kind}: this is no bootstrap file of version {VERSION}")
    rows: list[tuple[str, str]] = []
    for service in _list(document.get("services"), kind):
        entries, urls = (_texts(part, kind) for part in _pair(service, kind))
        base = _base(urls, encrypted_only=encrypted_only)
        rows.extend((entry, base) for entry in entries if base)
    return rows


def _base(urls: Sequence[str], *, encrypted_only: bool) -> str:
    """The service to ask, https before http (RFC 9224 section 3); empty where none may be asked."""
    try:
        found = sorted((parse_url(url) for url in urls), key=lambda url: not url.encrypted)
    except UrlError as error:
        raise ValueError("a service is named by a web address") from error
    usable = [url.canonical for url in found if url.encrypted or not encrypted_only]
    return usable[0].rstrip("/") + "/" if usable else ""


def _prefix(version: int, entry: str, base: str) -> tuple[_Prefix, str]:
    network = ipaddress.ip_network(entry)
    if network.version != version:
        raise ValueError("a prefix stands in the file of its own version")
    return (version, network.prefixlen, int(network.network_address)), base


def _numbers(entry: str, base: str) -> tuple[int, int, str]:
    first, _, last = entry.partition("-")
    found = int(first), int(last or first), base
    if not 0 <= found[0] <= found[1] < 1 << 32:
        raise ValueError("network numbers run from 0 to 4294967295")
    return found


def _pair(untrusted: Any, kind: Kind) -> list[Any]:
    pair = _list(untrusted, kind)
    if len(pair) != 2:
        raise ValueError(f"{kind}: a service is a list of entries and a list of addresses")
    return pair


def _texts(untrusted: Any, kind: Kind) -> list[str]:
    texts = _list(untrusted, kind)
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{kind}: entries and addresses are texts")
    return texts


def _list(untrusted: Any, kind: Kind) -> list[Any]:
    if not isinstance(untrusted, list):
        raise ValueError(f"{kind}: services are lists of lists")
    return untrusted
