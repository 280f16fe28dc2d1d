from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.detect.matching.making import entry, value
from tests.detect.service.drafts import NOW, add, create
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
from tutela.kernel.errors import Invalid

ADD = add("a", entry("e", "pdq", value(1)))


@pytest.fixture(params=["memory", "sqlite"])
def log(request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    if request.param == "memory":
        yield MemoryChangeLog(clock=FixedClock(NOW))
        return
    with SqliteChangeLog(tmp_path / "changes.sqlite", clock=FixedClock(NOW)) as opened:
        yield opened


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
