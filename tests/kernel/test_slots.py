from __future__ import annotations

import importlib
import importlib.metadata
from pathlib import Path
from typing import Protocol, runtime_checkable

import pytest

from tutela.kernel.errors import Conflict, Invalid, Unavailable
from tutela.kernel.slots import Slot


@runtime_checkable
class Greeter(Protocol):
    def greet(self) -> str: ...


class Polite:
    def __init__(self, name: str = "you") -> None:
        self.name = name

    def greet(self) -> str:
        return f"good day to {self.name}"


class Rude:
    def greet(self) -> str:
        return ""


def check_greeter(greeter: Greeter) -> None:
    if not greeter.greet():
        raise AssertionError("a greeter says something")


SLOT: Slot[Greeter] = Slot(group="tutela_test.greeters", protocol=Greeter, contract=check_greeter)


def install(folder: Path, distribution: str, lines: str) -> None:
    """A distribution as pip would leave it, whose entry points name classes of this file."""
    info = folder / f"{distribution.replace('-', '_')}-1.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.5\n")
    (info / "entry_points.txt").write_text(f"[{SLOT.group}]\n{lines}\n")
    importlib.invalidate_caches()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tutela_test_greeters.py").write_text(
        "class Polite:\n"
        "    def __init__(self, name='you'): self.name = name\n"
        "    def greet(self): return 'good day to ' + self.name\n"
        "class Rude:\n"
        "    def greet(self): return ''\n"
        "class Dumb: pass\n"
        "class Needy:\n"
        "    def __init__(self, must): pass\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_installed_says_who_brought_what(site: Path) -> None:
    install(site, "polite-people", "polite = tutela_test_greeters:Polite\nrude = tutela_test_greeters:Rude")
    found = SLOT.installed()
    assert [(plugin.name, plugin.distribution, plugin.version) for plugin in found] == [
        ("polite", "polite-people", "1.5"),
        ("rude", "polite-people", "1.5"),
    ]
    assert found[0].group == SLOT.group
    assert found[0].target == "tutela_test_greeters:Polite"


def test_load_gives_the_instance_with_its_settings(site: Path) -> None:
    install(site, "polite-people", "polite = tutela_test_greeters:Polite")
    assert SLOT.load("polite").greet() == "good day to you"
    assert SLOT.load("polite", {"name": "all"}).greet() == "good day to all"


def test_load_all_keeps_the_order_in_which_they_were_enabled(site: Path) -> None:
    install(site, "polite-people", "b = tutela_test_greeters:Polite\na = tutela_test_greeters:Polite")
    assert len(list(SLOT.load_all(["b", "a"]))) == 2
    assert list(SLOT.load_all([])) == []


def test_what_is_not_installed_is_unavailable_and_the_installed_are_named(site: Path) -> None:
    with pytest.raises(Unavailable, match="installed: none"):
        SLOT.load("polite")
    install(site, "polite-people", "polite = tutela_test_greeters:Polite")
    with pytest.raises(Unavailable, match="installed: polite"):
        SLOT.load("polit")


@pytest.mark.parametrize(
    "target", ["tutela_test_gone:X", "tutela_test_greeters:Gone", "tutela_test_greeters:Needy"]
)
def test_what_cannot_be_started_is_unavailable(site: Path, target: str) -> None:
    install(site, "broken", f"broken = {target}")
    with pytest.raises(Unavailable, match="could not be started"):
        SLOT.load("broken")


@pytest.mark.parametrize(("name", "clause"), [("Rude", "a greeter says something"), ("Dumb", "greet")])
def test_what_breaks_the_contract_is_refused_with_the_clause(site: Path, name: str, clause: str) -> None:
    install(site, "broken", f"broken = tutela_test_greeters:{name}")
    with pytest.raises(Invalid, match=clause) as caught:
        SLOT.load("broken")
    assert caught.value.field == "plug-in broken"


def test_a_name_claimed_twice_is_a_conflict(site: Path) -> None:
    install(site, "one", "polite = tutela_test_greeters:Polite")
    install(site, "two", "polite = tutela_test_greeters:Rude")
    with pytest.raises(Conflict, match="one, two"):
        SLOT.load("polite")


def test_checked_gives_a_good_instance_back() -> None:
    good = Polite()
    assert SLOT.checked("polite", good) is good
    with pytest.raises(Invalid, match="says something"):
        SLOT.checked("rude", Rude())


def test_an_entry_point_without_a_distribution_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    point = importlib.metadata.EntryPoint("lone", "tutela_test:Lone", SLOT.group)
    monkeypatch.setattr("tutela.kernel.slots.entry_points", lambda **_: [point])
    assert SLOT.installed()[0].distribution == "unknown"
