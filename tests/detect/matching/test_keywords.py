from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.matching.keywords import NAME_WORDS_MAX, WORDS_MAX, keyword_print, prints, words_of

SALT = bytes(range(32))
KEYWORD = keyword_print("blue-lantern-test", SALT)


@pytest.mark.parametrize(
    "name",
    [
        "blue-lantern-test.jpg",
        "IMG_Blue Lantern.TEST_001.jpg",
        "bluelanterntest.png",
        "BLUE\u2013LANTERN\u00a0TEST",
        "blue_lantern__test",
        "ｂｌｕｅ lantern test",
        "blu\u00e9 lantern test".replace("\u00e9", "e\u0301"),
        "bl\u200bue lan\u00adtern test",
        "old/blue/lantern/test/0001.bin",
    ],
)
def test_a_keyword_is_found_under_any_separator(name: str) -> None:
    assert KEYWORD in prints(name, SALT)


@pytest.mark.parametrize(
    "name", ["blue lantern", "lantern-blue-test", "blue-lantern-tests", "", "...", "a" * 300]
)
def test_a_keyword_is_not_found_elsewhere(name: str) -> None:
    assert KEYWORD not in prints(name, SALT)


def test_repeated_letters_stay_as_they_are() -> None:
    # threatexchange's collapsing pattern did nothing; here nothing is collapsed on purpose (style.md 3).
    assert words_of("w0000000t") == ["w0000000t"]
    assert keyword_print("w0000000t", SALT) not in prints("w0t", SALT)


def test_scripts_without_spaces_are_found_inside_longer_text() -> None:
    assert keyword_print("青灯", SALT) in prints("写真青灯試験.jpg", SALT)
    assert keyword_print("青灯", SALT) not in prints("青い灯.jpg", SALT)


def test_prints_are_keyed_by_the_list() -> None:
    assert KEYWORD not in prints("blue-lantern-test", bytes(32))


@pytest.mark.parametrize("keyword", ["", "ab", "--", "é.", " ".join(["word"] * (WORDS_MAX + 1))])
def test_keyword_too_short_or_too_long_is_refused(keyword: str) -> None:
    with pytest.raises(ValueError, match="a keyword"):
        keyword_print(keyword, SALT)


def test_prints_of_an_endless_name_are_bounded() -> None:
    assert len(prints(" ".join(str(n) for n in range(5000)), SALT)) <= NAME_WORDS_MAX * WORDS_MAX


@given(st.text(max_size=40), st.text(max_size=10), st.text(max_size=10))
def test_a_keyword_is_found_between_any_separated_text(keyword: str, before: str, after: str) -> None:
    try:
        wanted = keyword_print(keyword, SALT)
    except ValueError:
        return
    assert wanted in prints(f"{before} {keyword} {after}", SALT)


@given(st.text(alphabet=st.characters(), max_size=40))
def test_prints_of_any_text_are_distinct_digests(name: str) -> None:
    found = prints(name, SALT)
    assert len(found) == len(set(found))
    assert all(len(one) == 32 for one in found)
