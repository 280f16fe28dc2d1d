"""Where something was seen, as far as it matters for who can take it away."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from publicsuffixlist import PublicSuffixList

from tutela.kernel.egress.addresses import Address, carried
from tutela.kernel.egress.urls import read_url
from tutela.kernel.errors import Invalid

#: Largest network number (RFC 6793).
NETWORK_NUMBER_MAX = (1 << 32) - 1
#: ISO 3166-1 alpha-2.
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """The names that a host belongs to. Both are empty for an address, an onion, or a public suffix.

    ``registered`` was sold by a registrar. ``own`` is whose the site is: the same, or one label more where
    the holder gives out names to anybody (the private part of the Public Suffix List).
    """

    registered: str = field(default="", repr=False)
    own: str = field(default="", repr=False)

    @property
    def is_given_out(self) -> bool:
        """True where the registered name belongs to a platform and the site to its customer."""
        return self.own != self.registered

    def owns(self, domain: str) -> bool:
        """Whether ``domain`` is the site's own name or lies under it."""
        return bool(self.own) and f".{domain.lower().rstrip('.')}".endswith(f".{self.own}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A host as it was met. Nothing of it shows in ``repr``.

    ``address`` is the one that was met, None where nobody knows it (a proxy resolved the name).
    ``network_number`` is the autonomous system, ``country`` (ISO 3166-1 alpha-2, or empty) where the server
    stands; ``untrusted_headers`` what its answer said, names in lower case.
    """

    host: str = field(repr=False)
    site: Site = field(repr=False)
    address: Address | None = field(default=None, repr=False)
    network_number: int | None = None
    country: str = ""
    untrusted_headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def is_onion(self) -> bool:
        """True where no registry knows the host."""
        return self.host.endswith(".onion")


def read_place(
    untrusted_url: str,
    *,
    address: str = "",
    network_number: int | None = None,
    country: str = "",
    untrusted_headers: Mapping[str, str] | None = None,
) -> Place:
    """The place of a canonical URL. Raises Invalid with the field that is wrong."""
    url = read_url(untrusted_url)
    if network_number is not None and not 0 < network_number <= NETWORK_NUMBER_MAX:
        raise Invalid("a network number is 1 to 4294967295", field="network_number")
    if country and not _COUNTRY.fullmatch(country):
        raise Invalid("a country is two capital letters, such as NL", field="country")
    return Place(
        host=url.name,
        site=Site() if url.literal or url.is_onion else site_of(url.name),
        address=_address(address or (url.host if url.literal else "")),
        network_number=network_number,
        country=country,
        untrusted_headers=dict(untrusted_headers or {}),
    )


def site_of(name: str) -> Site:
    """The registered name and the site's own name of a host name in lower case."""
    registered = _registered_names().privatesuffix(name)
    if registered is None:
        return Site()
    return Site(registered=registered, own=_own_names().privatesuffix(name) or registered)


def _address(text: str) -> Address | None:
    if not text:
        return None
    try:
        return carried(ipaddress.ip_address(text))
    except ValueError as error:
        raise Invalid("an address is written as 192.0.2.10 or 2001:db8::1", field="address") from error


@cache
def _registered_names() -> PublicSuffixList:
    """The part of the list that registries wrote (publicsuffix.org, ICANN section)."""
    return PublicSuffixList(only_icann=True)


@cache
def _own_names() -> PublicSuffixList:
    """The whole list."""
    return PublicSuffixList()
