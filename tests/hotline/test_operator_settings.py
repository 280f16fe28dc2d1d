from __future__ import annotations

import pytest
from pydantic import ValidationError

from tutela.hotline.operator_settings import OperatorSettings, in_language


def test_words_are_in_the_reader_s_language_else_the_first_else_none() -> None:
    words = {"nl": "twee jaar", "de": "zwei Jahre"}
    assert (in_language(words, "de"), in_language(words, "fr")) == ("zwei Jahre", "twee jaar")
    assert in_language({}, "de") == ""


def test_a_wrong_key_is_refused() -> None:
    assert OperatorSettings().name == ""
    with pytest.raises(ValidationError):
        OperatorSettings.model_validate({"nme": "x"})
