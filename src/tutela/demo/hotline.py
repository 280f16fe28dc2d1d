"""The hotline in the demonstration: four simulated weeks of the whole chain, and then its doors are open.

The chain runs in a process of its own over the benign internet (``demo.chain``). What it leaves is a house
like any other: public pages and desk are then the real processes, on the real clock.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tutela.config import Config
from tutela.demo.chain.__main__ import command as chain_command
from tutela.demo.postgres_server import running_cluster
from tutela.kernel.clock import Clock
from tutela.kernel.errors import Unavailable
from tutela.kernel.settings import Loaded, Origins, read
from tutela.processes.assembly import parts_of
from tutela.processes.environments import EMPTY, KEPT, make_empty_settings
from tutela.processes.listening import free_port
from tutela.processes.supervising import Supervisor

Say = Callable[[str], None]
Database = Literal["sqlite", "postgres"]

#: The processes that answer once the story is told: pages, and what opens sealed evidence for them.
DOORS = frozenset({"public", "desk", "opener"})
#: The name of the throw-away database and of its role.
DATABASE_NAME = "tutela"


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownHouse:
    """A house whose story was told. ``passed``: every planted item ended as its host's character implies."""

    home: Path
    settings: Mapping[str, str] = field(repr=False)
    passed: bool

    @property
    def loaded(self) -> Loaded[Config]:
        """Its settings, and where each is from."""
        return read(Config, Origins(environ=self.settings))


@contextmanager
def shown_house(
    home: Path, say: Say, *, database: Database = "sqlite", hosts: Sequence[str] = (), days: int | None = None
) -> Iterator[ShownHouse]:
    """A block in which a house stands whose story was told; with its database server, where it has one.

    ``hosts``: those of the benign internet that are reported, by default all. Raises Unavailable where no
    server is installed.
    """
    home.mkdir(mode=0o700, parents=True)
    make_empty_settings(home)
    with _database(database) as address:
        settings = _settings(address)
        passed = _tell(home, chain_command(days=days, hosts=hosts), settings, say)
        yield ShownHouse(home=home, settings=settings, passed=passed)


@contextmanager
def _database(database: Database) -> Iterator[str]:
    """The address of an empty database; empty for the file in the house."""
    if database == "sqlite":
        yield ""
        return
    with running_cluster() as cluster:
        yield cluster.make_database(DATABASE_NAME)


def _settings(database: str) -> dict[str, str]:
    """The settings of the house, as variables."""
    ports = {site: free_port() for site in ("public", "desk")}
    told = {f"TUTELA_HOTLINE__{site.upper()}_LISTEN": f"127.0.0.1:{port}" for site, port in ports.items()}
    told |= {
        f"TUTELA_HOTLINE__{site.upper()}_URL": f"http://127.0.0.1:{port}" for site, port in ports.items()
    }
    return told | ({"TUTELA_HOTLINE__DATABASE": database} if database else {})


def _tell(home: Path, command: Sequence[str], settings: Mapping[str, str], say: Say) -> bool:
    """Whether every planted item ended as it should; each line of the story goes to ``say``."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    places = {"TUTELA_HOME": str(home.resolve()), "TUTELA_CONFIG": str(home.resolve() / EMPTY)}
    process = subprocess.Popen(
        list(command), env={**kept, **settings, **places}, stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            for line in process.stdout or ():
                say(line.rstrip("\n"))
        except BaseException:
            process.terminate()
            raise
    if process.returncode not in {0, 1}:
        raise Unavailable("the story of the hotline ended early; what it said stands above")
    return process.returncode == 0


def keep_doors_open(
    house: ShownHouse, stop: threading.Event, say: Say, *, clock: Clock | None = None
) -> None:
    """Return once ``stop`` is set: until then portal and desk of the house answer, on the real clock."""
    settings = house.loaded.values.hotline
    parts = [one for one in parts_of(house.loaded, house.home, os.environ) if one.name in DOORS]
    say(f"     portal: {settings.public_url}/   desk: {settings.desk_url}/   (Ctrl-C ends it)")
    Supervisor(parts, _nothing, clock=clock).run(stop)


def _nothing(_text: str) -> None:
    """Say nothing: the demonstration says what it shows."""
