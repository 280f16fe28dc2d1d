from __future__ import annotations

import itertools
import sys

import pytest
import shamir_mnemonic

from tutela.kernel.custody import shares
from tutela.kernel.custody.keys import PrivateKey, Split
from tutela.kernel.errors import Invalid, Unavailable

KEY = PrivateKey(raw=bytes(range(32)))
MADE = shares.split(KEY, Split(need=3, of=5))


def said(*given: str) -> str:
    with pytest.raises(Invalid) as met:
        shares.combine(given)
    assert met.value.field
    return met.value.public_message()


def altered(share: str, place: int, word: str) -> str:
    words = share.split()
    return " ".join([*words[: place - 1], word, *words[place:]])


def test_any_three_of_five_give_the_key_back_in_any_order() -> None:
    for chosen in itertools.permutations(MADE, 3):
        assert shares.combine(chosen) == KEY
    assert shares.combine([one.upper() for one in MADE]) == KEY


def test_each_share_has_33_words_and_two_splits_differ() -> None:
    assert {len(one.split()) for one in MADE} == {33}
    assert set(MADE).isdisjoint(shares.split(KEY, Split(need=3, of=5)))


def test_the_standards_own_implementation_reads_them_without_a_passphrase() -> None:
    assert shamir_mnemonic.combine_mnemonics(MADE[:3]) == KEY.raw


@pytest.mark.parametrize(("need", "of"), [(1, 1), (1, 3), (4, 3), (2, 17), (0, 0)])
def test_a_split_that_helps_nobody_is_refused(need: int, of: int) -> None:
    with pytest.raises(Invalid):
        shares.split(KEY, Split(need=need, of=of))


def test_fewer_say_how_many_are_missing() -> None:
    assert said(*MADE[:2]) == "shares: 2 of 3 are here: 1 more needed"
    assert said() == "shares: none was given"


def test_a_mistyped_word_is_named_with_what_was_meant() -> None:
    word = MADE[1].split()[6]
    assert said(MADE[0], altered(MADE[1], 7, word[:4] + "x")) == (
        f'share 2: word 7, "{word[:4]}x", is not in the list of words: did you mean "{word}"?'
    )
    assert said(altered(MADE[0], 1, "xqxqxq")) == 'share 1: word 1, "xqxqxq", is not in the list of words'
    assert said(altered(MADE[0], 1, "academmic")).endswith('did you mean "academic"?')


@pytest.mark.slow
@pytest.mark.parametrize("place", [2, 7, 33])
def test_a_word_of_the_list_in_the_wrong_place_is_named(place: int) -> None:
    word = "acid" if MADE[2].split()[place - 1] != "acid" else "academic"
    assert said(altered(MADE[2], place, word)).startswith(f'share 1: word {place}, "{word}", is in the list')


@pytest.mark.slow
def test_more_wrong_words_are_told() -> None:
    words = MADE[0].split()
    words[10], words[20] = words[20], words[10]
    assert "two or more words" in said(" ".join(words))


def test_a_share_that_is_cut_off_is_told() -> None:
    assert said(" ".join(MADE[0].split()[:30])) == "share 1: has 30 words, not 33"


def test_shares_of_different_splits_are_told_apart() -> None:
    other = shares.split(KEY, Split(need=3, of=5))
    assert said(MADE[0], MADE[1], other[2]) == "share 3: is of another split than share 1"
    assert said(MADE[0], MADE[1], MADE[0]) == "share 3: is share 1 once more"


def test_a_share_of_another_kind_is_told() -> None:
    (group, _) = shamir_mnemonic.generate_mnemonics(2, [(2, 2), (2, 2)], KEY.raw)
    assert said(*group) == "share 1: was not made by tutela keys split"


def test_shares_that_do_not_fit_together_give_no_key() -> None:
    read = [shamir_mnemonic.Share.from_mnemonic(one) for one in MADE[:3]]
    values = vars(read[2]) | {"value": bytes(32)}
    assert "do not belong together" in said(MADE[0], MADE[1], shamir_mnemonic.Share(**values).mnemonic())


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shamir_mnemonic", None)
    with pytest.raises(Unavailable, match=r"tutela\[custody\]"):
        shares.split(KEY, Split(need=2, of=3))


def test_how_many_more_are_needed_is_said_while_they_are_typed() -> None:
    assert [shares.missing(MADE[:number]) for number in (1, 2, 3, 4)] == [2, 1, 0, 0]
    with pytest.raises(Invalid, match="share 1 once more"):
        shares.missing([MADE[0], MADE[0]])
