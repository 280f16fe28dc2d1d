"""The guard that every request passes, the first one and each redirect: port, host, all of its addresses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from tutela.kernel.egress.addresses import AddressPolicy
from tutela.kernel.egress.proxies import ProxyFor, SocksProxy, parse_proxy
from tutela.kernel.egress.reasons import StoppedError
from tutela.kernel.egress.resolving import Resolver, SystemResolver, pinned
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.urls import Url
from tutela.kernel.errors import Refused, Unavailable

#: Endings that no public host has: asking for them would tell neighbours (multicast DNS) or a search domain
#: (RFC 6761 localhost, RFC 6762 local, RFC 8375 home.arpa, RFC 9476 alt; ICANN, July 2024: internal).
LOCAL_ENDINGS = (".localhost", ".local", ".home.arpa", ".alt", ".internal")


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """How a URL may be met: one of these addresses, or through the proxy, which resolves the name.

    ``addresses`` are literals, each judged; with a proxy there is none but a literal host's own.
    """

    url: Url = field(repr=False)
    addresses: tuple[str, ...] = field(repr=False)
    proxy: SocksProxy | None = None


class Guard:
    """Says how a URL may be met. Exceptions of the policy come from its constructor alone (ST-01)."""

    def __init__(
        self,
        *,
        policy: AddressPolicy | None = None,
        ports: Collection[int] = (80, 443),
        resolver: Resolver | None = None,
        proxy: SocksProxy | None = None,
        proxy_for: ProxyFor = "onion",
    ) -> None:
        self._policy = policy or AddressPolicy()
        self._ports = frozenset(ports)
        self._resolver = resolver or SystemResolver()
        self._proxy, self._proxy_for = proxy, proxy_for

    def way(self, url: Url) -> Way:
        """How ``url`` may be met. Raises StoppedError where it may not, or not at present.

        The name is resolved once; one forbidden answer among good ones refuses the name as a whole.
        """
        if url.port not in self._ports:
            raise StoppedError("port_refused")
        if url.is_onion:
            return Way(url=url, addresses=(), proxy=self._onion_proxy())
        if url.literal is not None:
            return Way(url=url, addresses=self._judged_literal(url), proxy=self._proxy_of_all())
        if is_local(url.name):
            raise StoppedError("address_refused")
        proxy = self._proxy_of_all()
        return Way(url=url, addresses=() if proxy else self._pinned(url.name), proxy=proxy)

    def _onion_proxy(self) -> SocksProxy:
        if self._proxy is None:
            raise StoppedError("onion_unavailable")
        return self._proxy

    def _proxy_of_all(self) -> SocksProxy | None:
        return self._proxy if self._proxy_for == "all" else None

    def _judged_literal(self, url: Url) -> tuple[str, ...]:
        judged = self._policy.judge(url.host)
        if not judged.allowed:
            raise StoppedError("address_refused")
        return (str(judged.address),)

    def _pinned(self, name: str) -> tuple[str, ...]:
        try:
            return pinned(name, self._policy, self._resolver)
        except Refused as error:
            raise StoppedError("address_refused") from error
        except Unavailable as error:
            raise StoppedError("name_unresolved") from error


def guard_of(
    settings: EgressSettings, *, policy: AddressPolicy | None = None, resolver: Resolver | None = None
) -> Guard:
    """The guard that these settings describe; what a test may open comes as ``policy`` and nowhere else."""
    return Guard(
        policy=policy,
        ports=settings.ports,
        resolver=resolver,
        proxy=parse_proxy(settings.socks) if settings.socks else None,
        proxy_for=settings.socks_for,
    )


def is_local(name: str) -> bool:
    """True for a name without a dot, or under an ending that stays at home: nobody is asked for it."""
    return "." not in name or name.endswith(LOCAL_ENDINGS)
