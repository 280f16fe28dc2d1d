"""The way to the house's sign-on: allauth asks in the shape of ``requests``, and the network door answers.

Only the provider's own hosts are asked, over TLS, at judged addresses; no redirect is followed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings

from tutela.hotline.settings import OidcSettings
from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.destinations import Destination, parse_destination
from tutela.kernel.egress.posting import Answer, Poster
from tutela.kernel.errors import Refused

#: From here on an answer is an error (RFC 9110, section 15.3 ends below).
_FIRST_WRONG_STATUS = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer as allauth reads one."""

    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises OAuth2Error for anything else."""
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise OAuth2Error("the provider's answer is no JSON") from error

    def raise_for_status(self) -> None:
        """Return for an answer of success. Raises OAuth2Error, as allauth expects it."""
        if self.status_code >= _FIRST_WRONG_STATUS:
            raise OAuth2Error("the provider refused")


class ProviderDoor:
    """What allauth takes for a session of ``requests``: two methods, and a context that ends nothing."""

    def __init__(self, oidc: OidcSettings | None = None) -> None:
        self._oidc: OidcSettings = oidc or settings.TUTELA_OIDC
        self._poster = Poster(policy=AddressPolicy(exceptions=networks(list(self._oidc.networks))))

    def __enter__(self) -> ProviderDoor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def get(self, untrusted_url: str, *, headers: Mapping[str, str] | None = None) -> Reply:
        """The provider's answer to a GET. Raises Refused for another host, Unavailable for none."""
        return _reply(self._poster.get(self._destination(untrusted_url), headers or {}))

    def request(
        self,
        method: str,
        untrusted_url: str,
        *,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **_unused: object,
    ) -> Reply:
        """The provider's answer to a form that is sent. Raises as ``get``; ValueError for another method."""
        if method != "POST":
            raise ValueError("a token is asked for with POST (OpenID Connect Core 1.0, section 3.1.3.1)")
        lines = {**(headers or {}), "content-type": "application/x-www-form-urlencoded"}
        body = urlencode(data or {}).encode("ascii")
        return _reply(self._poster.post(self._destination(untrusted_url), lines, body))

    def _destination(self, untrusted_url: str) -> Destination:
        destination = parse_destination(untrusted_url, field="hotline.oidc")
        pinned = {parse_destination(self._oidc.issuer).host, *self._oidc.hosts}
        if destination.host not in pinned:
            raise Refused("the sign-on names an address on a host that hotline.oidc.hosts does not list")
        return destination


def _reply(answer: Answer) -> Reply:
    return Reply(status_code=answer.status, headers=answer.untrusted_headers, content=answer.untrusted_body)
