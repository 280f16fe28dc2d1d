from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.intake.sealed_words import MARK, parse_words, render_words
from tutela.hotline.intake.untrusted import DETAILS, readable

TEXTS = st.text().map(lambda text: readable(text).strip())
DETAIL = st.dictionaries(st.sampled_from(DETAILS), TEXTS.filter(bool))


@given(TEXTS.filter(lambda text: MARK not in text), DETAIL.filter(lambda told: MARK not in str(told)))
def test_what_was_written_comes_back(text: str, details: dict[str, str]) -> None:
    assert parse_words(render_words(text, details)) == (text, details)


def test_without_details_the_text_stands_alone() -> None:
    assert render_words("seen today", {}) == "seen today" and render_words("", {}) == ""


def test_people_can_read_it() -> None:
    told = render_words("seen today", {"access": "kiwi", "referrer": "https://a.test/"})
    assert told == f"seen today\n{MARK}\nreferrer: https://a.test/\naccess: kiwi"


def test_a_mark_that_somebody_typed_hides_nothing() -> None:
    assert parse_words(f"seen\n{MARK}\nand more")[0] == f"seen\n{MARK}\nand more"
