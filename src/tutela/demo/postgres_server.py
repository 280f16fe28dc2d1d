"""A throw-away PostgreSQL server on its own socket, for demonstrations and tests; fsync is on, as in earnest.

PostgreSQL refuses to run as root, so its programs run as the user ``postgres`` then (decisions.md section 7).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tutela.kernel.errors import Unavailable

#: Seconds in which the server comes up or goes.
PATIENCE_SECONDS = 30
#: Where Debian keeps the programs of each version.
_INSTALLED = Path("/usr/lib/postgresql")
#: Who may do everything in the cluster.
ADMIN = "admin"


def programs() -> Path:
    """The folder of initdb, pg_ctl and postgres: the newest of the system, else that on the path.

    Raises Unavailable where PostgreSQL's server is not installed.
    """
    installed = sorted(_INSTALLED.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = installed[-1] if installed else shutil.which("initdb")
    if found is None:
        raise Unavailable("no PostgreSQL server is installed here (Debian: apt-get install postgresql)")
    return Path(found).resolve().parent


class Cluster:
    """One cluster in ``folder``; nothing but its socket in the same folder leads to it.

    Raises Unavailable where a program of PostgreSQL fails.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        words = ("--auth=trust", f"--username={ADMIN}", "--no-sync", "--encoding=UTF8", "--locale=C")
        self.run("initdb", "-D", str(self.data), *words)
        self.start()

    def start(self, *settings: str) -> None:
        """Returns when it takes connections; ``settings`` such as ``fsync=off``."""
        chosen = [f"unix_socket_directories={self.folder}", "listen_addresses=", *settings]
        self._control("-l", "log", "-o", " ".join(f"-c {one}" for one in chosen), "start")

    def stop(self, mode: str = "fast") -> None:
        """Ends it: ``fast`` in order, ``immediate`` without writing anything more, as a crash."""
        self._control("-m", mode, "stop")

    def address(self, role: str, database: str) -> str:
        """How a client of this machine reaches a database."""
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def make_database(self, name: str) -> str:
        """The address of a new, empty database, for the role of the same name that owns it."""
        own = ("-h", str(self.folder), "-U", ADMIN)
        self.run("createuser", *own, name)
        self.run("createdb", *own, "-O", name, name)
        return self.address(name, name)

    def run(self, program: str, *words: str) -> None:
        """Return once a program of PostgreSQL has done its work. Raises Unavailable where it fails."""
        other = "postgres" if os.getuid() == 0 else None
        done = subprocess.run(
            [str(programs() / program), *words],
            user=other,
            group=other,
            extra_groups=[] if other else None,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,  # the server keeps it open
            stderr=subprocess.DEVNULL,
            timeout=2 * PATIENCE_SECONDS,
            check=False,
        )
        if done.returncode:
            raise Unavailable(f"PostgreSQL's {program} failed")

    def _control(self, *words: str) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-w", "-t", str(PATIENCE_SECONDS), *words)


@contextmanager
def running_cluster(parent: Path | None = None) -> Iterator[Cluster]:
    """A cluster for as long as the block lasts; its folder has a short name, which sockets need.

    ``parent``: the folder in which its own is made, by default the one for temporary files.
    """
    with tempfile.TemporaryDirectory(prefix="tutela-pg-", dir=parent) as name:
        cluster = Cluster(Path(name))
        try:
            yield cluster
        finally:
            cluster.stop("immediate")
