"""Random values as twenty signs in groups of four, the last of which finds a slip of the pen.

The signs are Crockford's 32 (no I, L, O, U; I and L are read as 1, O as 0, small letters as large ones). Each
sign is an element of GF(32); the check sign makes the value at 2 of the polynomial of all signs zero. One
wrong sign and two signs in each other's place are always found, because the powers of 2 are all different.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Random signs, and bits in them: 19 x 5 (the issue asks for 80).
VALUE_SIGNS, VALUE_BITS = 19, 95
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "-": "", " ": ""})
#: x**5 = x**2 + 1: a primitive polynomial, under which 2 generates all 31 elements but zero.
_POLYNOMIAL = 0b100101


def spell(value: int) -> str:
    """``value`` below 2**95 as five groups: ``7K3Q-...``."""
    if not 0 <= value < 1 << VALUE_BITS:
        raise ValueError(f"a value of {VALUE_BITS} bits")
    numbers = [value >> 5 * place & 31 for place in reversed(range(VALUE_SIGNS))]
    numbers.append(_times_two(_at_two(numbers)))
    signs = "".join(SIGNS[one] for one in numbers)
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def read(untrusted_text: str) -> int:
    """The value that was spelled; blanks, hyphens and case do not count. Raises ValueError."""
    signs = untrusted_text.strip().upper().translate(_MISREAD)
    if len(signs) != VALUE_SIGNS + 1 or not set(signs) <= set(SIGNS):
        raise ValueError(f"{VALUE_SIGNS + 1} letters and digits in groups of four")
    numbers = [SIGNS.index(one) for one in signs]
    if _at_two(numbers):
        raise ValueError("a sign is wrong, or two stand in each other's place")
    value = 0
    for one in numbers[:-1]:
        value = value << 5 | one
    return value


def new_value(random_bits: Callable[[int], int] = secrets.randbits) -> int:
    """A random value."""
    return random_bits(VALUE_BITS)


def _at_two(numbers: list[int]) -> int:
    """The polynomial with these coefficients at 2, the first one highest (Horner)."""
    found = 0
    for one in numbers:
        found = _times_two(found) ^ one
    return found


def _times_two(number: int) -> int:
    doubled = number << 1
    return doubled ^ _POLYNOMIAL if doubled & 32 else doubled
