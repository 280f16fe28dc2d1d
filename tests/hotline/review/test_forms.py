"""The forms say what was said, in the words of the scheme."""

from __future__ import annotations

from typing import Any

import pytest

from tutela.hotline.review.forms import AssessmentForm, Chosen, SecondForm, VisitForm
from tutela.kernel.errors import Invalid
from tutela.kernel.ids import new_id
from tutela.kernel.taxonomy import scheme

NAMES = [new_id("itm_"), new_id("itm_")]
SAID = {
    "items": NAMES[:1],
    "outcome": "illegal",
    "legal_class": "csam",
    "category": "national",
    "element_gender": "both",
    "site_kind": "website",
    "self_generated": "yes",
    "commercial": "no",
}


def form(**change: Any) -> AssessmentForm:
    return AssessmentForm({**SAID, **change}, about=NAMES)


def test_what_is_typed_is_what_is_said() -> None:
    filled = form()
    assert filled.is_valid(), filled.errors
    said = filled.classification()
    assert (said.outcome, said.category, said.severity) == ("illegal", "national", 1)
    assert (dict(said.elements), said.self_generated) == ({"gender": "both"}, "yes")


def test_every_element_of_the_scheme_with_values_has_a_field_with_a_label() -> None:
    fields = form().fields
    for one in scheme("iccam").elements:
        assert fields[f"element_{one.name}"].label == one.label


def test_what_is_not_illegal_leaves_class_and_category_behind() -> None:
    filled = form(outcome="not_illegal")
    assert filled.is_valid()
    assert (filled.classification().legal_class, filled.classification().elements) == ("", {})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"category": ""}, "category"),
        ({"legal_class": ""}, "legal_class"),
        ({"outcome": ""}, "outcome"),
        ({"items": []}, "items"),
        ({"items": ["itm_" + "0" * 32]}, "items"),
        ({"element_age": "ninety"}, "element_age"),
    ],
    ids=str,
)
def test_what_is_missing_or_none_of_ours_is_said_at_its_field(change: dict[str, Any], field: str) -> None:
    assert set(form(**change).errors) == {field}


def test_a_second_person_agrees_or_doubts() -> None:
    assert SecondForm({"word": "agree"}).is_valid()
    assert not SecondForm({"word": "illegal"}).is_valid()


def test_what_is_done_on_a_visited_page_is_a_word_a_step_and_numbers() -> None:
    typed = {"do": "fetch", "step": "3", "key": "", "fetch": ["2", "9"]}
    assert VisitForm(typed).chosen() == Chosen(do="fetch", step=3, key=0, keys=(2, 9))
    for change in ({"do": "run"}, {"step": "-1"}, {"key": "x"}, {"fetch": ["0"]}, {"fetch": ["1001"]}):
        with pytest.raises(Invalid, match="number"):
            VisitForm(typed | change).chosen()
