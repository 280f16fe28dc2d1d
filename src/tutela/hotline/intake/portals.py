"""The faces of one installation to the public: each a country, languages, a name, a look and help of its own.

A portal is found by the first part of the path, else by the host name, else it is the plain one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, set_script_prefix

from tutela.hotline.operator_settings import OperatorSettings
from tutela.hotline.settings import PortalSettings
from tutela.kernel.errors import Invalid
from tutela.kernel.help import Contact, is_country

#: First parts of paths that are pages of every portal.
TAKEN = frozenset(
    {"report", "me", "threat", "else", "receipt", "help", "button", "leave", "t", "api", "assets", "verify"}
    | {"csp-report", "answer", "privacy", "imprint"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Portal:
    """One face. ``key`` is empty for the plain one; ``help`` stands before the directory's; ``operator`` is
    who runs it, where that is not who runs the house.
    """

    key: str = ""
    hosts: tuple[str, ...] = ()
    name: str = ""
    country: str = ""
    languages: tuple[str, ...] = ()
    look: str = "blue"
    help: tuple[Contact, ...] = field(default=())
    operator: OperatorSettings | None = None


#: Where nobody has set up any.
PLAIN = Portal()


def build_portals(wanted: Sequence[PortalSettings]) -> tuple[Portal, ...]:
    """The portals of the settings. Raises Invalid for two of one key or host, and for the key of a page."""
    portals = tuple(_portal(one) for one in wanted)
    _check_once([one.key for one in portals], "key")
    _check_once([host for one in portals for host in one.hosts], "host")
    for one in portals:
        if one.key in TAKEN:
            raise Invalid(f"{one.key} is a page of every portal", field="hotline.portals")
        if one.country and not is_country(one.country):
            raise Invalid(f"the directory of help has no {one.country}", field="hotline.portals")
    return portals


def _portal(wanted: PortalSettings) -> Portal:
    own = (
        Contact(
            id=f"{wanted.key}-{place}",
            kind=one.kind,
            places=(wanted.country or "*",),
            name=one.name,
            phones=(one.phone,) if one.phone else (),
            web=one.web,
            grade="A",
            source="the portal's own",
        )
        for place, one in enumerate(wanted.help, start=1)
    )
    hosts = tuple(host.lower() for host in wanted.hosts)
    plain = wanted.model_dump(include={"key", "name", "country", "languages", "look"})
    return Portal(**plain, hosts=hosts, help=tuple(own), operator=wanted.operator)


def _check_once(words: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for word in words:
        if word in seen:
            raise Invalid(f"two portals have the {what} {word}", field="hotline.portals")
        seen.add(word)


def hosts_of(portals: Iterable[Portal]) -> list[str]:
    """Every host name that leads to a portal."""
    return [host for one in portals for host in one.hosts]


def portal_of(request: HttpRequest) -> Portal:
    """The portal that ``Portals`` found for the request; the plain one before it did."""
    found: Portal = getattr(request, "portal", PLAIN)
    return found


class Portals:
    """Django middleware of the public's side: which portal is asked, by path or by host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        portals: Sequence[Portal] = settings.TUTELA_PORTALS
        self.by_host: Mapping[str, Portal] = {host: one for one in portals for host in one.hosts}
        self.by_key: Mapping[str, Portal] = {one.key: one for one in portals}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The portal's answer; addresses on its pages begin with its key where it was asked by that."""
        prefix = get_script_prefix()
        host = request.get_host().rpartition(":")[0] or request.get_host()
        first, _, rest = request.path_info.removeprefix("/").partition("/")
        named = self.by_key.get(first)
        if named is not None:
            request.path_info = f"/{rest}"
            set_script_prefix(f"{prefix}{named.key}/")
        request.portal = named or self.by_host.get(host.lower(), PLAIN)  # type: ignore[attr-defined]  # ours alone
        try:
            return self.get_response(request)
        finally:
            set_script_prefix(prefix)
