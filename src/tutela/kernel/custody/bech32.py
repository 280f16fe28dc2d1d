"""Bech32: bytes as letters with a checksum, as the age format writes its keys (BIP 173).

Only the form that age uses: no segwit version, no limit of 90 characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

#: The 32 characters, by value (BIP 173, "Bech32").
CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
#: Characters of the checksum at the end (BIP 173).
CHECKSUM_CHARACTERS = 6
#: Coefficients of the checksum's generator (BIP 173, "Checksum").
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
#: Bits of a byte, and of a character.
_BYTE, _CHARACTER = 8, 5


def render(prefix: str, value: bytes) -> str:
    """``prefix``, a 1, the bytes and six characters of checksum, all in lower case."""
    numbers = list(_regrouped(value, _BYTE, _CHARACTER, pad=True))
    sum_of = _checksum([*_spread(prefix), *numbers, *[0] * CHECKSUM_CHARACTERS]) ^ 1
    check = ((sum_of >> (_CHARACTER * place)) & 31 for place in reversed(range(CHECKSUM_CHARACTERS)))
    return f"{prefix}1" + "".join(CHARACTERS[number] for number in [*numbers, *check])


def parse(prefix: str, untrusted_text: str) -> bytes:
    """The bytes that ``render`` was given. Raises ValueError for every other text, without quoting it."""
    if untrusted_text != untrusted_text.lower() and untrusted_text != untrusted_text.upper():
        raise ValueError("large and small letters are mixed")
    begin, _, rest = untrusted_text.lower().rpartition("1")
    if begin != prefix or len(rest) < CHECKSUM_CHARACTERS or not set(rest) <= set(CHARACTERS):
        raise ValueError(f"a key of this kind begins with {prefix}1 and holds letters and digits")
    numbers = [CHARACTERS.index(one) for one in rest]
    if _checksum([*_spread(prefix), *numbers]) != 1:
        raise ValueError("the checksum of the key does not fit: a character is wrong or missing")
    value = bytes(_regrouped(numbers[:-CHECKSUM_CHARACTERS], _CHARACTER, _BYTE, pad=False))
    if render(prefix, value) != untrusted_text.lower():
        raise ValueError("the key has bits to spare that are not zero")
    return value


def _spread(prefix: str) -> list[int]:
    """The prefix as it enters the checksum (BIP 173, "Checksum")."""
    return [ord(one) >> 5 for one in prefix] + [0] + [ord(one) & 31 for one in prefix]


def _checksum(numbers: Sequence[int]) -> int:
    """BIP 173's polymod: 1 where the last six numbers are the right checksum."""
    found = 1
    for number in numbers:
        top = found >> 25
        found = (found & 0x1FFFFFF) << 5 ^ number
        for place, part in enumerate(_GENERATOR):
            found ^= part if top >> place & 1 else 0
    return found


def _regrouped(numbers: Iterable[int], have_bits: int, want_bits: int, *, pad: bool) -> Iterator[int]:
    """The same bits in groups of another size; a last group that is not full is padded or left away."""
    gathered = bits = 0
    for number in numbers:
        gathered, bits = gathered << have_bits | number, bits + have_bits
        while bits >= want_bits:
            bits -= want_bits
            yield gathered >> bits
            gathered &= (1 << bits) - 1
    if pad and bits:
        yield gathered << (want_bits - bits)
