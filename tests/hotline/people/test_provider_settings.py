from __future__ import annotations

from tutela.hotline.people.provider_settings import provider_apps, provider_origins
from tutela.hotline.settings import OidcSettings


def test_without_an_issuer_there_is_no_provider() -> None:
    assert (provider_apps(OidcSettings()), provider_origins(OidcSettings())) == ([], [])


def test_a_provider_is_asked_with_proof_of_possession_and_its_own_origin_may_be_gone_to() -> None:
    oidc = OidcSettings(issuer="https://id.house.test/realms/staff", client_id="desk", hosts=("more.test",))
    (app,) = provider_apps(oidc)
    assert app["settings"]["oauth_pkce_enabled"] is True and app["client_id"] == "desk"
    assert provider_origins(oidc) == ["https://id.house.test", "https://more.test"]
