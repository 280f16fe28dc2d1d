"""Where web-hooks go: an endpoint as the settings name it, and what it wants to hear."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

from tutela.detect.service.hook_signing import parse_secret
from tutela.kernel.egress.destinations import Destination, parse_destination
from tutela.kernel.errors import Invalid

Kind = Literal["match.found", "list.changed"]
Told = Literal["match", "detail"]

#: Every kind of event (Standard Webhooks 1.0.0: full-stop delimited).
KINDS: tuple[Kind, ...] = get_args(Kind)
#: Secrets in force at once: the new one, and the old one until the receiver has changed over.
SECRETS_MAX = 2
#: Endpoints of one service, our own: each has a thread of its own in the process that delivers.
ENDPOINTS_MAX = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """One receiver. ``role`` says how much it is told, as for a token (decisions.md section 9).

    ``secrets`` are written secrets, the newest first; ``lists`` and ``callers`` narrow what is sent to
    these names, none means all. Raises Invalid for anything that could not work.
    """

    name: str
    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    kinds: tuple[Kind, ...] = KINDS
    role: Told = "match"
    lists: tuple[str, ...] = ()
    callers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        where = "hooks"
        if not _NAME.fullmatch(self.name):
            raise Invalid("an endpoint's name is lower-case letters, digits and hyphens", field=where)
        where = f"hooks.{self.name}"
        parse_destination(self.url, field=f"{where}.url")
        self._check_secrets(f"{where}.secrets")
        if not self.kinds or not set(self.kinds) <= set(KINDS):
            raise Invalid(f"one or more of {', '.join(KINDS)}", field=f"{where}.kinds")
        if self.role not in get_args(Told):
            raise Invalid("match or detail", field=f"{where}.role")

    def _check_secrets(self, where: str) -> None:
        if not 1 <= len(self.secrets) <= SECRETS_MAX:
            raise Invalid("one secret, or two while the receiver changes over", field=where)
        for secret in self.secrets:
            try:
                parse_secret(secret)
            except ValueError as error:
                raise Invalid(str(error), field=where) from error

    @property
    def destination(self) -> Destination:
        """Where the POST goes."""
        return parse_destination(self.url, field=f"hooks.{self.name}.url")

    def wants(self, kind: Kind, *, lists: Iterable[str], caller: str = "") -> bool:
        """True when this endpoint asked for such an event about one of these lists, from this caller."""
        return (
            kind in self.kinds
            and (not self.lists or not set(self.lists).isdisjoint(lists))
            and (not self.callers or not caller or caller in self.callers)
        )


def checked_endpoints(endpoints: Iterable[Endpoint]) -> dict[str, Endpoint]:
    """The endpoints by name. Raises Invalid for a name or a secret that stands twice, or too many."""
    found: dict[str, Endpoint] = {}
    secrets: set[str] = set()
    for endpoint in endpoints:
        if endpoint.name in found:
            raise Invalid("the name stands twice", field=f"hooks.{endpoint.name}")
        if not secrets.isdisjoint(endpoint.secrets):
            raise Invalid("each endpoint has a secret of its own", field=f"hooks.{endpoint.name}.secrets")
        found[endpoint.name] = endpoint
        secrets.update(endpoint.secrets)
    if len(found) > ENDPOINTS_MAX:
        raise Invalid(f"at most {ENDPOINTS_MAX} endpoints", field="hooks")
    return found
