"""A list's header as JSON and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.detect.matching.making import CREATED, NOW, header
from tutela.detect.matching.headers import (
    SALT_BYTES,
    checked_header,
    new_salt,
    parse_header,
    parse_moment,
    render_header,
    render_moment,
)
from tutela.detect.matching.shapes import ListHeader, Thresholds


def test_header_comes_back_as_it_was() -> None:
    full = header(
        source="somebody",
        law="§ 1",
        legal_class="csam",
        scheme="s",
        valid_to=NOW,
        known_good=True,
        approved=True,
        device_perceptual=True,
        salt=new_salt(),
        distance_bits=20,
        quality_min=60,
        film_target_percent=70.5,
        film_query_percent=1.0,
    )
    assert parse_header(json.loads(json.dumps(render_header(full)))) == full


def test_every_list_gets_its_own_salt() -> None:
    first, second = checked_header(header()), checked_header(header())
    assert len(first.salt) == SALT_BYTES
    assert first.salt != second.salt
    assert checked_header(first).salt == first.salt


def test_salt_is_not_in_the_representation() -> None:
    salted = checked_header(header())
    assert salted.salt.hex() not in repr(salted)
    assert repr(salted.salt) not in repr(salted)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"name": ""}, "name"),
        ({"thresholds": Thresholds(distance_bits=65)}, "distance_bits"),
        ({"thresholds": Thresholds(distance_bits=-1)}, "distance_bits"),
        ({"thresholds": Thresholds(quality_min=101)}, "quality_min"),
        ({"thresholds": Thresholds(film_target_percent=100.5)}, "percent"),
        ({"thresholds": Thresholds(film_query_percent=float("nan"))}, "percent"),
        ({"created": datetime(2026, 1, 1)}, "time zone"),
        ({"valid_to": datetime(2026, 1, 1)}, "time zone"),
        ({"salt": b"short"}, "salt"),
    ],
)
def test_header_that_cannot_be_right_is_refused(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        checked_header(replace(header(), **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"created": None},
        {"created": 5},
        {"created": "2026-01-01"},
        {"created": "yesterday"},
        {"valid_to": []},
        {"name": 7},
        {"name": "x" * 10_001},
        {"known_good": "yes"},
        {"approved": 1},
        {"device_perceptual": 1},
        {"thresholds": None},
        {"thresholds": {"distance_bits": 31.0}},
        {"thresholds": {"distance_bits": 31, "quality_min": True}},
        {"thresholds": {"distance_bits": 31, "quality_min": 50, "film_target_percent": "80"}},
        {"salt": "zz"},
        {"salt": ""},
    ],
)
def test_foreign_header_is_refused(changes: dict[str, Any]) -> None:
    good = render_header(checked_header(header()))
    with pytest.raises(ValueError):
        parse_header(good | changes)


@pytest.mark.parametrize("whole", [None, [], "header", 1])
def test_header_that_is_no_object_is_refused(whole: object) -> None:
    with pytest.raises(ValueError, match="object"):
        parse_header(whole)


def test_moments_are_utc_with_z() -> None:
    assert render_moment(CREATED) == "2026-01-01T00:00:00Z"
    assert render_moment(None) is None
    assert parse_moment(None) is None
    assert parse_moment("2026-01-01T02:00:00+02:00") == CREATED


def test_defaults_are_those_of_the_house() -> None:
    plain = ListHeader(name="a", version="1", created=CREATED)
    assert (plain.thresholds.distance_bits, plain.thresholds.quality_min) == (31, 50)
    assert (plain.thresholds.film_target_percent, plain.thresholds.film_query_percent) == (80.0, 0.0)
