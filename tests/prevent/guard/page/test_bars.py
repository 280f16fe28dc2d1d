from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutela.prevent.guard.page.bars import HEIGHT, WIDTH, bars


@given(st.lists(st.integers(0, 2**40), max_size=60))
def test_every_bar_is_inside_and_as_high_as_its_number(numbers: list[int]) -> None:
    made = bars(numbers)
    assert [one.number for one in made] == numbers
    for one in made:
        assert one.left >= 0 and one.left + one.width <= WIDTH and one.width > 0
        assert one.top >= 0 and abs(one.top + one.height - HEIGHT) < 0.15
        assert (one.height > 1) == (one.number > 0)


def test_the_largest_is_as_high_as_the_picture_and_half_is_half() -> None:
    first, second, third = bars([4, 2, 0])
    assert (first.height, second.height, third.height) == (HEIGHT, HEIGHT / 2, 0)
    assert first.left < second.left < third.left


def test_nothing_is_no_bar() -> None:
    assert bars([]) == () and bars([0])[0].height == 0
