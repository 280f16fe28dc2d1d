"""The hotline's tests run on SQLite, in a file of their own; TUTELA_HOTLINE__DATABASE makes it PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file, not a database in memory: write-ahead log and locks are those of earnest."""
    from django.conf import settings

    default: dict[str, Any] = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        default["TEST"]["NAME"] = str(tmp_path_factory.mktemp("hotline") / "hotline.sqlite")
