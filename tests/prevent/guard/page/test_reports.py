"""A report holds a day, a way, a tier, the release and the person's words; and no address."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.errors import Invalid
from tutela.prevent.guard.page.reports import KINDS, TEXT_CHARACTERS_MAX, WAYS, Report, report_of

DAY = date(2026, 5, 4)


def report(text: str) -> Report:
    return Report(day=DAY, way="network", kind="near", release="0.1.0", text=text)


def test_the_text_is_this_and_nothing_else() -> None:
    assert report("A drawing of a bridge.\nTwice. ").to_text() == (
        "wrong block 1\nday: 2026-05-04\nway: network\nkind: near\nrelease: 0.1.0\n"
        "\nA drawing of a bridge.\nTwice.\n"
    )
    assert report(" ").to_text().endswith("release: 0.1.0\n")
    assert report("a\x00b\u202ec").to_text().endswith("abc\n"), "nothing that is not seen"


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.example/x",
        "see WWW.shop",
        "on shop.example",
        "it was shop.example, I think",
        "shop.example/a",
        "shop.example:80",
        "at 192.0.2.7 it was",
        "ask me@home",
        "ftp://a",
    ],
)
def test_what_looks_like_an_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        report(text)
    assert refused.value.field == "address"


@pytest.mark.parametrize(
    "text",
    ["A sunset. It was red.", "at 12.30 in the evening", "e.g. a map", "3.5 of 4", "Wait... no", "a/b"],
)
def test_plain_words_are_no_address(text: str) -> None:
    assert text in report(text).to_text()


def test_a_text_has_an_end() -> None:
    report("x" * TEXT_CHARACTERS_MAX)
    with pytest.raises(Invalid) as refused:
        report("x" * (TEXT_CHARACTERS_MAX + 1))
    assert refused.value.field == "long"


def test_a_form_is_read_whole() -> None:
    fields = {"day": "2026-05-04", "way": "screen", "kind": "unknown", "text": ""}
    assert report_of(fields, release="1").kind == "unknown"
    assert set(WAYS) == {"network", "screen"} and "unknown" in KINDS and len(KINDS) == 5
    for field, wrong in (("day", "4 May"), ("way", "air"), ("kind", "listed"), ("day", "")):
        with pytest.raises(Invalid):
            report_of({**fields, field: wrong}, release="1")


@given(st.dictionaries(st.sampled_from(["day", "way", "kind", "text"]), st.text(max_size=30)))
def test_any_form_is_read_or_refused(fields: dict[str, str]) -> None:
    try:
        report_of(fields, release="1")
    except Invalid:
        return
