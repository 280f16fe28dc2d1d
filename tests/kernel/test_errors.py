from __future__ import annotations

import pytest

from tutela.kernel import errors
from tutela.kernel.errors import Conflict, Invalid, Refused, TutelaError, Unavailable

FAMILIES = (Invalid, Refused, Conflict, Unavailable)


def test_there_are_four_families_and_no_more() -> None:
    classes = {value for value in vars(errors).values() if isinstance(value, type)}
    assert {kind for kind in classes if issubclass(kind, Exception)} == {TutelaError, *FAMILIES}


@pytest.mark.parametrize(
    ("family", "code", "http_status"),
    [
        (Invalid, "invalid", 422),
        (Refused, "refused", 404),
        (Conflict, "conflict", 409),
        (Unavailable, "unavailable", 503),
    ],
)
def test_family_has_code_and_http_face(family: type[TutelaError], code: str, http_status: int) -> None:
    assert (family.code, family.http_status) == (code, http_status)
    assert family("no list of that name").public_message() == "no list of that name"
    assert str(family("no list of that name")) == "no list of that name"


@pytest.mark.parametrize("family", FAMILIES)
def test_family_docstring_is_the_operators_text(family: type[TutelaError]) -> None:
    assert family.__doc__
    assert len(family.__doc__) > 20


def test_invalid_names_the_field_before_the_reason() -> None:
    error = Invalid("must be 0 to 31", field="distance_bits")
    assert error.field == "distance_bits"
    assert error.public_message() == "distance_bits: must be 0 to 31"


def test_unavailable_says_when_to_try_again() -> None:
    assert Unavailable("the bucket does not answer", retry_after_seconds=2.5).retry_after_seconds == 2.5
    assert Unavailable("the bucket does not answer").retry_after_seconds is None
