"""A URL as it was written and as it will be met, about which two parsers agree (threat model ST-02).

The WHATWG parser (ada) reads it; ``urllib.parse`` has to see the same scheme, host and port. Where they
differ, one program would check another host than the one that is met (section 10.3), so it is refused.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

import ada_url

from tutela.kernel.egress.addresses import Address
from tutela.kernel.egress.destinations import PORTS, URL_CHARACTERS_MAX
from tutela.kernel.egress.reasons import SENTENCES, Reason
from tutela.kernel.errors import Invalid

#: Longest host name in characters, without the dot at its end (RFC 1035 section 3.1).
NAME_CHARACTERS_MAX = 253
#: The ending that is never asked of a name server (RFC 7686).
ONION = ".onion"
#: Control characters: one parser drops them, another keeps them.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
#: Letters, digits, hyphens (RFC 1123 section 2.1), and the underscore that is met in practice.
_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?")


class UrlError(ValueError):
    """A URL that is not fetched; ``reason`` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(SENTENCES[reason])
        self.reason: Reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Url:
    """Where something is. Nothing of it shows in ``repr``, since an address may be what must not leak.

    ``raw`` is what was written, ``canonical`` the WHATWG form without fragment. ``host`` is lower case, an
    IPv6 address without brackets, and keeps a dot at its end; ``target`` is path and query.
    """

    raw: str = field(repr=False)
    canonical: str = field(repr=False)
    scheme: str
    host: str = field(repr=False)
    port: int
    target: str = field(repr=False)

    @property
    def encrypted(self) -> bool:
        """True for https."""
        return self.scheme == "https"

    @property
    def name(self) -> str:
        """The host without a dot at its end: what is resolved, and what a certificate names."""
        return self.host.removesuffix(".")

    @property
    def authority(self) -> str:
        """The ``Host`` header: host, and port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def is_onion(self) -> bool:
        """True for a name that only the Tor network knows; a name server must not hear it."""
        return f".{self.name}".endswith(ONION)

    @property
    def literal(self) -> Address | None:
        """The address where the host is written as one, else None."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None


def read_url(untrusted_url: str, *, field: str = "url") -> Url:
    """The URL in both forms. Raises Invalid for one that would not be fetched, and says why."""
    try:
        return parse_url(untrusted_url)
    except UrlError as error:
        raise Invalid(str(error), field=field) from error


def parse_url(untrusted_url: str) -> Url:
    """The URL in both forms. Raises UrlError for one that would not be fetched."""
    _check_text(untrusted_url)
    try:
        return _agreed(untrusted_url, ada_url.URL(untrusted_url), urlsplit(untrusted_url))
    except UrlError:
        raise
    except ValueError as error:
        raise UrlError("url_unreadable") from error


def join_url(base: Url, untrusted_location: str) -> Url:
    """Where a redirect from ``base`` leads. Raises UrlError as ``parse_url`` does."""
    _check_text(untrusted_location)
    try:
        first = ada_url.URL(untrusted_location, base=base.canonical)
        return _agreed(untrusted_location, first, urlsplit(urljoin(base.canonical, untrusted_location)))
    except UrlError:
        raise
    except ValueError as error:
        raise UrlError("url_unreadable") from error


def comparable_host(untrusted_host: str) -> str:
    """A host as any parser gave it, ready to be compared: lower case, A-labels, IPv6 bare and compressed.

    A label that Unicode would rewrite (full-width digits, circled letters) is left, so that it disagrees.
    Raises ValueError for brackets around what is no IPv6 address.
    """
    bare = ".".join(_a_label(label) for label in untrusted_host.split(".")).lower().strip("[]")
    return str(ipaddress.IPv6Address(bare)) if ":" in bare else bare


def _check_text(untrusted_url: str) -> None:
    if len(untrusted_url) > URL_CHARACTERS_MAX or _CONTROL.search(untrusted_url):
        raise UrlError("url_unreadable")


def _agreed(raw: str, first: ada_url.URL, second: SplitResult) -> Url:
    """The URL where both parsers see the same place. Raises UrlError, or ValueError for no URL."""
    scheme, host = first.protocol.removesuffix(":"), comparable_host(first.hostname)
    if scheme not in PORTS:
        raise UrlError("url_scheme")
    if first.username or first.password:
        raise UrlError("url_credentials")
    port = int(first.port) if first.port else PORTS[scheme]
    second_port = PORTS[scheme] if second.port is None else second.port
    if (scheme, host, port) != (second.scheme, comparable_host(second.hostname or ""), second_port):
        raise UrlError("url_disputed")
    if "@" in second.netloc:
        raise UrlError("url_credentials")
    if not _is_host(host):
        raise UrlError("url_host")
    canonical = first.href.partition("#")[0]
    if len(canonical) > URL_CHARACTERS_MAX:
        raise UrlError("url_unreadable")
    target = first.pathname + first.search
    return Url(raw=raw, canonical=canonical, scheme=scheme, host=host, port=port, target=target)


def _is_host(host: str) -> bool:
    if ":" in host:
        return True
    return len(host.removesuffix(".")) <= NAME_CHARACTERS_MAX and _NAME.fullmatch(host) is not None


def _a_label(label: str) -> str:
    if label.isascii() or unicodedata.normalize("NFKC", label.lower()) != label.lower():
        return label
    return "xn--" + label.lower().encode("punycode").decode("ascii")
