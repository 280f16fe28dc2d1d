from __future__ import annotations

from tutela.hotline.statistics.bars import ROWS_MAX, bars, named
from tutela.hotline.statistics.suppression import protect


def test_a_hidden_count_has_no_bar_and_the_longest_fills_its_place() -> None:
    shown = bars(protect({("a",): 50, ("b",): 25, ("c",): 1, ("d",): 7}, 5), {"a": "first"})
    assert [(row.name, row.count, row.width) for row in shown.rows] == [
        ("first", 50, 100), ("b", 25, 50), ("c", None, 0), ("d", None, 0),
    ]  # fmt: skip


def test_a_long_table_says_how_much_is_left_out() -> None:
    shown = bars(protect({(f"{at:04}",): 9 for at in range(ROWS_MAX + 3)}, 5), {})
    assert len(shown.rows) == ROWS_MAX and shown.more == 3


def test_counts_of_work_hide_nothing() -> None:
    shown = named({"in_doubt": 1, "sent": 4}, {})
    assert [row.count for row in shown.rows] == [1, 4] and shown.total == 5
    assert named({"queued": 0}, {}).rows[0].width == 0
