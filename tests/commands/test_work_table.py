from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from tutela.commands.work_table import job_table, line_of, operator
from tutela.hotline.work.queries import JobRow
from tutela.kernel.errors import Unavailable

MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_database_that_is_away_is_said_so_and_its_words_are_not_repeated() -> None:
    with pytest.raises(Unavailable) as caught, job_table():
        raise OperationalError("no such table at /secret/place")
    assert "OperationalError" in caught.value.message and "secret" not in caught.value.message


def test_the_shell_is_an_actor() -> None:
    assert (operator().kind, operator().name) == ("process", "operator")


@pytest.mark.parametrize(
    ("state", "tries", "reason", "end"),
    [
        ("waiting", 0, "", "priority 5"),
        ("running", 1, "", "priority 5, 1 try, held by ann"),
        ("parked", 3, "Refused", "priority 5, 3 tries, Refused"),
    ],
)
def test_a_line_says_what_is_known(state: str, tries: int, reason: str, end: str) -> None:
    row = JobRow(
        job="job_x",
        kind="toy",
        state=state,
        priority=5,
        due=MOMENT,
        tries=tries,
        reason=reason,
        worker="ann",
        lease_until=None,
        made=MOMENT,
        key="",
        host="",
        version=1,
        arguments={},
    )
    assert line_of(row).startswith("job_x  toy") and line_of(row).endswith(end)
