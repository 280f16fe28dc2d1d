"""Questions hold only what may leave; answers are short words and a score."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.service.outside.opinions import (
    LEAVING,
    About,
    Leaving,
    OutsideAnswer,
    Subject,
    check_answer,
    is_word,
    question_for,
)

PRINTS = (Fingerprint(kind="pdq", value=b"p" * 32), Fingerprint(kind="md5", value=b"m" * 16))
SUBJECT = Subject(medium="picture", size_bytes=3, prints=PRINTS, read=lambda: b"abc")


def about(*leaves: Leaving) -> About:
    return About(
        operator="somebody",
        country="NL",
        leaves=frozenset(leaves),
        media=frozenset({"picture"}),
        content_bytes_max=10,
        kept="nothing",
    )


def answer(**other: Any) -> OutsideAnswer:
    fields: dict[str, Any] = {"score": 0.5, "label": "review", "reasons": ("a", "b-1"), "model": "m-1.2"}
    return OutsideAnswer(**fields | other)


def test_a_question_holds_what_may_leave_and_nothing_else() -> None:
    prints = question_for(about("pdq"), SUBJECT, b"abc")
    assert (prints.content, [one.kind for one in prints.prints]) == (b"", ["pdq"])
    content = question_for(about("bytes"), SUBJECT, b"abc")
    assert (content.content, content.prints) == (b"abc", ())


@given(st.sets(st.sampled_from(LEAVING)))
def test_whatever_is_declared_nothing_else_leaves(leaves: set[Leaving]) -> None:
    question = question_for(about(*leaves), SUBJECT, b"abc")
    assert bool(question.content) is ("bytes" in leaves)
    assert {one.kind for one in question.prints} <= leaves


def test_neither_question_nor_subject_show_contents() -> None:
    assert "abc" not in repr(question_for(about("bytes"), SUBJECT, b"abc"))
    assert "ppp" not in repr(SUBJECT)


def test_a_proper_answer_passes() -> None:
    assert check_answer(answer()) == answer()


@pytest.mark.parametrize(
    "wrong",
    [
        {"score": 1.1}, {"score": -0.1}, {"score": float("nan")}, {"label": ""}, {"label": "Two Words"},
        {"label": "https://evil.example"}, {"label": "a" * 65}, {"model": "x" + "0f" * 16},
        {"reasons": ("fine", "<b>")}, {"reasons": ("a",) * 17}, {"reasons": (b"a",)},
    ],
)  # fmt: skip
def test_an_answer_carries_no_text_no_url_and_no_hash(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        check_answer(answer(**wrong))


def test_anything_else_is_no_answer() -> None:
    for other in (None, "match", {"score": 1}):
        with pytest.raises(ValueError):
            check_answer(other)


@given(st.binary(min_size=8, max_size=32))
def test_no_digest_is_a_word(digest: bytes) -> None:
    assert not is_word("x" + digest.hex())
