"""The table of hosts, and its copy in the manual."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.demo.world.worlds import StillWorld
from tutela.demo.world.cast import CAST
from tutela.demo.world.table import about, cast_page, hosts, misbehaving_page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "explanation" / "demo-world.md"


def test_every_host_has_a_line_with_its_address(world: StillWorld) -> None:
    lines = list(hosts(world))
    for site in world.hosts.values():
        assert any(line.startswith(site.name) and site.place.address in line for line in lines)
    assert any(line.startswith("bomb.test") for line in lines)
    assert any("vantage north" in line for line in lines)
    assert about("cellar.test") == ""


@pytest.mark.parametrize("table", [cast_page, misbehaving_page])
def test_the_manual_holds_the_tables_as_the_code_has_them(table: object) -> None:
    assert callable(table)
    assert table() in PAGE.read_text(encoding="utf-8"), "python -m tools.demo_world writes them"


def test_each_host_of_the_cast_is_in_the_table() -> None:
    assert all(f"| `{role.host}` |" in cast_page() for role in CAST)
