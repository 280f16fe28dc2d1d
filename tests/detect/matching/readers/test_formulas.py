from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.matching.readers.formulas import defused, restored


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\x00", "＝1", "＋1", "－1", "＠x"]
)
def test_a_formula_is_never_written_as_such(text: str) -> None:
    assert defused(text) == "'" + text
    assert restored(defused(text)) == text


@given(st.text(max_size=10))
def test_every_text_survives(text: str) -> None:
    assert restored(defused(text)) == text


def test_ordinary_apostrophes_of_others_stay() -> None:
    assert restored("'tis") == "'tis"
