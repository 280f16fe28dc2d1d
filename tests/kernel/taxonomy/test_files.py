from __future__ import annotations

from typing import Any

import pytest

from tutela.kernel.taxonomy.files import (
    parse_cell,
    parse_scheme,
    shipped_classes,
    shipped_mapping,
    shipped_schemes,
)

GOOD: dict[str, Any] = {
    "name": "sample",
    "title": "A sample",
    "version": "1",
    "source": "this test",
    "confidence": "read in a working client",
    "values": [
        {"value": "1", "label": "one", "severity": 1},
        {"value": "0", "label": "none", "assessed": False},
    ],
    "elements": [{"name": "age", "label": "age", "values": ["a"]}],
}


def test_parse_scheme_reads_values_in_order() -> None:
    parsed = parse_scheme(GOOD)
    assert [value.value for value in parsed.values] == ["1", "0"]
    assert parsed.values[1].severity is None
    assert not parsed.values[1].assessed
    assert parsed.elements[0].values == ("a",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "name"),
        ({"confidence": "sure"}, "confidence"),
        ({"values": []}, "values"),
        ({"values": "x"}, "values"),
        ({"values": [{"value": "1", "label": "a"}, {"value": "1", "label": "b"}]}, "only once"),
        ({"values": [{"value": "1", "label": "a", "severity": -1}]}, "severity"),
        ({"values": [{"value": "1", "label": "a", "assessed": 1}]}, "assessed"),
        ({"elements": [{"name": "x", "label": "y", "values": [1]}]}, "element"),
    ],
)
def test_parse_scheme_names_what_is_wrong(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_scheme(GOOD | change)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("exact: A", ("exact", ("A",))),
        ("derived: 4, 5", ("derived", ("4", "5"))),
        ("ask a person: none", ("ask a person", ())),
    ],
)
def test_parse_cell(cell: str, wanted: object) -> None:
    assert parse_cell(cell) == wanted


@pytest.mark.parametrize("cell", ["A", "sure: A", 7, ""])
def test_parse_cell_refuses_other_forms(cell: object) -> None:
    with pytest.raises(ValueError, match="grade"):
        parse_cell(cell)


@pytest.fixture(autouse=True)
def _read_again() -> None:
    """The files are kept once read; here they are read."""
    for kept in (shipped_classes, shipped_mapping, shipped_schemes):
        kept.cache_clear()


def test_shipped_mapping_names_its_source_and_its_hub() -> None:
    table = shipped_mapping()
    assert "standards/06" in table["source"]
    assert table["hub"] in shipped_schemes()


def test_shipped_schemes_name_source_version_and_confidence() -> None:
    for name, scheme in shipped_schemes().items():
        assert scheme.name == name
        assert "standards/0" in scheme.source
        assert scheme.version


def test_shipped_classes_are_the_four_of_the_decisions() -> None:
    classes, _ = shipped_classes()
    assert [one.name for one in classes] == ["csam", "exploitative", "adult_ncii", "generated_csam"]
