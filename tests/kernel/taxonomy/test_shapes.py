from __future__ import annotations

import pytest

from tutela.kernel.taxonomy.shapes import Scheme, SchemeValue

SAMPLE = Scheme(
    name="sample",
    title="sample",
    version="1",
    source="this test",
    confidence="read in a working client",
    values=(
        SchemeValue(value="worst", label="worst", severity=1, code="9"),
        SchemeValue(value="2", label="two"),
    ),
)


def test_find_takes_the_value_or_its_wire_code() -> None:
    assert SAMPLE.find("worst") is SAMPLE.find("9")
    assert SAMPLE.find("2").label == "two"


@pytest.mark.parametrize("value", ["", "3"])
def test_find_refuses_what_the_scheme_does_not_have(value: str) -> None:
    with pytest.raises(ValueError, match="sample has no value"):
        SAMPLE.find(value)
