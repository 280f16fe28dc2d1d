"""A URL that the settings name, read once: where one request goes.

https to any host; http only to a loopback address that is written as one. The WHATWG parser reads it and
``urllib.parse`` has to see the same host (threat model ST-02). A literal loopback address opens itself and
nothing else; private networks are opened by the address policy alone.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import ada_url

from tutela.kernel.egress.addresses import AddressPolicy, carried
from tutela.kernel.errors import Invalid

#: Longest URL in characters: RFC 9110 section 4.1 asks for at least 8,000 to be taken.
URL_CHARACTERS_MAX = 8_000
#: Default ports by scheme (RFC 9110 section 4.2).
PORTS = {"https": 443, "http": 80}
_PRINTABLE = re.compile(r"[!-~]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """Where one request goes. ``host`` is a name or a bare address; ``target`` is path and query.

    The target may hold a secret of the receiver, so it is not part of ``repr``.
    """

    scheme: str
    host: str
    port: int
    target: str = field(repr=False)

    @property
    def encrypted(self) -> bool:
        """True for https."""
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """The ``Host`` header: host, and port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def policy(self, general: AddressPolicy) -> AddressPolicy:
        """``general``, and this very address where it is a loopback address written out."""
        if not is_loopback(self.host):
            return general
        own = ipaddress.ip_network(carried(ipaddress.ip_address(self.host)))
        return AddressPolicy(exceptions=(*general.exceptions, own))


def parse_destination(untrusted_url: str, *, field: str = "url") -> Destination:
    """The destination that a URL of the settings names. Raises Invalid and says what would be right."""
    try:
        return _parsed(untrusted_url)
    except ValueError as error:
        raise Invalid(str(error), field=field) from error


def is_loopback(host: str) -> bool:
    """True when ``host`` is written as an address of 127.0.0.0/8 or ::1."""
    try:
        return carried(ipaddress.ip_address(host)).is_loopback
    except ValueError:
        return False


def _parsed(untrusted_url: str) -> Destination:
    if len(untrusted_url) > URL_CHARACTERS_MAX or not _PRINTABLE.fullmatch(untrusted_url):
        raise ValueError(f"a URL has at most {URL_CHARACTERS_MAX} printable ASCII characters and no blank")
    url = _agreed(untrusted_url)
    if url.username or url.password:
        raise ValueError("credentials do not belong in the URL; the signature says who is speaking")
    if url.hash:
        raise ValueError("a fragment is never sent; leave it out")
    scheme, host = url.protocol.removesuffix(":"), url.hostname.strip("[]")
    if scheme not in PORTS or (scheme == "http" and not is_loopback(host)):
        raise ValueError("a destination is https://; http:// only for a loopback address such as 127.0.0.1")
    port = int(url.port) if url.port else PORTS[scheme]
    if not port:
        raise ValueError("port 0 is no destination")
    return Destination(scheme=scheme, host=host, port=port, target=url.pathname + url.search)


def _agreed(untrusted_url: str) -> ada_url.URL:
    """The parsed URL, where both parsers see the same host."""
    try:
        url = ada_url.URL(untrusted_url)
        second = urlsplit(untrusted_url).hostname or ""
    except ValueError as error:
        raise ValueError("this is no URL such as https://hooks.example/tutela") from error
    if not url.hostname or url.hostname.strip("[]") != second.lower():
        raise ValueError("two parsers disagree about the host of this URL; write it plainly")
    return url
