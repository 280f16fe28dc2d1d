"""What stands in the records of a live list."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.detect.matching.making import entry, header, many_entries, value
from tutela.detect.matching.headers import checked_header
from tutela.detect.matching.records import (
    Addition,
    Head,
    Removal,
    SegmentPlace,
    check_storable,
    parse_addition,
    parse_entry,
    parse_head,
    parse_removals,
    render_addition,
    render_entry,
    render_head,
    render_removals,
)


def test_additions_come_back_as_they_were() -> None:
    for change in (0, 12):
        addition = Addition(sequence=7, entries=tuple(many_entries(1, 60)), change=change)
        assert parse_addition(render_addition(addition)) == addition


def test_removals_come_back_as_they_were() -> None:
    removals = [
        Removal(sequence=3, entry="ent_ü"),
        Removal(sequence=4, entry="a", kind="pdq", value=value(1)),
        Removal(sequence=5, entry="a", undisputed=True, change=12),
    ]
    for kept in ([removals[0]], [removals[2]], removals):
        assert parse_removals(render_removals(kept)) == kept


def test_removal_of_an_earlier_release_is_read() -> None:
    payload = b'{"sequence": 3, "entry": "a", "kind": "", "value": "", "undisputed": false}'
    assert parse_removals(payload) == [Removal(sequence=3, entry="a")]


@pytest.mark.parametrize("payload", [b'{"removals": 1}', b'{"removals": [1]}', b'{"removals": [{}]}'])
def test_removals_that_are_not_ours_are_refused(payload: bytes) -> None:
    with pytest.raises(ValueError):
        parse_removals(payload)


def test_heads_come_back_as_they_were() -> None:
    places = (SegmentPlace(file="segment-1.tlist", through=1),)
    for change in (0, 12):
        head = Head(header=checked_header(header()), segments=places, sealed=5, sequence=9, change=change)
        assert parse_head(render_head(head)) == head


def test_a_removal_names_all_rows_or_some() -> None:
    one = entry("a", "md5", value(1, 16))
    assert Removal(sequence=1, entry="a").hits(one)
    assert Removal(sequence=1, entry="a", kind="md5", value=value(1, 16)).hits(one)
    assert not Removal(sequence=1, entry="a", kind="sha1").hits(one)
    assert Removal(sequence=1, entry="a", undisputed=True).hits(one)
    assert not Removal(sequence=1, entry="a", undisputed=True).hits(replace(one, disputed=True))
    assert not Removal(sequence=1, entry="a", kind="md5", value=value(2, 16)).hits(one)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b"[]",
        b"{}",
        b'{"sequence": -1}',
        b'{"sequence": true}',
        b'{"sequence": 1}',
    ],
)
def test_records_that_are_not_ours_are_refused(payload: bytes) -> None:
    for parse in (parse_addition, parse_removals, parse_head):
        with pytest.raises(ValueError):
            parse(payload)


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "%%%"},
        {"value": 5},
        {"value": ""},
        {"kind": "crc"},
        {"entry": 5},
        {"note": None},
        {"quality": 3.5},
        {"quality": 101},
        {"valid_to": "soon"},
    ],
)
def test_entries_that_are_not_ours_are_refused(changes: dict[str, Any]) -> None:
    good = render_entry(entry("a", "md5", value(1, 16)))
    assert parse_entry(good).entry == "a"
    with pytest.raises(ValueError):
        parse_entry(good | changes)
    with pytest.raises(ValueError):
        parse_entry([good])


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "TUTELA-LIVE 2"},
        {"segments": None},
        {"segments": [5]},
        {"segments": [{"file": "../segment-1.tlist", "through": 0}]},
        {"segments": [{"file": "tail.log", "through": 0}]},
        {"segments": [{"file": "segment-1.tlist", "through": -1}]},
        {"list": {}},
        {"sealed": None},
    ],
)
def test_heads_that_are_not_ours_are_refused(changes: dict[str, Any]) -> None:
    good = json.loads(render_head(Head(header=checked_header(header()), segments=(), sealed=0, sequence=0)))
    with pytest.raises(ValueError):
        parse_head(json.dumps(good | changes).encode())


def test_what_a_segment_could_not_hold_is_not_logged() -> None:
    good = entry("a", "md5", value(1, 16))
    check_storable(good)
    for bad in (replace(good, note="\ud800"), replace(good, value=b""), replace(good, kind="x")):
        with pytest.raises(ValueError):
            check_storable(bad)
