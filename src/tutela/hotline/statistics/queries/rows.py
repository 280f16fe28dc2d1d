"""How rows are read for facts: columns alone, in parts, months of UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

#: Rows that are asked for at once.
CHUNK_ROWS = 2_000


def values(rows: QuerySet[Any], *columns: str) -> Iterator[tuple[Any, ...]]:
    """These columns of each row, in no order."""
    yield from rows.order_by().values_list(*columns).iterator(chunk_size=CHUNK_ROWS)


def month(at: datetime) -> str:
    """The month of a moment, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m}"
