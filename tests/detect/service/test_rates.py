from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detect.service.values import prints_of, value_at
from tutela.detect.service import tables
from tutela.detect.service.probing import Watch
from tutela.detect.service.problems import Busy
from tutela.detect.service.rates import BURST_SECONDS, Rates
from tutela.detect.service.roles import Caller, CallerLimits
from tutela.detect.service.tables import SharedTables
from tutela.kernel.clock import FixedClock


def a_caller(name: str = "forum", per_second: float = 10, per_day: int = 1_000) -> Caller:
    limits = CallerLimits(queries_per_second=per_second, queries_per_day=per_day)
    return Caller(name=name, roles=frozenset({"match"}), purpose="uploads of a forum", limits=limits)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 5, 6, 23, 0, tzinfo=UTC))


def admitted(book: Rates, caller: Caller, tries: int) -> int:
    done = 0
    for _ in range(tries):
        try:
            book.admit(caller)
        except Busy:
            continue
        done += 1
    return done


def test_a_burst_then_the_rate(clock: FixedClock) -> None:
    book, caller = Rates(clock=clock), a_caller()
    assert admitted(book, caller, 100) == 10 * BURST_SECONDS
    clock.advance(1)
    assert admitted(book, caller, 100) == 10


def test_retry_after_is_when_it_works_again(clock: FixedClock) -> None:
    book, caller = Rates(clock=clock), a_caller()
    admitted(book, caller, 100)
    with pytest.raises(Busy, match="a second") as told:
        book.admit(caller)
    assert told.value.retry_after_seconds == pytest.approx(0.1)
    clock.advance(0.101)
    book.admit(caller)


def test_callers_do_not_disturb_each_other(clock: FixedClock) -> None:
    book, noisy, quiet = Rates(clock=clock), a_caller("noisy"), a_caller("quiet")
    admitted(book, noisy, 100)
    book.admit(quiet)


def test_a_batch_counts_all_its_queries_and_is_never_too_large_to_be_let_in(clock: FixedClock) -> None:
    book, caller = Rates(clock=clock), a_caller()
    book.admit(caller, queries=100)
    with pytest.raises(Busy) as told:
        book.admit(caller)
    assert told.value.retry_after_seconds == pytest.approx(8.1)
    clock.advance(8.2)
    book.admit(caller)


def test_a_day_is_used_up_and_begins_again_at_midnight(clock: FixedClock) -> None:
    book, caller = Rates(clock=clock), a_caller(per_day=5)
    assert admitted(book, caller, 9) == 5
    with pytest.raises(Busy, match="this day") as told:
        book.admit(caller)
    assert told.value.retry_after_seconds == 3_600
    clock.advance(3_600)
    assert admitted(book, caller, 9) == 5


def test_several_processes_share_the_limits(clock: FixedClock) -> None:
    caller = a_caller(per_day=400)
    books = [Rates(clock=clock, share=1 / 4) for _ in range(4)]
    assert sum(admitted(book, caller, 100) for book in books) == 10 * BURST_SECONDS


def test_a_very_small_share_still_lets_one_in(clock: FixedClock) -> None:
    book, caller = Rates(clock=clock, share=0.001), a_caller(per_second=0.5, per_day=10)
    assert admitted(book, caller, 3) == 1


def test_processes_over_the_same_tables_keep_the_whole_limit_wherever_it_is_used(
    clock: FixedClock, tmp_path: Path
) -> None:
    caller = a_caller(per_day=30)
    one, two = (Rates(SharedTables(tmp_path, bytes(32)), clock=clock) for _ in range(2))
    assert admitted(one, caller, 100) == 10 * BURST_SECONDS
    assert admitted(two, caller, 100) == 0
    clock.advance(1)
    assert admitted(two, caller, 7) + admitted(one, caller, 100) == 10
    clock.advance(10)
    with pytest.raises(Busy, match="this day"):
        two.admit(caller)


def test_watch_and_rates_share_a_table_and_leave_each_other_alone(clock: FixedClock) -> None:
    watch, caller = Watch(), a_caller()
    book = Rates(watch.tables, clock=clock)
    for place in range(12):
        book.admit(caller)
        watch.query(caller, prints_of(value_at(1, place)), met=False, now_seconds=1e9)
    assert admitted(book, caller, 100) == 10 * BURST_SECONDS - 12


def test_the_number_of_accounts_is_bounded(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "CALLERS_MAX", 2)
    book, first = Rates(clock=clock), a_caller("first")
    assert admitted(book, first, 100) == 20
    book.admit(a_caller("second"))
    book.admit(a_caller("third"))
    assert admitted(book, first, 100) == 20  # forgotten, so full again


@pytest.mark.parametrize("share", [0, -1, 1.1])
def test_a_wrong_share_is_an_error(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        Rates(share=share)


def test_no_query_is_an_error(clock: FixedClock) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Rates(clock=clock).admit(a_caller(), queries=0)


@given(st.lists(st.floats(0, 5), max_size=60))
def test_never_more_than_burst_and_rate(pauses: list[float]) -> None:
    clock = FixedClock(datetime(2026, 5, 6, 1, 0, tzinfo=UTC))
    book, caller, done = Rates(clock=clock), a_caller(per_second=2), 0
    for pause in pauses:
        clock.advance(pause)
        done += admitted(book, caller, 7)
    assert done <= 2 * BURST_SECONDS + 2 * sum(pauses) + 1e-6
