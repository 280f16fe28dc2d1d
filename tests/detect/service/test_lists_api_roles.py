"""Who may do what to lists, and that no address gives a value to anybody (threat ST-17)."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.detect.service import making
from tests.detect.service.living import ENTRY, LIST, Living, living
from tutela.detect.service.openapi import document

HEADER = {"law": "Act 1", "class": "csam"}


def value(number: int) -> dict[str, Any]:
    return {"kind": "pdq", "value": hmac.digest(b"roles", bytes([number]), "sha256").hex()}


def one(number: int, **said: Any) -> dict[str, Any]:
    return {"values": [value(number)]} | said


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Living]:
    """A service with the list ``hotline``."""
    found = living(tmp_path)
    assert found.client().put(LIST, json=HEADER).status_code == 201
    yield found
    found.close()


ADDRESSES: list[tuple[str, str, Any, set[str]]] = [
    ("GET", "/v1/lists", None, {"statistics", "curate"}),
    ("GET", LIST, None, {"statistics", "curate"}),
    ("PUT", LIST, HEADER, {"curate"}),
    ("POST", f"{LIST}/entries", {"entries": [one(5, entry="ent_5")]}, {"curate"}),
    ("PUT", f"{LIST}/entries/ent_6", one(6), {"curate"}),
    ("GET", ENTRY, None, {"curate"}),
    ("POST", f"{ENTRY}/disable", {}, {"curate"}),
    ("POST", f"{ENTRY}/enable", {}, {"curate"}),
    ("POST", f"{LIST}/release", {}, {"curate"}),
    ("POST", "/v1/match", {"prints": [value(1)]}, {"match", "detail", "curate"}),
    ("POST", "/v1/match/batch", {"items": [{"prints": [value(1)]}]}, {"match", "detail", "curate"}),
    ("GET", "/metrics", None, {"statistics"}),
    ("GET", "/v1/hooks", None, {"statistics"}),
    ("GET", "/v1/hooks/audit/dead", None, {"curate"}),
    ("POST", "/v1/hooks/audit/redrive", None, {"curate"}),
    ("GET", "/health", None, {*making.ROLES, ""}),
    ("GET", "/ready", None, {*making.ROLES, ""}),
    ("GET", "/openapi.json", None, {*making.ROLES, ""}),
    ("DELETE", ENTRY, None, {"curate"}),
    ("DELETE", LIST, None, {"curate"}),
]


@pytest.mark.parametrize("token", [*making.ROLES, "", "wrong"])
def test_no_address_gives_a_value_to_any_role(here: Living, token: str) -> None:
    """ST-17: role x address; what the role may is answered, the rest refused, and no value comes back."""
    here.client().put(ENTRY, json=one(1))
    listed = {row.value for change in here.log.after(0) for row in change.entries}
    salts = {change.draft.header.salt for change in here.log.after(0) if change.draft.header is not None}
    for method, path, body, roles in ADDRESSES:
        answer = here.client(token).request(method, path, json=body)
        if token in roles or (token == "wrong" and "" in roles):
            assert answer.status_code not in (401, 403), (method, path, answer.text)
        else:
            assert answer.status_code == (403 if token in making.ROLES else 401), (method, path)
        told = answer.text.lower()
        assert not any(secret.hex() in told for secret in (*listed, *salts)), (method, path)


def test_the_table_of_who_may_names_every_address(here: Living) -> None:
    documented = {
        (method.upper(), path.replace("{list}", "hotline"))
        for path, item in document()["paths"].items()
        for method in item
        if method != "parameters"
    }
    tried = {
        (method, path.replace("ent_1", "{entry}").replace("ent_6", "{entry}").replace("audit", "{endpoint}"))
        for method, path, _, _ in ADDRESSES
    }
    assert tried == documented


def test_curators_may_not_ask_too_often(here: Living) -> None:
    client = here.client()
    statuses = {client.get(LIST).status_code for _ in range(110)}
    assert statuses == {200, 429}
