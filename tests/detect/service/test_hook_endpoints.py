"""Endpoints as the settings name them: what could not work is refused at the start, with its field."""

from __future__ import annotations

from typing import Any

import pytest

from tutela.detect.service.hook_endpoints import ENDPOINTS_MAX, Endpoint, checked_endpoints
from tutela.detect.service.hook_signing import new_secret
from tutela.kernel.errors import Invalid


def endpoint(**other: Any) -> Endpoint:
    fields: dict[str, Any] = {"name": "desk", "url": "https://hooks.example/in", "secrets": (new_secret(),)}
    return Endpoint(**fields | other)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"name": "Desk!"}, "hooks"),
        ({"url": "http://hooks.example/in"}, "hooks.desk.url"),
        ({"url": "https://user:pass@hooks.example/"}, "hooks.desk.url"),
        ({"secrets": ()}, "hooks.desk.secrets"),
        ({"secrets": ("whsec_short",)}, "hooks.desk.secrets"),
        ({"secrets": (new_secret(), new_secret(), new_secret())}, "hooks.desk.secrets"),
        ({"kinds": ()}, "hooks.desk.kinds"),
        ({"kinds": ("match.lost",)}, "hooks.desk.kinds"),
        ({"role": "curate"}, "hooks.desk.role"),
    ],
)
def test_wrong_settings_name_their_field(other: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        endpoint(**other)
    assert caught.value.field == field


def test_neither_secret_nor_url_is_shown() -> None:
    one = endpoint(url="https://hooks.example/in?key=token")
    assert one.secrets[0] not in repr(one)
    assert "token" not in repr(one)
    assert one.destination.host == "hooks.example"


def test_an_endpoint_hears_what_it_asked_for() -> None:
    everything = endpoint()
    narrow = endpoint(kinds=("match.found",), lists=("a",), callers=("shop",))
    assert everything.wants("list.changed", lists=["b"])
    assert everything.wants("match.found", lists=["b"], caller="anybody")
    assert narrow.wants("match.found", lists=["b", "a"], caller="shop")
    assert not narrow.wants("match.found", lists=["b"], caller="shop")
    assert not narrow.wants("match.found", lists=["a"], caller="forum")
    assert not narrow.wants("list.changed", lists=["a"])


def test_names_and_secrets_stand_once() -> None:
    first = endpoint()
    assert checked_endpoints([first, endpoint(name="other")]).keys() == {"desk", "other"}
    with pytest.raises(Invalid, match="twice"):
        checked_endpoints([first, endpoint()])
    with pytest.raises(Invalid, match="of its own"):
        checked_endpoints([first, endpoint(name="other", secrets=first.secrets)])


def test_there_is_a_bound_on_endpoints() -> None:
    with pytest.raises(Invalid, match="at most"):
        checked_endpoints(endpoint(name=f"e{number}") for number in range(ENDPOINTS_MAX + 1))
