"""The database of a hotline brought to this release, and back to an earlier one.

Migrations come in two steps, so that old processes may go on while new ones start (style.md section 10): what
is added now is taken away in a later release at the earliest. Going back takes away only what this release
has added; what stood there before stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib.resources import files

from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.recorder import MigrationRecorder

from tutela.hotline.house.migrating import WholeExecutor
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process
from tutela.hotline.ledger.protection import check_protection
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Invalid, Unavailable

_MACHINE_CLOCK = SystemClock()
#: Says each step as it is taken.
Tell = Callable[[str], None]


def releases() -> Mapping[str, Mapping[str, str]]:
    """By release, the last migration of each app that it knows."""
    found: Mapping[str, Mapping[str, str]] = json.loads(
        (files("tutela.hotline.house") / "releases.json").read_text("utf-8")
    )
    return found


def waiting() -> list[str]:
    """The migrations that this release would apply, ``app.name`` each. Raises Unavailable."""
    executor = _executor()
    return [_name(step) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def upgrade(tell: Tell, *, clock: Clock = _MACHINE_CLOCK) -> int:
    """How many migrations were applied, each with its record at once. Killed in between, it goes on.

    Raises Conflict where the database is of a newer release, Unavailable where it is away, Refused where the
    ledger's protection is missing afterwards.
    """
    executor = _executor()
    newer = set(executor.loader.applied_migrations) - set(executor.loader.graph.nodes)
    if newer:
        raise Conflict("the database is of a newer release: install that one, and go back with it")
    return _migrated(executor, executor.loader.graph.leaf_nodes(), tell, clock)


def go_back(untrusted_release: str, tell: Tell, *, clock: Clock = _MACHINE_CLOCK) -> int:
    """How many migrations were taken back, so that an earlier release finds its own database.

    To be called with the newer release still installed. Raises Invalid for a release that is not known.
    """
    targets = releases().get(untrusted_release)
    if targets is None:
        known = ", ".join(releases())
        raise Invalid(f"is no release that this one knows: {known}", field="--back-to")
    return _migrated(_executor(), list(targets.items()), tell, clock)


def _migrated(executor: MigrationExecutor, targets: list[tuple[str, str]], tell: Tell, clock: Clock) -> int:
    plan = executor.migration_plan(targets)
    executor.progress_callback = _progress(tell)
    try:
        executor.migrate(targets, plan)
        check_protection()
    except Error as error:
        raise Unavailable(
            "a migration failed and was rolled back: is there room, and who holds a lock?"
        ) from error
    if plan:
        with transaction.atomic():
            facts = {"migrations": len(plan), "back": any(backwards for _, backwards in plan)}
            record("database_migrated", actor=process("operator"), facts=facts, clock=clock)
    return len(plan)


def _progress(tell: Tell) -> Callable[..., None]:
    def progress(action: str, migration: Migration | None = None, _fake: object = None) -> None:
        if migration is not None and action in ("apply_start", "unapply_start"):
            tell(f"{_name(migration)}: {'applied' if action == 'apply_start' else 'taken back'}")

    return progress


def _name(migration: Migration) -> str:
    return f"{migration.app_label}.{migration.name}"


def _executor() -> MigrationExecutor:
    """Raises Unavailable where there is no database yet, or it cannot be reached."""
    try:
        if not MigrationRecorder(connection).has_table():
            raise Unavailable("there is no database yet: tutela hotline init")
        return WholeExecutor(connection)
    except Error as error:
        raise Unavailable(
            "the database cannot be reached: was it made (tutela hotline init), does its server run?"
        ) from error
