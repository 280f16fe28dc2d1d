from __future__ import annotations

from tutela.share.notices.laws import known_law


def test_a_country_has_its_provision_for_abuse_of_children_alone() -> None:
    assert "184b" in known_law("DE", "csam").citation and known_law("DE", "csam").in_union
    assert known_law("DE", "exploitative").citation == "" and known_law("DE", "adult_ncii").in_union


def test_an_unknown_country_says_nothing_of_its_own() -> None:
    law = known_law("XX", "csam")
    assert (law.citation, law.keeping, law.in_union) == ("", "as_law", False)


def test_only_where_it_is_known_something_else_is_kept() -> None:
    assert known_law("US", "csam").keeping == "us" and not known_law("GB", "csam").in_union
