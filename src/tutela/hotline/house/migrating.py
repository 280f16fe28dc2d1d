"""Migrations that are applied with their record, or not at all.

Django notes most migrations as applied in a transaction of its own, after the one that changed the tables
(``MigrationExecutor``, wherever a migration leaves statements for its end). Killed between the two, a
database could neither go on nor be reached again. Here both are one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState


class WholeExecutor(MigrationExecutor):
    """Django's executor, with one transaction for each migration and its record."""

    def apply_migration(
        self, state: ProjectState, migration: Migration, *how: Any, **named: Any
    ) -> ProjectState:
        """The state after the migration, which is applied and recorded."""
        with _one_transaction(self.connection):
            return super().apply_migration(state, migration, *how, **named)

    def unapply_migration(
        self, state: ProjectState, migration: Migration, *how: Any, **named: Any
    ) -> ProjectState:
        """The state before the migration, which is taken back and recorded so."""
        with _one_transaction(self.connection):
            return super().unapply_migration(state, migration, *how, **named)


def migrate_all() -> int:
    """How many migrations this release had to apply. Safe to call again after a kill at any point.

    Raises django.db.Error where the database is away.
    """
    connection.prepare_database()
    executor = WholeExecutor(connection)
    executor.loader.check_consistent_history(connection)
    targets = executor.loader.graph.leaf_nodes()
    plan = executor.migration_plan(targets)
    emit_pre_migrate_signal(0, False, connection.alias, plan=plan)
    executor.migrate(targets, plan)
    # Django's own content types and permissions are made after the tables, and again where they are missing.
    emit_post_migrate_signal(0, False, connection.alias, plan=plan)
    return len(plan)


@contextmanager
def _one_transaction(one: BaseDatabaseWrapper) -> Iterator[None]:
    """SQLite looks away from foreign keys only where it was told so before a transaction began."""
    is_sqlite = one.vendor == "sqlite"
    if is_sqlite:
        one.disable_constraint_checking()
    try:
        with transaction.atomic(using=one.alias):
            yield
    finally:
        if is_sqlite:
            one.enable_constraint_checking()
