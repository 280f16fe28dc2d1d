from __future__ import annotations

import hashlib
import hmac
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tutela.prevent.guard.pilot.assigning import BLOCKS, arms_of, commitment

SEEDS = st.binary(min_size=32, max_size=32)


@given(SEEDS, st.integers(0, 200))
def test_arms_stay_balanced_and_follow_from_the_seed(seed: bytes, count: int) -> None:
    arms = arms_of(seed, "north", count)
    assert len(arms) == count and set(arms) <= {0, 1}
    assert arms_of(seed, "north", count + 50)[:count] == arms
    for people in range(count + 1):
        assert abs(2 * sum(arms[:people]) - people) <= max(BLOCKS) // 2


def test_sites_and_seeds_have_arms_of_their_own() -> None:
    assert arms_of(bytes(32), "north", 60) != arms_of(bytes(32), "south", 60)
    assert arms_of(bytes(32), "north", 60) != arms_of(b"1" * 32, "north", 60)
    assert commitment(bytes(32)) == hashlib.sha256(bytes(32)).hexdigest()


def test_it_is_the_documented_recipe() -> None:
    """Written again from the module's text, without its functions."""
    seed = hashlib.sha256(b"a seed").digest()
    numbers = []
    for turn in range(200):
        block = hmac.new(seed, f"tutela pilot assignment 1|north|{turn}".encode(), "sha256").digest()
        numbers += [int.from_bytes(block[at : at + 4], "big") for at in range(0, 32, 4)]

    def below(limit: int) -> int:
        while (number := numbers.pop(0)) >= 2**32 // limit * limit:
            pass
        return number % limit

    arms: list[int] = []
    while len(arms) < 100:
        size = (2, 4, 6)[below(3)]
        places = [0] * (size // 2) + [1] * (size // 2)
        for i in range(size - 1, 0, -1):
            j = below(i + 1)
            places[i], places[j] = places[j], places[i]
        arms += places
    assert arms_of(seed, "north", 100) == tuple(arms[:100])


def test_nobody_who_knows_the_last_arms_knows_the_next_for_sure() -> None:
    after = Counter[tuple[int, ...]]()
    for number in range(3000):
        arms = arms_of(number.to_bytes(32, "big"), "north", 3)
        after[arms] += 1
    assert all(after[(1, 1, last)] > 25 for last in (0, 1)), "two in a row leave both open"
    assert abs(after[(0, 0, 0)] - after[(1, 1, 1)]) < 40
