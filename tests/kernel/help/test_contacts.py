from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.help.contacts import parse_contact

RIGHT: dict[str, Any] = {
    "id": "xx-report",
    "kind": "report",
    "places": ["BE"],
    "region": "BE-VLG",
    "name": "A hotline",
    "web": "https://hotline.test/report",
    "phones": ["+32 2 000"],
    "notes": ["weekdays"],
    "grade": "A",
    "checked_on": date(2026, 10, 9),
    "source": "its page",
}


def test_a_contact_is_read() -> None:
    found = parse_contact(RIGHT)
    assert (found.kind, found.places, found.region, found.phones) == (
        "report",
        ("BE",),
        "BE-VLG",
        ("+32 2 000",),
    )
    assert found.shown and found.checked_on == date(2026, 10, 9)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "X Y"},
        {"kind": "advice"},
        {"places": []},
        {"places": ["Belgium"]},
        {"region": "Flanders"},
        {"name": "", "phones": []},
        {"phones": ["call us"]},
        {"web": "http://hotline.test/"},
        {"web": "https://user@hotline.test/"},
        {"notes": ["often"]},
        {"notes": "often"},
        {"grade": "D"},
        {"grade": "B"},
        {"checked_on": None},
        {"source": ""},
        {"sourse": "its page"},
    ],
    ids=str,
)
def test_what_is_wrong_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        parse_contact(RIGHT | wrong)


def test_what_is_from_memory_is_not_shown() -> None:
    found = parse_contact(RIGHT | {"grade": "C", "checked_on": None})
    assert not found.shown


@given(st.dictionaries(st.sampled_from([*RIGHT, "more"]), st.text() | st.lists(st.text()) | st.integers()))
def test_anything_else_is_a_value_error(untrusted: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        parse_contact(untrusted | {"kind": "advice"})
