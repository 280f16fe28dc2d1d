"""What somebody says, held against the scheme: contradictions are said at their field."""

from __future__ import annotations

from typing import Any

import pytest

from tutela.hotline.review.classification import Classification, categories
from tutela.kernel.errors import Invalid
from tutela.kernel.taxonomy import scheme, schemes

WHOLE = {"outcome": "illegal", "scheme": "iccam", "legal_class": "csam", "category": "baseline"}


def test_a_whole_one_fills_its_columns() -> None:
    said = Classification(**WHOLE, elements={"age": "infant"}, commercial="yes")
    columns = said.columns()
    assert (columns["severity"], columns["elements"]) == (2, {"v": 1, "age": "infant"})
    assert (columns["commercial"], columns["site_kind"]) == ("yes", "unknown")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"outcome": "perhaps"}, "outcome"),
        ({"outcome": "not_illegal"}, "outcome"),
        ({"scheme": "mine"}, "scheme"),
        ({"legal_class": ""}, "legal_class"),
        ({"legal_class": "spam"}, "legal_class"),
        ({"category": ""}, "category"),
        ({"category": "ignore"}, "category"),
        ({"category": "unassessed"}, "category"),
        ({"elements": {"age": "ninety"}}, "elements"),
        ({"elements": {"shoe": "1"}}, "elements"),
        ({"site_kind": "shed"}, "site_kind"),
        ({"self_generated": "maybe"}, "self_generated"),
        ({"commercial": "maybe"}, "commercial"),
    ],
    ids=str,
)
def test_what_contradicts_itself_or_the_scheme_is_refused(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        Classification(**{**WHOLE, **change})
    assert caught.value.field == field


@pytest.mark.parametrize("name", sorted(one.name for one in schemes()))
def test_every_scheme_that_is_shipped_has_categories_for_what_is_illegal(name: str) -> None:
    own = scheme(name)
    found = categories(own)
    assert found
    assert all(one.assessed for one in found)


def test_what_is_not_illegal_has_no_category() -> None:
    said = Classification(outcome="not_illegal", scheme="iccam")
    assert (said.severity, said.columns()["scheme"]) == (None, "")
