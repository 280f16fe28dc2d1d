from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tutela.kernel.signing.tables import Table

TOML = """
word = "tea"
words = ["a", "b"]
count = 3
flag = false
day = 2026-01-31
moment = 2026-01-31T13:00:00+01:00
[below]
inner = 1
"""


def test_each_kind_of_value_is_read() -> None:
    table = Table.read(TOML)
    assert table.text("word", ("tea",)) == "tea" and table.texts("words") == ("a", "b")
    assert table.number("count", 1, 3) == 3 and table.flag("flag") is False
    assert table.moment("day") == datetime(2026, 1, 31, tzinfo=UTC)
    assert table.moment("moment") == datetime(2026, 1, 31, 12, tzinfo=UTC)
    below = table.table("below")
    with pytest.raises(ValueError, match=r"below\.inner: nobody knows this key"):
        below.finish()
    assert below.number("inner", 0, 1) == 1
    below.finish()
    table.finish()


def test_what_is_left_out_is_missing_or_has_its_default() -> None:
    table = Table.read(TOML)
    assert table.text("none", default="") == "" and table.number("none", 0, 9, default=0) == 0
    assert table.flag("none", default=True) and not table.has("none") and "word" in table.names()
    asks: tuple[Callable[[str], object], ...] = (
        table.text,
        table.texts,
        table.flag,
        table.moment,
        table.table,
    )
    for ask in asks:
        with pytest.raises(ValueError, match="none: this is missing"):
            ask("none")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("word = 1", "this is a text"),
        ('word = " "', "this is a text"),
        (f'word = "{"x" * 2_001}"', "at most 2000 characters"),
        ('words = ["a", "a"]', "only once"),
        ('words = "a"', "list of texts"),
        ('words = ["a", 1]', "list of texts"),
        ('words = ["z"]', "any of: a, b"),
        ("count = 4", "from 1 to 3"),
        ("count = true", "from 1 to 3"),
        ("count = 1.0", "from 1 to 3"),
        ("flag = 1", "true or false"),
        ("moment = 2026-01-31T12:00:00", "with its zone"),
        ('moment = "2026-01-31"', "with its zone"),
        ("below = 1", "this is a table"),
    ],
    ids=lambda one: one[:24],
)
def test_a_wrong_value_is_named_with_what_would_be_right(line: str, reason: str) -> None:
    table = Table.read(line)
    asks: dict[str, Callable[[], object]] = {
        "word": lambda: table.text("word", ()),
        "words": lambda: table.texts("words", ("a", "b")),
        "count": lambda: table.number("count", 1, 3),
        "flag": lambda: table.flag("flag"),
        "moment": lambda: table.moment("moment"),
        "below": lambda: table.table("below"),
    }
    name = line.partition(" ")[0]
    with pytest.raises(ValueError, match=f"{name}: .*{reason}"):
        asks[name]()


def test_numbers_with_fractions_are_read_within_their_range() -> None:
    table = Table.read("a = 0.5\nb = 1\nc = [0, 0.25, 1]")
    assert (table.decimal("a", 0, 1), table.decimal("b", 0, 1)) == (0.5, 1.0)
    assert table.decimals("c", 3, 0, 1) == (0.0, 0.25, 1.0)
    table.finish()


@pytest.mark.parametrize("value", ["1.1", "-0.1", "true", '"1"', "nan", "inf", "[1]"])
def test_a_number_out_of_range_is_named(value: str) -> None:
    with pytest.raises(ValueError, match="a: a number from 0 to 1"):
        Table.read(f"a = {value}").decimal("a", 0, 1)


@pytest.mark.parametrize("value", ["[1]", "[1, 1, 2]", "1", '[1, 1, "1"]', "[1, 1, true]"])
def test_a_list_of_numbers_has_its_length_and_range(value: str) -> None:
    with pytest.raises(ValueError, match="a: "):
        Table.read(f"a = {value}").decimals("a", 3, 0, 1)


def test_a_word_outside_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="word: one of: coffee, water"):
        Table.read(TOML).text("word", ("water", "coffee"))


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    with pytest.raises(ValueError, match=r"this is no TOML: .*line 2"):
        Table.read("a = 1\nb = = 2\n")
