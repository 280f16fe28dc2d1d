from __future__ import annotations

import pytest

from tutela.hotline.ledger import acts
from tutela.kernel.log import is_declared


@pytest.fixture(autouse=True)
def _own_declarations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "_declared", {})


def test_a_declared_act_may_be_recorded_and_logged() -> None:
    acts.declare_acts({"tea_made": "Tea was made."})
    acts.check_declared("tea_made")
    assert acts.sentence_of("tea_made") == "Tea was made." and is_declared("tea_made")
    assert [(one.module, one.word) for one in acts.declared_acts()] == [(__name__, "tea_made")]


def test_what_is_not_declared_is_a_fault() -> None:
    with pytest.raises(ValueError, match="not declared"):
        acts.check_declared("tea_made")
    assert acts.sentence_of("tea_made") == "tea_made"


def test_twice_the_same_is_once() -> None:
    acts.declare_acts({"tea_made": "Tea was made."})
    acts.declare_acts({"tea_made": "Tea was made."})
    assert len(acts.declared_acts()) == 1


def test_a_word_has_one_meaning() -> None:
    acts.declare_acts({"tea_made": "Tea was made."})
    with pytest.raises(ValueError, match="twice"):
        acts.declare_acts({"tea_made": "Coffee was made."})


@pytest.mark.parametrize("word", ["Tea", "tea made", "t", "tea_" + "x" * 40, "http://a.test"])
def test_a_word_is_a_slug(word: str) -> None:
    with pytest.raises(ValueError, match="slug"):
        acts.declare_acts({word: "Tea was made."})


@pytest.mark.parametrize("sentence", ["", "tea was made.", "Tea was made"])
def test_an_act_says_what_was_done(sentence: str) -> None:
    with pytest.raises(ValueError, match="sentence"):
        acts.declare_acts({"tea_made": sentence})
