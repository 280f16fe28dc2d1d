"""A private key as shares of words, any n of which give it back (SLIP-39): the only user of shamir-mnemonic.

No passphrase: a passphrase that one person knows makes n holders depend on it. What is wrong with a share is
said by its number, the word's place and the word, so that a holder can look at the sheet again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from types import ModuleType
from typing import Any

from tutela.kernel.custody.keys import PrivateKey, Split
from tutela.kernel.errors import Invalid, Unavailable

#: Words of a share of 256 bits (SLIP-39, "Format of the share mnemonic").
WORDS = 33
#: Most shares of a group (SLIP-39).
SHARES_MAX = 16
#: Words of the list (SLIP-39, "Wordlist"): ten bits each.
_LIST_WORDS = 1_024
#: What the checksum begins with, by the flag "extendable" (SLIP-39, "Checksum").
_CUSTOM = (b"shamir", b"shamir_extendable")
#: Place of that flag within the second word (SLIP-39: 15 bits of identifier, the flag, 4 of exponent).
_FLAG_SHIFT = 4
#: Letters by which a word of the list is told from every other (SLIP-39, "Wordlist").
_TELLING_LETTERS = 4


def split(key: PrivateKey, how: Split) -> list[str]:
    """``how.of`` shares of 33 words each; any ``how.need`` give the key back, fewer say nothing about it.

    Raises Invalid unless 2 <= need <= of <= 16.
    """
    if not 2 <= how.need <= how.of <= SHARES_MAX:
        raise Invalid(f"from 2 up to the number of shares, which is at most {SHARES_MAX}", field="need")
    (group,) = _library().generate_mnemonics(1, [(how.need, how.of)], key.raw)
    return [str(one) for one in group]


def combine(untrusted_shares: Sequence[str]) -> PrivateKey:
    """The key, from any n of its shares in any order.

    Raises Invalid that names the share, and the word where one is wrong, or says how many are missing.
    """
    words, need = _read(untrusted_shares)
    if len(words) < need:
        raise Invalid(f"{len(words)} of {need} are here: {need - len(words)} more needed", field="shares")
    try:
        return PrivateKey(raw=_library().combine_mnemonics(words[:need]))
    except (_library().MnemonicError, ValueError) as error:
        raise Invalid(
            "these do not belong together: one of them is not of this split", field="shares"
        ) from error


def missing(untrusted_shares: Sequence[str]) -> int:
    """How many more are needed. Raises Invalid that names the share, and the word, where one is wrong."""
    words, need = _read(untrusted_shares)
    return max(0, need - len(words))


def _read(untrusted_shares: Sequence[str]) -> tuple[list[str], int]:
    """The shares as the library takes them, and how many give the key: they are right, and of one split."""
    words = [_checked(number, one) for number, one in enumerate(untrusted_shares, 1)]
    if not words:
        raise Invalid("none was given", field="shares")
    return words, _checked_set([_library().Share.from_mnemonic(one) for one in words])


def _checked(number: int, untrusted_share: str) -> str:
    """The words of a share in lower case, its checksum right. Raises Invalid."""
    words, field = untrusted_share.lower().split(), f"share {number}"
    for place, word in enumerate(words, 1):
        if word not in _index():
            raise Invalid(f'word {place}, "{word}", is not in the list of words{_hint(word)}', field=field)
    if len(words) != WORDS:
        raise Invalid(f"has {len(words)} words, not {WORDS}", field=field)
    numbers = [_index()[word] for word in words]
    if not _fits(numbers):
        raise Invalid(_what_is_wrong(words, numbers), field=field)
    return " ".join(words)


def _hint(word: str) -> str:
    """What was probably meant."""
    begins = [one for one in _index() if one[:_TELLING_LETTERS] == word[:_TELLING_LETTERS]]
    near = begins or get_close_matches(word, _index(), n=1)
    return f': did you mean "{near[0]}"?' if near else ""


def _fits(numbers: Sequence[int]) -> bool:
    flag = numbers[1] >> _FLAG_SHIFT & 1
    return bool(_library().rs1024.verify_checksum(numbers, _CUSTOM[flag]))


def _what_is_wrong(words: Sequence[str], numbers: Sequence[int]) -> str:
    """The one word that is another one, where exactly one place explains the checksum; never the right word.

    A guess is not put in place of what is written on paper (SLIP-39, "Checksum"): the sheet is.
    """
    places = list(_suspects(list(numbers)))
    if len(places) == 1:
        return f'word {places[0] + 1}, "{words[places[0]]}", is in the list and not what was written down'
    return "two or more words are wrong, or stand in another order"


def _suspects(numbers: list[int]) -> Iterator[int]:
    for place, was in enumerate(numbers):
        for other in range(_LIST_WORDS):
            numbers[place] = other
            if other != was and _fits(numbers):
                yield place
        numbers[place] = was


def _checked_set(shares: Sequence[Any]) -> int:
    """How many of them give the key: they are of one split. Raises Invalid."""
    first, seen = shares[0], list[int]()
    for number, one in enumerate(shares, 1):
        if one.group_parameters() != first.group_parameters():
            raise Invalid("is of another split than share 1", field=f"share {number}")
        if one.index in seen:
            raise Invalid(f"is share {seen.index(one.index) + 1} once more", field=f"share {number}")
        seen.append(one.index)
    if first.group_count != 1:
        raise Invalid("was not made by tutela keys split", field="share 1")
    return int(first.member_threshold)


def _index() -> dict[str, int]:
    found: dict[str, int] = _library().wordlist.WORD_INDEX_MAP
    return found


def _library() -> ModuleType:
    try:
        import shamir_mnemonic as found
    except ImportError as error:
        raise Unavailable("shares need the extra custody: pip install 'tutela[custody]'") from error
    library: ModuleType = found
    return library
