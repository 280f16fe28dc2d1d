"""The book of a recipient: what is new, changed and gone; pages in its own order; a file that lasts."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.service.feed_book import (
    FIRST_START,
    WITHDRAWN_KEPT_SECONDS,
    Book,
    Bookshelf,
    brought_up,
)
from tutela.detect.service.feed_rows import ROW, Current, key_of
from tutela.kernel.errors import Unavailable

KEY = bytes(32)
NOW = 1_700_000_000


def rows_of(values: dict[int, int]) -> np.ndarray:
    """Rows sorted by key: number of the value to the lists that hold it."""
    made = np.zeros(len(values), ROW)
    made["key"] = [key_of("pdq", number.to_bytes(32)) for number in values]
    made["lists"] = list(values.values())
    return made[np.argsort(made["key"])]


def up(book: Book, values: dict[int, int], now: int, version: str = "") -> Book:
    current = Current(rows=rows_of(values), boundary=None)
    return brought_up(book, current, {"a": version or str(now)}, now_seconds=now, order_key=KEY)


def numbers(rows: np.ndarray) -> list[int]:
    return [int.from_bytes(key.ljust(33, b"\0")[1:]) for key in rows["key"].tolist()]


def fetched(book: Book, start: int, size: int = 3) -> dict[int, int]:
    """Everything that a client which turns all pages gets: number to lists."""
    cursor, got = -1, dict[int, int]()
    while True:
        rows, after = book.page(start=start, cursor=cursor, size=size)
        got |= dict(zip(numbers(rows), rows["lists"].tolist(), strict=True))
        if after is None:
            return got
        cursor = after


@given(st.lists(st.dictionaries(st.integers(0, 12), st.integers(1, 3), max_size=12), min_size=1, max_size=6))
def test_a_client_that_keeps_its_time_ends_with_the_list_as_it_is(states: list[dict[int, int]]) -> None:
    """Whatever the lists do, also while the clock stands still."""
    book, held, start = Book(recipient="platform"), dict[int, int](), FIRST_START
    for at, state in enumerate(states):
        book = up(book, state, NOW, version=str(at))
        for number, lists in fetched(book, start).items():
            held[number] = lists
            if not lists:
                del held[number]
        assert held == state
        start = book.synced + 1
        assert fetched(book, start) == {}


def test_only_what_changed_is_told_again() -> None:
    book = up(Book(recipient="platform"), {1: 1, 2: 1, 3: 1}, NOW)
    book = up(book, {1: 1, 2: 3, 4: 1}, NOW + 50)
    assert fetched(book, NOW + 1) == {2: 3, 3: 0, 4: 1}
    assert fetched(book, FIRST_START) == {1: 1, 2: 3, 4: 1}, "who has nothing is told no withdrawals"


def test_withdrawals_are_forgotten_after_their_time() -> None:
    book = up(Book(recipient="platform"), {1: 1, 2: 1}, NOW)
    book = up(book, {1: 1}, NOW + 1)
    assert fetched(book, NOW + 1) == {2: 0}
    book = up(book, {1: 1}, NOW + 1 + WITHDRAWN_KEPT_SECONDS)
    assert len(book.rows) == 1


def test_a_clock_that_goes_back_loses_nothing() -> None:
    book = up(Book(recipient="platform"), {1: 1}, NOW)
    later = up(book, {1: 1, 2: 1}, NOW - 500)
    assert fetched(later, book.synced + 1) == {2: 1}


def test_pages_are_in_the_recipients_own_order() -> None:
    values = dict.fromkeys(range(40), 1)
    ours = up(Book(recipient="platform"), values, NOW)
    theirs = brought_up(
        Book(recipient="other"),
        Current(rows=rows_of(values), boundary=None),
        {},
        now_seconds=NOW,
        order_key=b"1" * 32,
    )
    assert numbers(ours.rows) != numbers(theirs.rows) != sorted(values)
    assert set(numbers(ours.rows)) == set(numbers(theirs.rows)) == set(values)


def test_rows_of_the_same_place_in_the_order_stay_together() -> None:
    rows = rows_of(dict.fromkeys(range(5), 1))
    rows["order"], rows["changed"] = [1, 2, 2, 2, 3], NOW
    book = Book(recipient="platform", rows=rows)
    first, cursor = book.page(start=0, cursor=-1, size=2)
    assert len(first) == 4 and cursor == 2
    last, cursor = book.page(start=0, cursor=2, size=2)
    assert len(last) == 1 and cursor is None


def test_a_page_may_be_given_by_a_later_book() -> None:
    book = up(Book(recipient="platform"), dict.fromkeys(range(30), 1), NOW)
    first, cursor = book.page(start=FIRST_START, cursor=-1, size=10)
    assert cursor is not None
    later = up(book, dict.fromkeys(range(60), 1), NOW + 9)
    rest = dict.fromkeys(numbers(first), 1)
    while cursor is not None:
        rows, cursor = later.page(start=FIRST_START, cursor=cursor, size=10)
        rest |= dict.fromkeys(numbers(rows), 1)
    assert set(range(30)) <= set(rest)
    assert set(rest) | set(fetched(later, book.synced + 1)) == set(range(60))


def test_a_book_knows_when_it_is_out_of_date() -> None:
    book = up(Book(recipient="platform"), {1: 1}, NOW, version="7")
    assert book.is_current({"a": "7"}, 0)
    assert not book.is_current({"a": "8"}, 0)
    assert not book.is_current({"a": "7", "b": "1"}, 0)
    assert not Book(recipient="platform").is_current({}, 0)
    due = Book(recipient="platform", synced=1, boundary=500)
    assert due.is_current({}, 499) and not due.is_current({}, 500)


def test_a_book_lasts(tmp_path: Path) -> None:
    shelf = Bookshelf(tmp_path / "feed")
    kept = shelf.change("platform", lambda book: up(book, {1: 1, 2: 3}, NOW))
    read = Bookshelf(tmp_path / "feed").read("platform")
    assert read.rows.tolist() == kept.rows.tolist()
    assert (read.versions, read.synced, read.names) == (kept.versions, kept.synced, kept.names)
    assert shelf.read("another").synced == 0
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "feed").glob("*.book")} == {0o600}


def test_a_page_stays_readable_while_the_book_is_replaced(tmp_path: Path) -> None:
    shelf = Bookshelf(tmp_path)
    shelf.change("platform", lambda book: up(book, dict.fromkeys(range(1000), 1), NOW))
    old = shelf.read("platform")
    shelf.change("platform", lambda book: up(book, {1: 1}, NOW + 100 * 86_400))
    shelf.change("platform", lambda book: up(book, {1: 1}, NOW + 200 * 86_400))
    assert len(shelf.read("platform").rows) == 1
    assert len(fetched(old, FIRST_START, size=100)) == 1000


def test_what_did_not_change_is_not_written(tmp_path: Path) -> None:
    shelf = Bookshelf(tmp_path)
    shelf.change("platform", lambda book: book)
    assert not list(tmp_path.glob("*.book"))


def test_changes_come_one_after_the_other(tmp_path: Path) -> None:
    shelf = Bookshelf(tmp_path)

    def add(number: int) -> None:
        def change(book: Book) -> Book:
            return up(book, dict.fromkeys([*numbers(book.rows), number], 1), NOW)

        shelf.change("platform", change)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(numbers(shelf.read("platform").rows)) == set(range(8))


@pytest.mark.parametrize(
    "damage", [b"", b"{}", b"[1]", b"\xff", b'{"format": "TUTELA-FEED 1", "recipient": "platform"}']
)
def test_a_damaged_book_is_said(tmp_path: Path, damage: bytes) -> None:
    shelf = Bookshelf(tmp_path)
    shelf.change("platform", lambda book: up(book, {1: 1}, NOW))
    next(tmp_path.glob("*.book")).write_bytes(damage)
    with pytest.raises(Unavailable, match="damaged"):
        shelf.read("platform")


def test_a_shortened_book_and_a_folder_that_is_none_are_said(tmp_path: Path) -> None:
    shelf = Bookshelf(tmp_path)
    shelf.change("platform", lambda book: up(book, {1: 1}, NOW))
    path = next(tmp_path.glob("*.book"))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Unavailable, match="damaged"):
        shelf.read("platform")
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="cannot be used"):
        Bookshelf(tmp_path / "file").change("platform", lambda book: book)
