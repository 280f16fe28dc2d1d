from __future__ import annotations

import hmac
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tutela.detect.fingerprints.shapes import VALUE_BYTES
from tutela.detect.matching.poison import poison_values
from tutela.detect.matching.shapes import ListHeader, Thresholds
from tutela.detect.matching.urls import entry_print
from tutela.detect.service.strict_json import Fields
from tutela.detect.service.values_json import FILM_FRAMES_MAX, VALUES_MAX, is_everybodys, parse_values
from tutela.kernel.errors import Invalid

SALT = bytes(range(32))
HEADER = ListHeader(name="a", version="1", law="law", created=datetime(2026, 1, 1, tzinfo=UTC), salt=SALT)
#: Half of its bits set in a pattern that no plain picture has.
PDQ = hmac.digest(b"test", b"pdq", "sha256")


def parsed(*values: object, header: ListHeader = HEADER) -> list[tuple[str, bytes, int | None]]:
    return list(parse_values(Fields(place="", untrusted={"values": list(values)}), header))


def refused(*values: object) -> Invalid:
    with pytest.raises(Invalid) as caught:
        parsed(*values)
    return caught.value


@pytest.mark.parametrize("kind", sorted(VALUE_BYTES))
@given(data=st.data())
def test_every_value_of_its_kinds_length_is_read_in_any_case(kind: str, data: st.DataObject) -> None:
    size = VALUE_BYTES[kind]
    raw = data.draw(st.binary(min_size=size, max_size=size))
    if is_everybodys(kind, raw, 31):
        return
    spelled = data.draw(st.sampled_from([raw.hex(), raw.hex().upper()]))
    assert parsed({"kind": kind, "value": spelled}) == [(kind, raw, None)]


@pytest.mark.parametrize("kind", [*sorted(VALUE_BYTES), "vpdq"])
@given(value=st.text(max_size=63) | st.integers() | st.none())
def test_any_other_value_is_refused_and_not_repeated(kind: str, value: object) -> None:
    assume(not isinstance(value, str) or len(value.strip()) not in (32, 40))
    error = refused({"kind": kind, "value": value})
    assert error.field == "values[0].value"
    assert not isinstance(value, str) or len(value) < 12 or value not in error.message


@pytest.mark.parametrize("kind", ["PDQ", "sha-256", "tmk", "", None, 5, ["pdq"]])
def test_an_unknown_kind_is_refused(kind: object) -> None:
    assert refused({"kind": kind, "value": PDQ.hex()}).field == "values[0].kind"


@pytest.mark.parametrize("quality", [49, 101, "80", 80.0, True, None])
def test_a_pdq_quality_below_the_threshold_is_refused(quality: object) -> None:
    assert refused({"kind": "pdq", "value": PDQ.hex(), "quality": quality}).field == "values[0].quality"


def test_a_pdq_quality_from_the_threshold_on_is_kept() -> None:
    assert parsed({"kind": "pdq", "value": PDQ.hex(), "quality": 50}) == [("pdq", PDQ, 50)]


def test_quality_says_nothing_about_a_digest() -> None:
    assert refused({"kind": "md5", "value": PDQ[:16].hex(), "quality": 80}).field == "values[0].quality"


def test_a_field_that_is_not_known_is_refused() -> None:
    assert refused({"kind": "md5", "value": PDQ[:16].hex(), "form": "r0"}).field == "values[0].form"


@pytest.mark.parametrize("kind", ["md5", "sha1", "sha256", "pdq"])
def test_what_everybody_has_cannot_be_listed(kind: str) -> None:
    for value in poison_values()[kind]:
        assert refused({"kind": kind, "value": value.hex()}).field == "values[0].value"


def test_a_pdq_within_the_lists_distance_of_a_plain_picture_cannot_be_listed() -> None:
    plain = int.from_bytes(min(poison_values()["pdq"]), "big")

    def value(bits: int) -> dict[str, Any]:
        return {"kind": "pdq", "value": (plain ^ ((1 << bits) - 1)).to_bytes(32, "big").hex()}

    assert refused(value(31)).field == "values[0].value"
    narrow = ListHeader(
        name="a", version="1", created=HEADER.created, salt=SALT, thresholds=Thresholds(distance_bits=10)
    )
    assert parsed(value(12), header=narrow)


def test_a_film_of_plain_frames_only_cannot_be_listed() -> None:
    plain = min(poison_values()["pdq"]).hex()
    assert refused({"kind": "vpdq", "value": plain}).field == "values[0].value"
    assert parsed({"kind": "vpdq", "value": plain + PDQ.hex()})


def test_a_film_keeps_each_frame_once() -> None:
    other = hmac.digest(b"test", b"other", "sha256")
    text = PDQ.hex() + other.hex() + PDQ.hex()
    assert parsed({"kind": "vpdq", "value": text}) == [("vpdq", PDQ + other, None)]


@pytest.mark.parametrize("text", ["", "ab", PDQ.hex()[:-2], PDQ.hex() * (FILM_FRAMES_MAX + 1), " " * 64])
def test_a_film_has_whole_frames_and_not_too_many(text: str) -> None:
    assert refused({"kind": "vpdq", "value": text}).field == "values[0].value"


def test_an_address_becomes_a_digest_under_the_lists_salt() -> None:
    url = "https://host.test/a/b.jpg?x=1"
    assert parsed({"kind": "url", "value": url}) == [("url", entry_print(url, SALT), None)]


@pytest.mark.parametrize(
    "url", ["ftp://host.test/a", "not an address", "http://a.test\\@b.test/", "keyed:" + "0" * 64]
)
def test_an_address_that_two_readers_take_for_different_ones_is_refused(url: str) -> None:
    error = refused({"kind": "url", "value": url})
    assert error.field == "values[0].value"
    assert url not in error.message


def test_a_keyword_becomes_a_digest_too() -> None:
    assert parsed({"kind": "text", "value": "Blue Lantern"}) == parsed(
        {"kind": "text", "value": "blue-lantern"}
    )
    assert refused({"kind": "text", "value": "ab"}).field == "values[0].value"


def test_an_entry_has_a_bounded_number_of_values() -> None:
    one = {"kind": "pdq", "value": PDQ.hex()}
    assert refused(*[one] * (VALUES_MAX + 1)).field == "values"
    assert refused().field == "values"
