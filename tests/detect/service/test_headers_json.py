from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tutela.detect.matching.headers import SALT_BYTES, checked_header
from tutela.detect.matching.shapes import ListHeader, Thresholds
from tutela.detect.service.headers_json import (
    checked_list_name,
    parse_list_header,
    render_list_header,
    same_list,
)
from tutela.detect.service.strict_json import Fields
from tutela.kernel.errors import Invalid

NOW = datetime(2026, 5, 1, tzinfo=UTC)
NEEDED: dict[str, Any] = {"law": "Act 1", "class": "csam"}


def fields(**said: Any) -> Fields:
    return Fields(place="", untrusted=NEEDED | said)


def parsed(**said: Any) -> ListHeader:
    return parse_list_header(fields(**said), "known", NOW)


def test_a_header_says_what_was_asked_and_has_a_salt_of_its_own() -> None:
    header = parsed(
        version="7",
        source="a hotline",
        scheme="uk-iwf",
        approved=True,
        valid_to="2027-01-01T00:00:00Z",
        thresholds={"distance_bits": 10, "film_target_percent": 60},
    )
    assert checked_header(header) is header
    assert (header.name, header.version, header.created, header.approved) == ("known", "7", NOW, True)
    assert header.thresholds == Thresholds(distance_bits=10, film_target_percent=60.0)
    assert len(header.salt) == SALT_BYTES
    assert parsed().salt != header.salt


def test_without_a_version_it_is_the_time() -> None:
    assert parsed().version == "2026-05-01T00:00:00Z"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"law": ""}, "law"),
        ({"class": ""}, "class"),
        ({"class": "illegal"}, "class"),
        ({"scheme": "made-up"}, "scheme"),
        ({"valid_to": "2026-04-30T00:00:00Z"}, "valid_to"),
        ({"known_good": "yes"}, "known_good"),
        ({"salt": "00" * 32}, "salt"),
        ({"thresholds": 31}, "thresholds"),
        ({"thresholds": {"distance_bits": 65}}, "thresholds.distance_bits"),
        ({"thresholds": {"film_query_percent": 101}}, "thresholds.film_query_percent"),
        ({"thresholds": {"bits": 1}}, "thresholds.bits"),
    ],
)
def test_a_wrong_field_is_named(said: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        parsed(**said)
    assert caught.value.field == field


def test_a_list_of_harmless_files_needs_no_law() -> None:
    header = parse_list_header(Fields(place="", untrusted={"known_good": True}), "good", NOW)
    assert header.known_good
    assert header.law == ""


def test_the_same_words_a_second_time_ask_for_the_same_list() -> None:
    standing = replace(parsed(source="x"), created=datetime(2025, 1, 1, tzinfo=UTC), version="older")
    assert same_list(standing, parsed(source="x"), fields(source="x"))
    assert not same_list(standing, parsed(source="y"), fields(source="y"))
    assert not same_list(standing, parsed(source="x", version="7"), fields(source="x", version="7"))
    assert not same_list(standing, parsed(source="x", thresholds={"distance_bits": 1}), fields(source="x"))


def test_a_header_is_shown_without_its_salt() -> None:
    header = parsed(valid_to="2027-01-01T00:00:00Z")
    shown = render_list_header(header)
    assert header.salt.hex() not in repr(shown)
    again = {name: value for name, value in shown.items() if name != "created"}
    assert same_list(
        header, parse_list_header(Fields(place="", untrusted=again), "known", NOW), fields(**again)
    )


@pytest.mark.parametrize("untrusted", ["", "a/b", "..", ".hidden", "-x", "x" * 101, "ä", "a\n", 5, None])
def test_a_name_that_is_no_plain_folder_name_is_refused(untrusted: object) -> None:
    with pytest.raises(Invalid):
        checked_list_name(untrusted)


def test_a_plain_name_is_itself() -> None:
    assert checked_list_name("hotline-de.2026_1") == "hotline-de.2026_1"
