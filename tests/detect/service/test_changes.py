from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.detect.matching.making import entry, value
from tests.detect.service.drafts import NOW, act, add, create, remove
from tutela.detect.service.changes import (
    ENTRIES_PER_CHANGE_MAX,
    ENTRY_ID_MAX,
    ChangeLog,
    Draft,
    MemoryChangeLog,
    checked_draft,
)
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Invalid, Unavailable

ADD = add("a", entry("e", "pdq", value(1)))


def other_log(kind: str, request: pytest.FixtureRequest) -> Any:
    """A log of this kind at the place of the one before, as another process opens it."""
    clock = FixedClock(NOW)
    if kind == "sqlite":
        return SqliteChangeLog(request.getfixturevalue("tmp_path") / "changes.sqlite", clock=clock)
    from tutela.detect.service.postgres_log import PostgresChangeLog

    return PostgresChangeLog(request.getfixturevalue("postgres_server").address(), clock=clock)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def log(request: pytest.FixtureRequest) -> Any:
    """Every implementation keeps the same promises."""
    if request.param == "memory":
        yield MemoryChangeLog(clock=FixedClock(NOW))
        return
    if request.param == "postgres":
        request.getfixturevalue("postgres_server").empty_log()
    with other_log(request.param, request) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgres"])
def logs(request: pytest.FixtureRequest) -> Any:
    """Two processes' logs at one place."""
    if request.param == "postgres":
        request.getfixturevalue("postgres_server").empty_log()
    with other_log(request.param, request) as one, other_log(request.param, request) as two:
        yield one, two


def test_log_gives_changes_back_in_their_order_with_number_time_and_caller(log: ChangeLog) -> None:
    assert log.head() == 0 and log.after(0) == []
    numbers = [log.append(create("a")), log.append(ADD), log.append(add("b"))]
    assert numbers == [1, 2, 3] and log.head() == 3
    changes = log.after(0)
    assert [(one.sequence, one.list, one.act) for one in changes] == [
        (1, "a", "create"),
        (2, "a", "add"),
        (3, "b", "add"),
    ]
    assert changes[1].entries == ADD.entries and changes[1].caller == "somebody" and changes[1].made == NOW
    assert [one.sequence for one in log.after(1, 1)] == [2]
    assert log.after(3) == []
    assert log.size_bytes() > 0 and log.identity


def test_new_list_gets_the_same_salt_for_every_replica(log: ChangeLog) -> None:
    log.append(create("a"))
    salts = {one.draft.header.salt for _ in range(2) for one in log.after(0) if one.draft.header}
    assert len(salts) == 1 and len(salts.pop()) == 32


def test_threads_get_numbers_of_their_own(log: ChangeLog) -> None:
    numbers: list[int] = []

    def append() -> None:
        numbers.extend(log.append(add("a")) for _ in range(10))

    threads = [threading.Thread(target=append) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 31))
    assert [one.sequence for one in log.after(0)] == list(range(1, 31))
    assert [one.sequence for one in log.after(10, 5)] == list(range(11, 16))


def test_what_one_process_appends_the_other_reads_at_once(logs: tuple[ChangeLog, ChangeLog]) -> None:
    one, two = logs
    assert one.identity == two.identity and len(one.identity) == 32
    assert [one.append(ADD), two.append(add("b")), one.append(add("c"))] == [1, 2, 3]
    assert one.head() == two.head() == 3
    assert [change.list for change in two.after(0)] == ["a", "b", "c"] == [x.list for x in one.after(0)]


def test_every_field_of_a_change_comes_back(log: ChangeLog) -> None:
    drafts = [
        create("a", stale_after_seconds=60, law="§ 184b", source="quelle \u2028 \U0001f512"),
        add("a", *[entry(f"e{number}", "pdq", value(number)) for number in range(50)], source_version=7),
        act("a", "disable", ids=("e1", "e2"), until=NOW),
        act("a", "ratio", ratio=0.25, seed="s"),
        remove("a", "e1"),
        act("a", "release"),
        act("a", "retire"),
    ]
    for draft in drafts:
        log.append(draft)
    back = [change.draft for change in log.after(0)]
    assert back[1:] == drafts[1:]
    assert replace(back[0], header=None) == replace(drafts[0], header=None)


def test_what_is_refused_takes_no_number(log: ChangeLog) -> None:
    with pytest.raises(Invalid):
        log.append(replace(ADD, list="../x"))
    assert log.head() == 0 and log.append(ADD) == 1


def test_a_closed_log_is_unavailable(logs: tuple[Any, Any]) -> None:
    one, two = logs
    one.append(ADD)
    one.close()
    one.close()
    for asked in (lambda: one.append(ADD), one.head, lambda: one.after(0)):
        with pytest.raises(Unavailable):
            asked()
    assert two.head() == 1


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (replace(ADD, list=""), "list"),
        (replace(ADD, list="../x"), "list"),
        (replace(ADD, list=".x"), "list"),
        (replace(ADD, list="a/b"), "list"),
        (replace(ADD, list="a\n"), "list"),
        (replace(ADD, list="x" * 101), "list"),
        (replace(ADD, source_version=-1), "list"),
        (replace(ADD, stale_after_seconds=-1), "list"),
        (add("a", entry("e", "pdq", b"short")), "entries"),
        (add("a", *[entry("e", "pdq", value(1))] * (ENTRIES_PER_CHANGE_MAX + 1)), "entries"),
        (add("a", entry("e" * (ENTRY_ID_MAX + 1), "pdq", value(1))), "entry"),
        (add("a", entry("a\x00b", "pdq", value(1))), "entry"),
        (Draft(list="a", act="remove", caller="c"), "ids"),
        (Draft(list="a", act="disable", caller="c"), "ids"),
        (Draft(list="a", act="remove", caller="c", ids=("",)), "entry"),
        (Draft(list="a", act="remove", caller="c", ids=("x",) * (ENTRIES_PER_CHANGE_MAX + 1)), "ids"),
        (Draft(list="a", act="disable", caller="c", ids=("x",), until=datetime(2026, 1, 1)), "until"),
        (Draft(list="a", act="ratio", caller="c", ratio=1.5), "ratio"),
        (Draft(list="a", act="ratio", caller="c", ratio=float("nan")), "ratio"),
        (Draft(list="a", act="ratio", caller="c", seed="a\nb"), "seed"),
        (Draft(list="a", act="create", caller="c"), "header"),
        (replace(create("a"), list="b"), "header"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_field(draft: Draft, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_draft(draft)
    assert refused.value.field == field


def test_header_that_no_replica_could_read_is_refused() -> None:
    made = create("a")
    assert made.header is not None
    wrong: list[Callable[[], Draft]] = [
        lambda: replace(made, header=replace(made.header, version="")),  # type: ignore[type-var]  # it is there
        lambda: replace(made, header=replace(made.header, salt=b"short")),  # type: ignore[type-var]  # it is there
        lambda: replace(made, header=replace(made.header, source="x" * 20_000)),  # type: ignore[type-var]  # it is there
    ]
    for make in wrong:
        with pytest.raises(Invalid) as refused:
            checked_draft(make())
        assert refused.value.field == "header"
