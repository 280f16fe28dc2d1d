from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.detect.matching.listings import OPTIONS
from tutela.detect.matching.readers.options import Tally
from tutela.detect.matching.readers.rows import TEXT_MAX, RowMaker, parse_moment, parse_quality
from tutela.kernel.ids import is_id

MD5, SHA1, PDQ = "0a" * 16, "0b" * 20, "0c" * 32


def maker() -> RowMaker:
    return RowMaker(OPTIONS, Tally())


def test_values_of_one_row_share_an_id_that_says_nothing() -> None:
    made = maker().entries({}, [("md5", MD5), ("SHA-1", SHA1), ("pdq", PDQ)])
    assert [entry.kind for entry in made] == ["md5", "sha1", "pdq"]
    assert len({entry.entry for entry in made}) == 1
    assert is_id(made[0].entry)
    assert MD5 not in made[0].entry


def test_the_same_row_has_the_same_id_and_another_row_another() -> None:
    one, same, other = (maker().entries({}, [("md5", text)])[0].entry for text in (MD5, MD5, "0d" * 16))
    assert one == same != other


def test_every_field_arrives() -> None:
    fields = {
        "entry": "abc-1",
        "source": "S",
        "law": "L",
        "class": "csam",
        "scheme": "uk-iwf",
        "category": "A",
        "quality": "77",
        "valid_from": "2026-01-31",
        "valid_to": "2026-02-28",
        "note": "N",
        "derived": "c10",
        "disputed": "TRUE",
    }
    (made,) = maker().entries(fields, [("pdq", PDQ)])
    assert (made.entry, made.source, made.law, made.note) == ("abc-1", "S", "L", "N")
    assert (made.legal_class, made.scheme, made.category) == ("csam", "uk-iwf", "A")
    assert (made.quality, made.derived, made.disputed) == (77, "c10", True)
    assert made.valid_from == datetime(2026, 1, 31, tzinfo=UTC)
    assert made.valid_to == datetime(2026, 3, 1, tzinfo=UTC)


def test_quality_belongs_to_pdq_only() -> None:
    made = maker().entries({"quality": "30"}, [("md5", MD5), ("pdq", PDQ)])
    assert [entry.quality for entry in made] == [None, 30]


def test_a_film_of_plain_frames_is_left_out_and_counted() -> None:
    tally = Tally()
    made = RowMaker(OPTIONS, tally).entries({}, [("md5", MD5), ("vpdq", f'["{PDQ},3,0.000"]')])
    assert [entry.kind for entry in made] == ["md5"]
    assert tally.sentences() == ["1 films without a usable frame left out"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"class": "copyright"}, "class must be one of"),
        ({"quality": "101"}, "quality"),
        ({"valid_to": "soon"}, "ISO 8601"),
        ({"valid_from": "2026-01-31T12:00:00"}, "time zone"),
        ({"disputed": "perhaps"}, "disputed"),
        ({"derived": "half"}, "derived"),
        ({"entry": "a\nb"}, "entry id"),
        ({"note": "x" * (TEXT_MAX + 1)}, "note is longer"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        maker().entries(fields, [("pdq", PDQ)])


@pytest.mark.parametrize("text", ["-1", "1e1", "٣", "999999999999", "5.0"])
def test_parse_quality_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="0 to 100"):
        parse_quality(text)


def test_parse_moment_is_utc() -> None:
    parse_moment.cache_clear()
    assert parse_moment(" 2026-01-31T12:00:00+02:00 ") == datetime(2026, 1, 31, 10, tzinfo=UTC)
    assert parse_moment("") is None
    assert parse_moment("2026-01-31T23:59:59Z", end=True) == datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC)


def test_blank_is_no_moment() -> None:
    parse_moment.cache_clear()
    assert parse_moment(" \t ") is None
