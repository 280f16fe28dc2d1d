from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.work.waits import LONGEST_SECONDS, wait_seconds


def test_waits_double() -> None:
    assert [wait_seconds(tries, chance=lambda: 0.0) for tries in (1, 2, 3, 20)] == [
        5,
        10,
        20,
        LONGEST_SECONDS,
    ]


def test_chance_takes_up_to_half() -> None:
    assert wait_seconds(2, chance=lambda: 1.0) == 5.0
    assert len({wait_seconds(9) for _ in range(50)}) > 1


@given(st.integers(1, 10**6), st.floats(0, 10**5), st.floats(0, 1))
def test_a_wait_is_never_shorter_than_asked_nor_longer_than_both(
    tries: int, least: float, share: float
) -> None:
    found = wait_seconds(tries, least_seconds=least, chance=lambda: share)
    assert least <= found <= max(least, LONGEST_SECONDS)
