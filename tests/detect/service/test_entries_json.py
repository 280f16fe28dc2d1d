from __future__ import annotations

import hmac
from datetime import UTC, datetime
from typing import Any

import pytest

from tutela.detect.matching.records import check_storable
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.service.entries_json import ENTRIES_MAX, checked_entry_id, parse_entries, parse_entry
from tutela.detect.service.strict_json import Fields
from tutela.kernel.errors import Invalid

CREATED = datetime(2026, 1, 1, tzinfo=UTC)
BARE = ListHeader(name="a", version="1", created=CREATED, salt=bytes(32))
FULL = ListHeader(
    name="a", version="1", created=CREATED, salt=bytes(32), law="Act 1", legal_class="csam", scheme="uk-iwf"
)


def pdq(number: int) -> dict[str, Any]:
    return {"kind": "pdq", "value": hmac.digest(b"entries", str(number).encode(), "sha256").hex()}


def parsed(said: dict[str, Any], header: ListHeader = FULL, entry: str = "ent_1") -> list[ListEntry]:
    return parse_entry(Fields(place="", untrusted={"values": [pdq(1)]} | said), entry, header)


def refused(said: dict[str, Any], header: ListHeader = FULL, entry: str = "ent_1") -> Invalid:
    with pytest.raises(Invalid) as caught:
        parsed(said, header, entry)
    return caught.value


def test_an_entry_with_several_values_becomes_as_many_rows_that_can_be_stored() -> None:
    sha256 = {"kind": "sha256", "value": "ab" * 32}
    rows = parsed(
        {
            "values": [pdq(1) | {"quality": 90}, pdq(2), sha256],
            "source": "a hotline",
            "law": "Act 2",
            "class": "exploitative",
            "category": "A",
            "valid_from": "2026-01-01T00:00:00Z",
            "valid_to": "2027-01-01T00:00:00+02:00",
            "note": "case 7",
        }
    )
    assert [(row.kind, row.quality) for row in rows] == [("pdq", 90), ("pdq", None), ("sha256", None)]
    assert {row.entry for row in rows} == {"ent_1"}
    for row in rows:
        check_storable(row)
        assert (row.source, row.law, row.legal_class) == ("a hotline", "Act 2", "exploitative")
        assert (row.scheme, row.category, row.note) == ("", "A", "case 7")
        assert row.valid_from == datetime(2026, 1, 1, tzinfo=UTC)
        assert row.valid_to == datetime(2026, 12, 31, 22, tzinfo=UTC)


def test_law_and_class_are_needed_where_the_list_names_none() -> None:
    assert refused({}, BARE).field == "law"
    assert refused({"law": "Act 1"}, BARE).field == "class"
    assert parsed({"law": "Act 1", "class": "csam"}, BARE)
    assert parsed({}, FULL)


def test_a_list_of_harmless_files_needs_neither() -> None:
    good = ListHeader(name="a", version="1", created=CREATED, salt=bytes(32), known_good=True)
    assert parsed({}, good)[0].legal_class == ""


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"class": "illegal"}, "class"),
        ({"class": 1}, "class"),
        ({"scheme": "made-up"}, "scheme"),
        ({"category": "Z"}, "category"),
        ({"scheme": "copine", "category": "A"}, "category"),
        ({"valid_from": "2026-01-01"}, "valid_from"),
        ({"valid_from": "2026-01-01T00:00:00Z", "valid_to": "2026-01-01T00:00:00Z"}, "valid_to"),
        ({"note": "x" * 1_001}, "note"),
        ({"source": "x" * 201}, "source"),
        ({"derived": "c5"}, "derived"),
        ({"disputed": True}, "disputed"),
        ({"entry": "ent_2"}, "entry"),
        ({"values": [pdq(1), pdq(1)]}, "values"),
        ({"values": None}, "values"),
        ({"values": ["pdq"]}, "values[0]"),
    ],
)
def test_a_wrong_field_is_named(said: dict[str, Any], field: str) -> None:
    assert refused(said).field == field


def test_a_category_needs_a_scheme_that_has_it() -> None:
    assert refused({"law": "Act 1", "class": "csam", "category": "A"}, BARE).field == "category"
    foreign = ListHeader(
        name="a", version="1", created=CREATED, salt=bytes(32), law="x", legal_class="csam", scheme="own"
    )
    assert refused({"category": "A"}, foreign).field == "category"
    assert parsed({"scheme": "uk-iwf", "category": "A"}, foreign)[0].category == "A"


@pytest.mark.parametrize("place", ["entry", "source", "law", "note"])
def test_an_id_or_text_that_contains_the_value_is_refused(place: str) -> None:
    value = "ab" * 16
    said: dict[str, Any] = {"values": [{"kind": "md5", "value": value}]}
    entry = f"md5:{value}" if place == "entry" else "ent_1"
    said |= {} if place == "entry" else {place: f"x {value.upper()}"}
    error = refused(said, entry=entry)
    assert error.field == "entry"
    assert value not in error.message.lower()


@pytest.mark.parametrize("untrusted", ["", "a/b", "a b", ".", "..", "x" * 129, "ä", "a\n", 5, None])
def test_an_id_that_does_not_stand_in_a_path_is_refused(untrusted: object) -> None:
    with pytest.raises(Invalid):
        checked_entry_id(untrusted)


def several(*entries: object) -> Fields:
    return Fields(place="", untrusted={"entries": list(entries)})


def test_several_entries_are_one_list_of_rows() -> None:
    rows = parse_entries(
        several({"entry": "ent_1", "values": [pdq(1), pdq(2)]}, {"entry": "ent_2", "values": [pdq(3)]}), FULL
    )
    assert [row.entry for row in rows] == ["ent_1", "ent_1", "ent_2"]


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ([], "entries"),
        ([{"entry": f"e{n}", "values": [pdq(n)]} for n in range(ENTRIES_MAX + 1)], "entries"),
        ([{"values": [pdq(1)]}], "entries[0].entry"),
        ([{"entry": "a", "values": [pdq(1)]}, {"entry": "a", "values": [pdq(2)]}], "entries[1].entry"),
        ([{"entry": "a", "values": [pdq(1)]}, {"entry": "b", "values": [pdq(1)]}], "entries"),
        ([{"entry": "a", "values": [pdq(1)]}, 7], "entries[1]"),
        ([{"entry": "a", "values": [{"kind": "md5"}]}], "entries[0].values[0].value"),
    ],
)
def test_several_entries_with_one_wrong_are_refused_at_its_place(entries: list[object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_entries(several(*entries), FULL)
    assert caught.value.field == field


def test_beside_the_entries_nothing_is_known() -> None:
    with pytest.raises(Invalid) as caught:
        parse_entries(Fields(place="", untrusted={"entries": [], "list": "x"}), FULL)
    assert caught.value.field == "list"
