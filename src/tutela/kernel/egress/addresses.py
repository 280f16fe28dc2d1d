"""May this address be connected to? A table of our own, because ``ipaddress.is_global`` is no guard.

Refused are all special-purpose blocks (IANA IPv4 and IPv6 Special-Purpose Address Registries, RFC 6890)
and multicast; of IPv6 only 2000::/3 minus its special blocks passes. An address that carries an IPv4
address inside is judged by it (IPv4-mapped, NAT64) or refused as the tunnel that it is (threat model
section 10.1, ST-01).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: Blocks that no policy opens: nobody's web-hook receiver lives there, and a cloud's metadata service does
#: (RFC 1122, 3927, 5771, 1112, 919; RFC 4291, 6890), one of them at a public address (Microsoft, "What is IP
#: address 168.63.129.16?": it tells a machine its keys); nor tunnels, which lead to any IPv4 address.
NEVER = {
    "0.0.0.0/8": "this network",
    "168.63.129.16/32": "platform of a cloud",
    "169.254.0.0/16": "link local",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved, broadcast",
    "::/128": "unspecified",
    "64:ff9b:1::/48": "local-use NAT64",
    "2001::/32": "Teredo",
    "2002::/16": "6to4",
    "fe80::/10": "link local",
    "fec0::/10": "site local, deprecated",
    "ff00::/8": "multicast",
}
#: Blocks that only an explicit exception opens (IANA IPv4 Special-Purpose Address Registry; 192.88.99.0/24
#: is the deprecated 6to4 relay anycast, RFC 7526).
SPECIAL_IPV4 = {
    "10.0.0.0/8": "private use",
    "100.64.0.0/10": "shared address space",
    "127.0.0.0/8": "loopback",
    "172.16.0.0/12": "private use",
    "192.0.0.0/24": "IETF protocol assignments",
    "192.0.2.0/24": "documentation",
    "192.31.196.0/24": "AS112",
    "192.52.193.0/24": "AMT",
    "192.88.99.0/24": "6to4 relay anycast",
    "192.168.0.0/16": "private use",
    "192.175.48.0/24": "AS112",
    "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
}
#: Special blocks inside 2000::/3 (IANA IPv6 Special-Purpose Address Registry; 3ffe::/16 is the returned
#: test network, RFC 3701).
SPECIAL_IPV6 = {
    "2001::/23": "IETF protocol assignments",
    "2001:db8::/32": "documentation",
    "2620:4f:8000::/48": "AS112",
    "3ffe::/16": "returned test network",
    "3fff::/20": "documentation",
}
#: The block that IANA gives out for global unicast (RFC 4291 section 2.4).
GLOBAL_UNICAST = IPv6Network("2000::/3")
#: Forms whose last 32 bits are the IPv4 address that is really met (RFC 4291 section 2.5.5.2, RFC 6052).
CARRIERS = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))


_NEVER: tuple[tuple[Network, str], ...] = tuple(
    (ipaddress.ip_network(block), reason) for block, reason in NEVER.items()
)
_SPECIAL: tuple[tuple[Network, str], ...] = tuple(
    (ipaddress.ip_network(block), reason) for block, reason in (SPECIAL_IPV4 | SPECIAL_IPV6).items()
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """Whether an address may be connected to, and why not. ``address`` is what would be met in the end."""

    address: Address
    allowed: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressPolicy:
    """Which addresses may be connected to: the public ones, and ``exceptions`` that somebody named.

    Exceptions come from the constructor only, never from the environment (ST-01). Raises ValueError for
    an exception that reaches into link-local, multicast, tunnelled, reserved or unspecified addresses.
    """

    exceptions: tuple[Network, ...] = field(default=())

    def __post_init__(self) -> None:
        for network in self.exceptions:
            for block, reason in _NEVER:
                if network.version == block.version and network.overlaps(block):
                    raise ValueError(f"an exception may not reach into {block} ({reason})")

    def judge(self, untrusted_address: str | Address) -> Judged:
        """The judgement on one address. Raises ValueError for what is no address literal."""
        given = ipaddress.ip_address(untrusted_address)
        if isinstance(given, IPv6Address) and given.scope_id is not None:
            return Judged(address=given, allowed=False, reason="an address with a zone is link local")
        address = carried(given)
        reason = _first(_NEVER, address)
        if not reason and not _inside(self.exceptions, address):
            reason = _first(_SPECIAL, address) or _outside_global_unicast(address)
        return Judged(address=address, allowed=not reason, reason=reason)


def carried(address: Address) -> Address:
    """The IPv4 address that an IPv4-mapped or NAT64 address stands for, else ``address`` itself."""
    if isinstance(address, IPv6Address) and any(address in block for block in CARRIERS):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Exceptions from the settings, such as ``10.1.2.3/32``. Raises ValueError for anything else."""
    return tuple(ipaddress.ip_network(text) for text in texts)


def _first(table: Iterable[tuple[Network, str]], address: Address) -> str:
    return next((reason for block, reason in table if _within(block, address)), "")


def _inside(exceptions: Iterable[Network], address: Address) -> bool:
    return any(_within(block, address) for block in exceptions)


def _within(block: Network, address: Address) -> bool:
    return block.version == address.version and address in block


def _outside_global_unicast(address: Address) -> str:
    return "" if address.version == 4 or address in GLOBAL_UNICAST else "outside global unicast"
