from __future__ import annotations

import itertools

import pytest

from tutela.kernel.taxonomy import contradict, map_value, scheme, schemes, severity
from tutela.kernel.taxonomy.files import GRADES, parse_cell, shipped_mapping

NAMES = {
    "arachnid",
    "copine",
    "iccam",
    "interpol-baseline",
    "sap",
    "tutela-min",
    "uk-iwf",
    "us-esp",
    "vics-us",
}


def test_schemes_of_the_standards_are_all_there() -> None:
    assert {one.name for one in schemes()} == NAMES


def test_severity_rises_with_severity_inside_a_scheme() -> None:
    a, b, c = (severity("uk-iwf", value) for value in "ABC")
    assert a is not None
    assert b is not None
    assert c is not None
    assert a > b > c
    levels = [severity("copine", str(level)) or 0 for level in range(1, 11)]
    assert levels == sorted(levels)
    assert severity("vics-us", "0") is None


def test_severity_of_a_wire_code_is_that_of_its_value() -> None:
    assert severity("iccam", "1") == severity("iccam", "baseline")


def test_scheme_unknown_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="uk-iwf"):
        scheme("nonsense")


def test_map_value_to_the_own_scheme_is_exact() -> None:
    for one in schemes():
        for value in one.values:
            mapped = map_value(one.name, value.value, one.name)
            assert (mapped.value, mapped.grade) == (value.value, "exact")


@pytest.mark.parametrize(
    ("source", "value", "target", "wanted"),
    [
        ("sap", "5", "uk-iwf", "A"),
        ("sap", "4", "uk-iwf", "A"),
        ("sap", "3", "uk-iwf", "B"),
        ("sap", "2", "uk-iwf", "B"),
        ("sap", "1", "uk-iwf", "C"),
        ("copine", "10", "sap", "5"),
        ("copine", "9", "sap", "4"),
        ("copine", "8", "sap", "3"),
        ("copine", "7", "sap", "2"),
        ("copine", "6", "sap", "1"),
        ("uk-iwf", "A", "vics-us", "1"),
        ("uk-iwf", "C", "arachnid", "csam"),
        ("vics-us", "2", "arachnid", "harmful-abusive-material"),
    ],
)
def test_map_value_of_the_published_approximations_is_derived(
    source: str, value: str, target: str, wanted: str
) -> None:
    mapped = map_value(source, value, target)
    assert (mapped.value, mapped.grade) == (wanted, "derived")


def test_map_value_with_several_candidates_asks_a_person() -> None:
    mapped = map_value("uk-iwf", "A", "sap")
    assert mapped.value is None
    assert mapped.grade == "ask a person"
    assert set(mapped.candidates) == {"4", "5"}


def test_map_value_below_the_law_has_no_value() -> None:
    mapped = map_value("copine", "2", "sap")
    assert (mapped.value, mapped.grade, mapped.candidates) == (None, "derived", ())


def test_map_value_never_computes_the_us_and_iccam_categories() -> None:
    for one, target in itertools.product(schemes(), ("us-esp", "iccam")):
        for value in one.values:
            mapped = map_value(one.name, value.value, target)
            if one.name != target and mapped.value not in (None, "unassessed"):
                pytest.fail(f"{one.name} {value.value} gave {mapped.value}")


def test_map_value_is_exact_only_where_the_table_says_so() -> None:
    hub = shipped_mapping()["hub"]
    for one, target in itertools.permutations(schemes(), 2):
        for value in one.values:
            mapped = map_value(one.name, value.value, target.name)
            if mapped.grade == "exact":
                assert one.name == hub or (one.name, target.name) == ("iccam", "interpol-baseline")


def test_mapping_table_names_only_known_values() -> None:
    table = shipped_mapping()
    assert {value.value for value in scheme(table["hub"]).values} == set(table["rows"])
    for cells in table["rows"].values():
        assert set(cells) == NAMES - {table["hub"]}
        for target, cell in cells.items():
            grade, values = parse_cell(cell)
            assert grade in GRADES
            for value in values:
                assert scheme(target).find(value).value == value


def test_mapping_table_pairs_cover_every_value_of_their_scheme() -> None:
    for source, targets in shipped_mapping()["pairs"].items():
        for target, cells in targets.items():
            assert set(cells) == {value.value for value in scheme(source).values}
            for cell in cells.values():
                for value in parse_cell(cell)[1]:
                    assert scheme(target).find(value).value == value


def test_map_value_unknown_value_is_refused() -> None:
    with pytest.raises(ValueError, match="no value 'Z'"):
        map_value("uk-iwf", "Z", "sap")


@pytest.mark.parametrize(
    ("left", "right", "wanted"),
    [
        (("uk-iwf", "A"), ("uk-iwf", "B"), True),
        (("uk-iwf", "A"), ("uk-iwf", "A"), False),
        (("uk-iwf", "A"), ("sap", "4"), False),
        (("uk-iwf", "A"), ("sap", "1"), True),
        (("uk-iwf", "A"), ("vics-us", "5"), True),
        (("uk-iwf", "A"), ("vics-us", "1"), False),
        (("vics-us", "0"), ("vics-us", "1"), False),
        (("vics-us", "0"), ("uk-iwf", "A"), False),
        (("uk-iwf", "A"), ("of another world", "7"), False),
        (("of another world", "7"), ("of another world", "8"), True),
        (("uk-iwf", ""), ("uk-iwf", "A"), False),
        (("sap", "5"), ("vics-us", "3"), True),
        (("us-esp", "A1"), ("sap", "1"), True),
    ],
)
def test_contradict_knows_what_cannot_both_hold(
    left: tuple[str, str], right: tuple[str, str], wanted: bool
) -> None:
    assert contradict(left, right) is wanted
    assert contradict(right, left) is wanted
