from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.people_calls import Registrar
from tests.hotline.people import making
from tests.hotline.people.vouching.houses import House


def test_everybody_in_office_is_shown_with_how_they_are_vouched_for(
    registrar: Registrar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    ada = making.person("analyst", name="Ada")
    making.person("administrator", name="Ben")
    making.person("list_approver", name="Cleo")
    House(tmp_path).names(ada)
    assert registrar("vouching") == 0
    first, second, third = registrar.out.splitlines()
    assert first.endswith("renewal 1  Ada: vouched for by roster") and second.endswith("Ben: has no vote")
    assert third.endswith("Cleo: WAITS, 0 of 2 colleagues")
    assert registrar("vouching", "--json") == 0
    rows = [json.loads(line) for line in registrar.out.splitlines()]
    assert [row["vouched"] for row in rows] == ["roster", "", ""] and rows[2]["waits"] is True
