"""Which arm the next person of a site gets: permuted blocks of random sizes, drawn from a secret seed.

Blocks of two, four or six, each half and half, in random order, so that the arms of a site stay balanced and
nobody who knows the last arms can tell the next one for sure. All of it follows from 32 bytes: their SHA-256
stands in the signed study file from the beginning, and when they are opened anybody can do it again:

    stream = HMAC-SHA-256(seed, "tutela pilot assignment 1|" site "|" 0), ... 1), ...; each digest 8 numbers
    of 32 bits, high first; a number below k: the next one below 2**32 // k * k, modulo k
    block:  size = (2, 4, 6)[below 3], the first half arm 0, the second arm 1; for i from the last place
    down to the second: swap place i with place (below i + 1)
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterator

#: Bytes of a seed.
SEED_BYTES = 32
#: People in a block.
BLOCKS = (2, 4, 6)


def commitment(seed: bytes) -> str:
    """What the study file says of the seed: its SHA-256, in hexadecimal digits."""
    return hashlib.sha256(seed).hexdigest()


def arms_of(seed: bytes, site: str, count: int) -> tuple[int, ...]:
    """The arms (0 or 1) of the first ``count`` people of a site."""
    numbers, arms = _numbers(seed, site), list[int]()
    while len(arms) < count:
        arms += _block(numbers)
    return tuple(arms[:count])


def _block(numbers: Iterator[int]) -> list[int]:
    size = BLOCKS[_below(numbers, len(BLOCKS))]
    block = [0] * (size // 2) + [1] * (size // 2)
    for last in range(size - 1, 0, -1):
        other = _below(numbers, last + 1)
        block[last], block[other] = block[other], block[last]
    return block


def _numbers(seed: bytes, site: str) -> Iterator[int]:
    turn = 0
    while True:
        text = f"tutela pilot assignment 1|{site}|{turn}"
        yield from struct.unpack(">8I", hmac.digest(seed, text.encode(), "sha256"))
        turn += 1


def _below(numbers: Iterator[int], limit: int) -> int:
    fair = (1 << 32) // limit * limit
    return next(number for number in numbers if number < fair) % limit
