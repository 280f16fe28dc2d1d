from __future__ import annotations

from tutela.kernel.help import countries
from tutela.prevent.guard.page.helplines import AT_ONCE, KINDS, groups, regions


def test_crisis_comes_first_in_every_country() -> None:
    for code, _ in countries("en"):
        kinds = [kind for kind, _ in groups(code)]
        assert kinds == [kind for kind in KINDS if kind in kinds]
        assert "worried" in kinds, "who worries about their own thoughts finds somebody everywhere"
    assert [kind for kind, _ in groups("DE")][:2] == ["emergency", "worried"]


def test_without_a_country_there_is_what_is_for_everybody() -> None:
    assert {place for _, found in groups("") for one in found for place in one.places} == {"*"}


def test_a_region_leaves_out_what_serves_another_one() -> None:
    assert regions("BE") == ("BE-VLG",) and regions("DE") == ()
    names = {one.id for _, found in groups("BE", "BE-WAL") for one in found}
    assert "be-worried" not in names
    assert "be-worried" in {one.id for _, found in groups("BE") for one in found}


def test_the_card_shows_crisis_and_who_listens() -> None:
    assert AT_ONCE == ("emergency", "worried")
    assert [kind for kind, _ in groups("NL", kinds=AT_ONCE)] == ["emergency", "worried"]
