"""The SOCKS5 proxy of the operator's, by address."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Literal

#: Which hosts go through the SOCKS proxy.
ProxyFor = Literal["onion", "all"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SocksProxy:
    """A SOCKS5 proxy of the operator's, by address. It is met for a handshake and never as a target."""

    address: str
    port: int


def parse_proxy(untrusted_text: str) -> SocksProxy:
    """The proxy of ``127.0.0.1:9050`` or ``[::1]:9050``. Raises ValueError for anything else.

    An address, not a name: a name would be asked of a name server before each fetch.
    """
    host, colon, port = untrusted_text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) < 1 << 16:
        raise ValueError("a SOCKS proxy is written as 127.0.0.1:9050 or [::1]:9050")
    bracketed = host.startswith("[") and host.endswith("]")
    address = ipaddress.ip_address(host[1:-1] if bracketed else host)
    if bracketed is not (address.version == 6):
        raise ValueError("an IPv6 address stands in brackets, an IPv4 address does not")
    return SocksProxy(address=str(address), port=int(port))
