"""Intake while the database really takes nothing: full, or locked by somebody else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.hotline.cases.making import CLOCK
from tests.hotline.intake.making import Places, a_form
from tutela.hotline.intake.actions import receive_report, take_in_spare
from tutela.hotline.intake.models import Report
from tutela.hotline.intake.receipts import digest_of
from tutela.hotline.ledger.models import LedgerEntry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def only_sqlite() -> None:
    """The faults are SQLite's own; PostgreSQL's are in tests/faults."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own faults")


@contextmanager
def full() -> Iterator[None]:
    """A database that takes no page more."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # no page is free for use again
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        cursor.execute(f"PRAGMA max_page_count={pages}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count=1073741823")


@contextmanager
def locked() -> Iterator[None]:
    """A database that somebody else writes to for longer than anybody waits."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=50")
    try:
        yield
    finally:
        other.rollback()
        other.close()
        connection.close()  # the next one waits as long as before


@pytest.mark.parametrize("fault", [full, locked], ids=["full", "locked"])
def test_a_report_outlives_a_database_that_takes_nothing(places: Places, fault: object) -> None:
    receipts = []
    with fault():  # type: ignore[operator]  # one of the two above
        for _ in range(5):
            receipts.append(receive_report(a_form(text="x" * 4_000), clock=CLOCK))
        waiting = len(list(places.spare.iterdir()))
    assert waiting and waiting + Report.objects.count() == 5
    assert take_in_spare(clock=CLOCK) == waiting
    assert {one.receipt_digest for one in Report.objects.all()} == {digest_of(r.words) for r in receipts}
    assert LedgerEntry.objects.filter(act="report_received").count() == 5
