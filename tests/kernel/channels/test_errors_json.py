"""A refusal arrives as a refusal, and a word that nobody knows as a failure."""

from __future__ import annotations

import pytest

from tutela.kernel.channels import errors_json
from tutela.kernel.errors import Conflict, Invalid, Refused, TutelaError, Unavailable


@pytest.mark.parametrize(
    "error",
    [Invalid("no", field="url"), Refused("no"), Conflict("no"), Unavailable("no", retry_after_seconds=3.0)],
    ids=lambda error: error.code,
)
def test_each_family_comes_back(error: TutelaError) -> None:
    with pytest.raises(type(error)) as told:
        errors_json.check(errors_json.render(error))
    assert told.value.public_message() == error.public_message()
    assert getattr(told.value, "retry_after_seconds", None) == getattr(error, "retry_after_seconds", None)


def test_an_answer_passes() -> None:
    assert errors_json.check({"a": 1}) == {"a": 1}


@pytest.mark.parametrize("seconds", [float("inf"), float("nan"), -1, 1e300, True, "soon"])
def test_a_time_that_is_none_is_left_out(seconds: object) -> None:
    with pytest.raises(Unavailable) as told:
        errors_json.check({"error": "unavailable", "retry_after_seconds": seconds})
    assert told.value.retry_after_seconds is None


def test_an_unknown_word_is_a_failure() -> None:
    with pytest.raises(Unavailable):
        errors_json.check({"error": "something", "retry_after_seconds": "soon"})
