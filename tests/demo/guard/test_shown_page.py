"""The gallery: a dozen pictures, of every kind and form, none the same on two visits but the exact one."""

from __future__ import annotations

from collections import Counter

from tutela.demo.guard.pages import KNOWN_NUMBERS
from tutela.demo.guard.pictures import FORMS
from tutela.demo.guard.shown_page import PATH, gallery, hung


def test_what_hangs_there() -> None:
    one = hung(0)
    assert Counter(each.picture.kind for each in one) == {"benign": 6, "known": 4, "class": 2}
    known = [each.picture for each in one if each.picture.kind == "known"]
    assert [each.form for each in known] == list(FORMS)
    assert {each.number for each in known} <= set(KNOWN_NUMBERS)
    assert {each.layout for each in one if each.picture.kind == "benign"} == {"jpeg", "png", "webp", "avif"}
    assert [each.caption for each in one[:2]] == ["harmless", "declared known, exact"]


def test_a_page_shows_all_of_them_under_a_note() -> None:
    answers = gallery(3, "behind <it>")
    page = answers[PATH].body.decode()
    assert "behind &lt;it&gt;" in page and page.count("<img") == 12
    assert all(f'src="{path}"' in page for path in answers if path != PATH)


def test_only_the_exact_copy_is_the_same_file_on_two_visits() -> None:
    pairs = list(zip(hung(0), hung(1), strict=True))
    same = [
        one.caption
        for one, other in pairs
        if one.picture.kind != "class"
        and one.picture.encoded(one.layout) == other.picture.encoded(other.layout)
    ]
    assert same == ["declared known, exact"]
