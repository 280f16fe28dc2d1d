"""A migration and its record are one: whatever fails between them leaves neither."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, migrations, models
from django.db.migrations.migration import Migration
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from tutela.hotline.house.migrating import WholeExecutor

pytestmark = pytest.mark.django_db(transaction=True)

TABLE = "work_planted"


class Planted(Migration):
    """Leaves a statement for its end, as most migrations of Django do: the index."""

    operations = (
        migrations.CreateModel(
            "planted",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("hint", models.CharField(max_length=9, db_index=True)),
            ],
        ),
    )


MIGRATION = Planted("0099_planted", "work")


class PulledPlugError(Exception):
    """Stands for a kill."""


def pull(*_: object, **__: object) -> None:
    raise PulledPlugError


def is_there() -> tuple[bool, bool]:
    """Whether the table is there, and whether it is recorded."""
    recorded = (MIGRATION.app_label, MIGRATION.name) in MigrationRecorder(connection).applied_migrations()
    return TABLE in connection.introspection.table_names(), recorded


def keys_are_checked() -> bool:
    with connection.cursor() as cursor:
        return connection.vendor != "sqlite" or bool(cursor.execute("PRAGMA foreign_keys").fetchone()[0])


@pytest.fixture
def executor() -> Iterator[WholeExecutor]:
    one = WholeExecutor(connection)
    yield one
    if is_there() == (True, True):
        WholeExecutor(connection).unapply_migration(ProjectState(), MIGRATION)
    assert is_there() == (False, False)


def test_a_migration_that_was_not_recorded_was_not_applied(
    executor: WholeExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(executor, "record_migration", pull)
        with pytest.raises(PulledPlugError):
            executor.apply_migration(ProjectState(), MIGRATION)
    assert is_there() == (False, False) and keys_are_checked()
    executor.apply_migration(ProjectState(), MIGRATION)
    assert is_there() == (True, True) and keys_are_checked()


def test_a_migration_that_is_still_recorded_was_not_taken_back(
    executor: WholeExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor.apply_migration(ProjectState(), MIGRATION)
    with monkeypatch.context() as patched:
        patched.setattr(executor.recorder, "record_unapplied", pull)
        with pytest.raises(PulledPlugError):
            executor.unapply_migration(ProjectState(), MIGRATION)
    assert is_there() == (True, True) and keys_are_checked()


#: Founds a database and ends at once where the record of its n-th migration would be written.
KILLED = """
import os, sys
from tutela.web.starting import start_django; start_django()
from tutela.hotline.house.migrating import WholeExecutor, migrate_all
left = int(sys.argv[1])
write = WholeExecutor.record_migration
def counted(self, migration):
    global left
    left -= 1
    os._exit(9) if not left else write(self, migration)
WholeExecutor.record_migration = counted
print(migrate_all())
"""


@pytest.mark.slow
def test_a_founding_that_was_killed_before_a_record_goes_on(tmp_path: Path) -> None:
    def migrated(stop: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", KILLED, str(stop)],
            env=os.environ | {"TUTELA_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
        )

    stops = [1, 20, 12]
    assert [migrated(stop).returncode for stop in stops] == [9, 9, 9]
    done = migrated(-1)
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "hotline.sqlite") as database:
        (recorded,) = database.execute("SELECT count(*) FROM django_migrations").fetchone()
        kinds = database.execute("SELECT count(*) FROM django_content_type").fetchone()
        rights = database.execute("SELECT count(*) FROM auth_permission").fetchone()
    assert recorded == int(done.stdout) + sum(stop - 1 for stop in stops)
    # As many as Django's own command made in the tests' database.
    assert kinds + rights == (ContentType.objects.count(), Permission.objects.count())
