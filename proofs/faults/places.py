"""Places to run on: folders in a temporary one, databases copied from a template, a mail server each."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from proofs.faults.flow import Place, Template
from tests.smtp_sink import Sink, running_sink

#: Name of a database: it stands in statements.
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Databases:
    """Databases of one PostgreSQL server, made from each other as files are copied."""

    #: Address of the server's own database ``postgres`` as somebody who may make databases.
    address: str

    def of(self, name: str) -> str:
        """The address of the database of this name."""
        head, _, query = self.address.partition("?")
        return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    def make(self, name: str, template: str = "template0") -> str:
        """The address of a new database, a copy of another; one of the same name goes."""
        if not _NAME.fullmatch(name) or not _NAME.fullmatch(template):
            raise ValueError("a database's name is a short word")
        with psycopg.connect(self.address, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (template,)
            )
            server.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return self.of(name)


class Slot:
    """One place that is used again and again; two slots keep two cores busy."""

    def __init__(self, root: Path, name: str, sink: Sink, databases: Databases | None) -> None:
        self.root, self.name, self.sink, self.databases = root, name, sink, databases

    def empty(self) -> Place:
        """The place with nothing on it."""
        self.sink.delivered.clear()
        Template(home=_empty(self.root)).copy_to(self.root / self.name)
        return Place(
            home=self.root / self.name,
            database=self.databases.make(self.name) if self.databases else "",
            sink=self.sink,
        )

    def place_of(self, template: Template) -> Place:
        """The place as the template is."""
        self.sink.delivered.clear()
        template.copy_to(self.root / self.name)
        return Place(
            home=self.root / self.name,
            database=self.databases.make(self.name, template.database) if self.databases else "",
            sink=self.sink,
            before=template.delivered,
        )

    def keep(self, name: str, place: Place, acknowledged: frozenset[str]) -> Template:
        """A template of this slot's place as it is now."""
        home = self.root / f"{self.name}_{name}"
        Template(home=self.root / self.name).copy_to(home)
        database = f"{self.name}_{name}" if self.databases else ""
        if self.databases:
            self.databases.make(database, self.name)
        return Template(home=home, database=database, delivered=place.delivered(), acknowledged=acknowledged)


def _empty(root: Path) -> Path:
    folder = root / "empty"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def slots(number: int, databases: Databases | None = None) -> Iterator[list[Slot]]:
    """So many slots below one temporary folder."""
    with contextlib.ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tutela-faults-")))
        yield [_slot(stack, root, f"slot{index}", databases) for index in range(number)]


def _slot(stack: ExitStack, root: Path, name: str, databases: Databases | None) -> Slot:
    return Slot(root, name, stack.enter_context(running_sink()), databases)
