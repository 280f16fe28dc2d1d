from __future__ import annotations

import pytest

from tutela.kernel.help import contacts, countries, country_name, directory, help_for, is_country
from tutela.kernel.help.contacts import KINDS, NOTES
from tutela.kernel.help.directory import _names

#: Languages of the public's pages (decisions.md section 8).
LANGUAGES = {"en", "es", "pt", "fr", "de", "nl"}


def test_nothing_from_memory_ships_and_everything_says_where_it_is_from() -> None:
    assert len(contacts()) > 60
    assert {one.grade for one in contacts()} == {"A", "B"}
    assert all(one.source for one in contacts())
    assert {one.kind for one in contacts()} == set(KINDS)
    assert {note for one in contacts() for note in one.notes} <= set(NOTES)


def test_every_country_of_the_data_has_a_name_in_every_language() -> None:
    named = {place for one in contacts() for place in one.places} - {"*"}
    assert named == set(_names())
    assert all(set(names) == LANGUAGES and all(names.values()) for names in _names().values())


@pytest.mark.parametrize("code", sorted(_names()))
def test_crisis_comes_first_and_nobody_is_left_without_a_way(code: str) -> None:
    found = help_for(code)
    kinds = [one.kind for one in found]
    assert kinds == sorted(kinds, key=KINDS.index)
    assert {"children", "report", "worried", "removal"} <= set(kinds)
    own = [one for one in found if "*" not in one.places]
    assert own or code in {"CO", "CH", "KR", "TH"}


def test_what_is_known_of_some_countries() -> None:
    assert [one.phones for one in help_for("DE", kinds={"emergency", "police"})] == [("112",), ("110",)]
    assert [one.name for one in help_for("GB", kinds={"children"})] == [
        "Childline",
        "Child Helpline International",
    ]
    assert [one.name for one in help_for("NL", kinds={"report"})] == ["Offlimits Meldpunt", "INHOPE"]


def test_a_country_of_which_only_memory_speaks_gets_the_directory() -> None:
    assert [one.id for one in help_for("SE", kinds={"report"})] == ["inhope"]
    assert [one.id for one in help_for("SE", kinds={"emergency"})] == ["eu-emergency"]


def test_an_unknown_country_gets_what_is_for_everybody() -> None:
    assert {one.id for one in help_for("XX")} == {one.id for one in contacts() if "*" in one.places}
    assert help_for("") == help_for("XX") and not is_country("XX") and is_country("NL")


def test_a_region_leaves_out_what_serves_another() -> None:
    everywhere = {one.id for one in help_for("BE")}
    assert "be-worried" in everywhere
    assert "be-worried" in {one.id for one in help_for("BE", region="BE-VLG")}
    assert "be-worried" not in {one.id for one in help_for("BE", region="BE-WAL")}


def test_countries_are_sorted_as_people_read_them() -> None:
    assert country_name("DE", "fr") == "Allemagne" and country_name("DE", "tlh") == "Germany"
    assert [code for code, _ in countries("de")][-1] == "CY"
    french = [name for _, name in countries("fr")]
    assert french.index("États-Unis") < french.index("Finlande")


def test_an_id_that_occurs_twice_is_a_wrong_data_file(monkeypatch: pytest.MonkeyPatch) -> None:
    row = directory._read("contacts.toml")["contacts"][0]
    monkeypatch.setattr(directory, "_read", lambda name: {"contacts": [row, row]})
    with pytest.raises(ValueError, match="twice"):
        contacts.__wrapped__()
