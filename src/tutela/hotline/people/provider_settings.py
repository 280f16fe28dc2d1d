"""The house's sign-on provider as Django's settings want it; asked before any model is there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tutela.hotline.settings import OidcSettings

#: The provider's name in addresses of the desk (``/account/sign-on/<this>/login/``).
PROVIDER_ID = "house"


def provider_apps(oidc: OidcSettings) -> list[dict[str, Any]]:
    """The one provider as allauth wants it, or none while single sign-on is off."""
    if not oidc.issuer:
        return []
    return [
        {
            "provider_id": PROVIDER_ID,
            "name": oidc.name,
            "client_id": oidc.client_id,
            "secret": oidc.client_secret.get_secret_value(),
            "settings": {
                "server_url": oidc.issuer,
                "oauth_pkce_enabled": True,
                "token_auth_method": "client_secret_post",
            },
        }
    ]


def provider_origins(oidc: OidcSettings) -> list[str]:
    """The origins of the provider's pages, such as ``https://id.house.test``; none while it is off."""
    if not oidc.issuer:
        return []
    issuer = urlsplit(oidc.issuer)
    return [f"{issuer.scheme}://{issuer.netloc}", *(f"https://{host}" for host in oidc.hosts)]
