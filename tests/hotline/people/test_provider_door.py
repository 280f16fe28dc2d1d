from __future__ import annotations

import pytest
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

from tests.hotline.people.provider import running_provider
from tutela.hotline.people.provider_door import ProviderDoor, Reply
from tutela.hotline.settings import OidcSettings
from tutela.kernel.errors import Invalid, Refused


def test_the_provider_is_asked_and_answers_as_requests_would() -> None:
    with running_provider() as provider, ProviderDoor(provider.settings()) as door:
        reply = door.get(f"{provider.address}/userinfo", headers={"Authorization": "Bearer access"})
        reply.raise_for_status()
        assert reply.json()["email"] == "ada@house.test" and "ada@house.test" in reply.text
        refused = door.request("POST", f"{provider.address}/token", data={"code": "made up"}, auth=None)
        assert refused.status_code == 400 and refused.headers["content-type"] == "application/json"
        with pytest.raises(OAuth2Error):
            refused.raise_for_status()


@pytest.mark.parametrize("address", ["http://127.0.0.2:9/", "https://elsewhere.test/"])
def test_another_host_is_not_asked(address: str) -> None:
    with pytest.raises(Refused):
        ProviderDoor(OidcSettings(issuer="http://127.0.0.1:9")).get(address)


def test_a_provider_in_a_private_network_is_refused_unless_the_settings_open_it() -> None:
    with pytest.raises(Refused):
        ProviderDoor(OidcSettings(issuer="https://10.0.0.1")).get("https://10.0.0.1/")


def test_plain_http_is_for_this_machine_only() -> None:
    with pytest.raises(Invalid):
        ProviderDoor(OidcSettings(issuer="https://id.house.test")).get("http://id.house.test/")


def test_a_token_is_asked_for_in_one_way_only() -> None:
    with pytest.raises(ValueError):
        ProviderDoor(OidcSettings(issuer="https://id.house.test")).request("GET", "https://id.house.test/")


def test_an_answer_that_is_no_json_is_the_provider_s_fault() -> None:
    with pytest.raises(OAuth2Error):
        Reply(status_code=200, headers={}, content=b"<html>").json()
