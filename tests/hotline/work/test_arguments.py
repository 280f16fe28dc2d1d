from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.work.arguments import ARGUMENTS_MAX, LIST_MAX, check_arguments
from tutela.kernel.ids import new_id


def test_ids_numbers_words_and_lists_of_them_pass() -> None:
    given_ones = {
        "item": new_id("itm_"),
        "number": 3,
        "share": 0.5,
        "flag": True,
        "none": None,
        "ids": ["a", 1],
    }
    assert check_arguments(given_ones) == given_ones


@given(st.text(min_size=1))
def test_no_address_and_no_name_of_a_file_or_host_passes(text: str) -> None:
    for sign in "./@ \\\n":
        with pytest.raises(ValueError):
            check_arguments({"word": text + sign})


@pytest.mark.parametrize(
    "arguments",
    [
        {"a": "x" * 129},
        {"a": ["x"] * (LIST_MAX + 1)},
        {"a": [["x"]]},
        {"a": b"bytes"},
        {"a": math.nan},
        {"a": math.inf},
        {"A": 1},
        {"": 1},
        {f"a{number}": 1 for number in range(ARGUMENTS_MAX + 1)},
    ],
    ids=lambda arguments: str(arguments)[:20],
)
def test_anything_else_is_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        check_arguments(arguments)


def test_a_refusal_names_the_argument_and_not_its_value() -> None:
    with pytest.raises(ValueError, match=r"^place:") as caught:
        check_arguments({"place": "http://secret.test/"})
    assert "secret" not in str(caught.value)
