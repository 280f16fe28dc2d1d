from __future__ import annotations

from typing import get_args

from django.utils import translation

from tutela.hotline.intake.sentences import PROBLEMS, sentences
from tutela.hotline.intake.untrusted import Complaint, Problem


def test_every_problem_has_its_sentence() -> None:
    assert set(PROBLEMS) == set(get_args(Problem))


def test_a_line_is_named_in_the_language_of_whoever_reads() -> None:
    told = sentences((Complaint(field="addresses", line=3, problem="scheme"),))["errors"]["addresses"]
    with translation.override("de"):
        assert str(told[0]).startswith("Zeile 3: Nur Adressen")
    with translation.override("en"):
        assert str(told[0]).startswith("Line 3: Only addresses")


def test_a_whole_field_has_no_line() -> None:
    told = sentences((Complaint(field="text", line=0, problem="too_long"),))["errors"]["text"]
    assert str(told[0]).startswith("The description is too long")
