from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tutela.hotline.cases.models import Item
from tutela.hotline.statistics.queries.rows import month, values


def test_a_month_is_that_of_utc() -> None:
    east = timezone(timedelta(hours=2))
    assert month(datetime(2026, 3, 1, 1, 0, tzinfo=east)) == "2026-02"


@pytest.mark.django_db
def test_columns_are_read_alone() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    Item.objects.create(kind="url", source="report", opened_at=at, moved_at=at)
    assert list(values(Item.objects.all(), "kind", "source")) == [("url", "report")]
