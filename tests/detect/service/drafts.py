"""Short ways to make changes for the tests of the service."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.service.changes import Draft

NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)


def create(name: str, *, stale_after_seconds: int = 0, **fields: Any) -> Draft:
    """A new list of that name."""
    header = ListHeader(name=name, version="1", created=NOW, **fields)
    return Draft(
        list=name, act="create", caller="somebody", header=header, stale_after_seconds=stale_after_seconds
    )


def add(name: str, *entries: ListEntry, source_version: int = 0) -> Draft:
    """Entries for the list of that name."""
    return Draft(list=name, act="add", caller="somebody", entries=entries, source_version=source_version)


def remove(name: str, *ids: str, source_version: int = 0) -> Draft:
    """Entries that go."""
    return Draft(list=name, act="remove", caller="somebody", ids=ids, source_version=source_version)


def act(name: str, what: Any, **fields: Any) -> Draft:
    """Any other change."""
    return Draft(list=name, act=what, caller="somebody", **fields)
