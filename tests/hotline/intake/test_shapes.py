from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.intake.shapes import Handed, parse_handed
from tutela.kernel.errors import Invalid

#: What Aselo's function ``reportToIWF`` posts.
ASELO = {
    "Reporting_Type": "R",
    "Live_Report": "L",
    "Media_Type_ID": 1,
    "Report_Channel_ID": 51,
    "Origin_ID": 5,
    "Submission_Type_ID": 1,
    "Reported_Category_ID": 2,
    "Reported_URL": "https://there.test/1",
    "Reporter_Anonymous": "N",
    "Reporter_First_Name": "Ada",
    "Reporter_Last_Name": None,
    "Reporter_Email_ID": "ada@there.test",
    "Reporter_Description": "seen today",
    "Reporter_Country_ID": None,
}


def handed(row: Any) -> Handed:
    return parse_handed(json.dumps(row).encode())


def test_what_aselo_posts_is_read_without_the_reporter_s_name() -> None:
    found = handed(ASELO)
    assert found.aselo and not found.test
    assert found.fields == {"addresses": "https://there.test/1", "text": "seen today"}
    assert handed(ASELO | {"Live_Report": "T"}).test


def test_our_own_shape_has_several_addresses_and_the_details() -> None:
    found = handed({"addresses": ["a.test", "b.test"], "text": "x", "urgent": True, "referrer": "c.test"})
    assert found.fields["addresses"] == "a.test\nb.test" and found.fields["urgent"] == "1"
    assert found.fields["referrer"] == "c.test" and not found.aselo


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ([], "body"),
        ({"colour": 1}, "colour"),
        ({"addresses": "a.test"}, "addresses"),
        ({"addresses": [1]}, "addresses"),
        ({"text": 1}, "text"),
        ({"urgent": "yes"}, "urgent"),
        (ASELO | {"Media_Type_ID": 2}, "Media_Type_ID"),
        (ASELO | {"Reported_URL": ["x"]}, "Reported_URL"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(row: Any, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        handed(row)
    assert caught.value.field == field


@given(st.binary())
def test_bytes_are_read_or_invalid(untrusted: bytes) -> None:
    for body in (untrusted, untrusted + b"}"):
        try:
            parse_handed(body)
        except Invalid:
            continue
