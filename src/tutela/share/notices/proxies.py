"""Whether the address that was met is the host's own, or a proxy's that stands in front of it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from tutela.share.notices.places import Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Proxy:
    """A service in front of a host. ``headers``: a name, and how its value begins (lower case)."""

    name: str
    network_numbers: frozenset[int]
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProxySeen:
    """The proxy that was seen. ``proven`` is False where only headers say so: anybody can send those."""

    name: str
    proven: bool


def proxy_of(
    place: Place,
    network_name: str = "",
    numbers: frozenset[int] = frozenset(),
    *,
    proxies: Sequence[Proxy] | None = None,
) -> ProxySeen | None:
    """The proxy in front of the place, None where there is no sign of one.

    ``network_name`` and ``numbers`` are what the registry says about the address that was met; ``proxies``
    are those that are known, without them those of the release.
    """
    every = shipped_proxies() if proxies is None else proxies
    known = numbers | ({place.network_number} if place.network_number else set())
    proven = next((one for one in every if one.network_numbers & known or _named(one, network_name)), None)
    claimed = next((one for one in every if _marked(one, place.untrusted_headers)), None)
    found = proven or claimed
    return ProxySeen(name=found.name, proven=proven is not None) if found else None


def _named(proxy: Proxy, network_name: str) -> bool:
    """Whether the network bears the service's name: ``CLOUDFLARENET`` begins as ``Cloudflare`` does."""
    return network_name.lower().startswith(proxy.name.split()[-1].lower())


def _marked(proxy: Proxy, untrusted_headers: Mapping[str, str]) -> bool:
    return any(
        name in untrusted_headers and untrusted_headers[name].lower().startswith(beginning)
        for name, beginning in proxy.headers.items()
    )


@cache
def shipped_proxies() -> tuple[Proxy, ...]:
    """The services that this release knows."""
    text = (files("tutela.share.notices") / "proxies.toml").read_text(encoding="utf-8")
    return tuple(
        Proxy(
            name=row["name"],
            network_numbers=frozenset(row["network_numbers"]),
            headers=MappingProxyType(row["headers"]),
        )
        for row in tomllib.loads(text)["proxy"]
    )
