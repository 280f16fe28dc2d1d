from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.detect.service.hma.desk import RULES, Desk
from tests.detect.service.hma.exports import PDQ
from tests.detect.service.making import header
from tutela.detect.service.changes import Draft


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def test_a_bank_is_made_shown_changed_and_ended(desk: Desk) -> None:
    made = desk.ask("POST", "/c/banks", json={"name": "COOP_ORG1_TEST", "enabled_ratio": "0.5"})
    assert (made.status_code, made.json()) == (201, {"name": "COOP_ORG1_TEST", "matching_enabled_ratio": 0.5})
    assert desk.get("/c/banks") == [made.json()]
    assert desk.get("/c/bank/COOP_ORG1_TEST") == made.json()
    changed = desk.ask("PUT", "/c/bank/COOP_ORG1_TEST", json={"enabled_ratio": 0.25})
    assert (
        changed.json()["matching_enabled_ratio"] == desk.get("/c/banks")[0]["matching_enabled_ratio"] == 0.25
    )
    assert (
        desk.ask("PUT", "/c/bank/COOP_ORG1_TEST", json={"enabled": False}).json()["matching_enabled_ratio"]
        == 0
    )
    assert desk.ask("DELETE", "/c/bank/COOP_ORG1_TEST").json() == {"message": "Done"}
    assert desk.get("/c/banks") == []
    assert desk.ask("DELETE", "/c/bank/COOP_ORG1_TEST").json() == {"message": "Done"}


def test_a_new_bank_carries_the_class_of_the_settings(desk: Desk) -> None:
    desk.bank(pdq=PDQ)
    assert desk.shelf.state("SHOP").header.legal_class == RULES.bank_class


def test_a_second_bank_of_one_name_is_403_as_hma_says(desk: Desk) -> None:
    desk.bank(pdq=PDQ)
    answer = desk.ask("POST", "/c/banks", json={"name": "SHOP"})
    assert (answer.status_code, answer.json()) == (403, {"message": "Bank already exists"})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "lower"},
        {"name": "../X"},
        {"name": "A" * 101},
        {"name": 1},
        {"name": "A", "enabled_ratio": 2},
        {"name": "A", "enabled_ratio": "x"},
        {"name": "A", "enabled_ratio": True},
        {"name": "A", "enabled": "yes"},
        [],
    ],
)
def test_a_wrong_bank_is_400(desk: Desk, body: Any) -> None:
    answer = desk.ask("POST", "/c/banks", json=body)
    assert answer.status_code == 400 and list(answer.json()) == ["message"]
    assert desk.get("/c/banks") == []


def test_a_bank_that_is_not_there_is_404(desk: Desk) -> None:
    for method, path in (("GET", "/c/bank/X"), ("PUT", "/c/bank/X"), ("POST", "/c/bank/X/signal")):
        answer = desk.ask(method, path, json={"enabled": True})
        assert (answer.status_code, answer.json()) == (404, {"message": "bank not found"})


def test_a_bank_is_not_renamed(desk: Desk) -> None:
    desk.bank(pdq=PDQ)
    assert desk.ask("PUT", "/c/bank/SHOP", json={"name": "OTHER"}).status_code == 400
    assert desk.ask("PUT", "/c/bank/SHOP", json={"name": "SHOP"}).json()["name"] == "SHOP"


def test_a_list_of_harmless_files_is_no_bank(desk: Desk) -> None:
    good = header("good", known_good=True)
    desk.shelf.wait(desk.log.append(Draft(list="good", act="create", caller="c", header=good)), 2)
    assert desk.get("/c/banks") == []
    assert desk.ask("GET", "/c/bank/good").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/c/banks"),
        ("PUT", "/c/bank/SHOP"),
        ("DELETE", "/c/bank/SHOP"),
        ("POST", "/c/bank/SHOP/signal"),
        ("POST", "/c/bank/SHOP/content"),
        ("PUT", "/c/bank/SHOP/content/1"),
        ("DELETE", "/c/bank/SHOP/content/1"),
        ("POST", "/c/exchanges"),
        ("PUT", "/c/signal_type/pdq"),
    ],
)
def test_changing_needs_the_role_curate(desk: Desk, method: str, path: str) -> None:
    answer = desk.ask(method, path, token="asker", json={})
    assert answer.status_code == 403 and "curate" in answer.json()["message"]


def test_a_replica_that_is_behind_does_not_say_that_a_bank_is_gone(tmp_path: Path) -> None:
    """Coop deletes its own row of a bank for which it gets a 404 (hmaService, forgetMissingBank)."""
    desk = Desk(tmp_path, rules=replace(RULES, change_wait_seconds=0.05))
    desk.bank(pdq=PDQ)
    desk.log.follower = None
    desk.log.append(Draft(list="LATER", act="create", caller="other", header=header("LATER")))
    patient = desk.ask("GET", "/c/bank/LATER")
    assert (patient.status_code, list(patient.json())) == (503, ["message"])
    assert int(patient.headers["retry-after"]) >= 1
    assert desk.ask("DELETE", "/c/bank/LATER").status_code == 503
    assert desk.ask("GET", "/c/bank/SHOP").status_code == 200
    desk.follower.step()
    assert desk.ask("GET", "/c/bank/LATER").status_code == 200
    assert desk.ask("GET", "/c/bank/OTHER").status_code == 404
    desk.close()
