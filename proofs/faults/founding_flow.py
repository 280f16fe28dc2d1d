"""FI-19: the founding and its migrations as a flow of one stage, killed at each call and begun again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from proofs.faults.flow import Place, Ran, must_run, python
from proofs.faults.small_world import rows_of
from proofs.faults.world import World

#: What a database is made of, to be compared with one that was made in peace.
_SCHEMA = {
    True: "SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns"
    " WHERE table_schema = 'public' UNION SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
    " UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION SELECT conname FROM pg_constraint",
    False: "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundingFlow:
    """``tutela hotline init`` on an empty place; ``right`` is the schema that an untouched one makes."""

    right: frozenset[str] = frozenset()
    stages: tuple[str, ...] = ("init",)

    def command(self, stage: str) -> list[str]:
        """The command of the product."""
        return python("tutela", "hotline", stage, "--demo")

    def prepare(self, place: Place) -> None:
        """Nothing is there."""
        place.home.mkdir(parents=True, exist_ok=True)

    def recover(self, place: Place) -> Ran:
        """The same command again. Raises RuntimeError where it does not go on, or makes something else."""
        done = must_run(self.command("init"), place)
        must_run(python("tutela", "hotline", "check"), place)
        if self.right and (found := schema(place)) != self.right:
            differ = sorted(found ^ self.right)
            raise RuntimeError(f"the schema is another one: {differ[:3]}")
        return done

    def dates(self, place: Place) -> Mapping[str, datetime]:
        """There are none."""
        return {}

    def world(self, place: Place, acknowledged: frozenset[str], recovered: Ran) -> World:
        """Nothing was acknowledged yet."""
        return World(acknowledged=acknowledged)


def schema(place: Place) -> frozenset[str]:
    """Everything that the database is made of."""
    return frozenset(str(name) for (name,) in rows_of(place, _SCHEMA[bool(place.database)]))
