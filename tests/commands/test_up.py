"""``tutela up``: everything starts, comes back, ends; and nothing starts where something is missing."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.processes.founded import (
    PATIENCE_SECONDS,
    TUTELA,
    copied,
    environment,
    found_house,
    started,
    tutela,
    within_patience,
)
from tests.serving import free_port
from tutela.processes.map import PROCESSES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return found_house(tmp_path_factory.mktemp("up") / "home")


class Up:
    """A running house. ``said``: its lines so far."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.out = home / "up.out"
        ports = {"PUBLIC": free_port(), "DESK": free_port()}
        listen = {f"TUTELA_HOTLINE__{site}_LISTEN": f"127.0.0.1:{port}" for site, port in ports.items()}
        self.secret = "postgres-password-that-nobody-else-has"
        with self.out.open("w") as out:
            self.process = subprocess.Popen(
                [*TUTELA, "up"],
                env={**environment(home), **listen, "TUTELA_NOTICES__PASSWORD": self.secret},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self.out.read_text()

    def pid(self, name: str) -> int:
        """The newest process of this name that was said."""
        found = [line for line in self.said.splitlines() if line.startswith(f"{name}: runs")]
        return int(found[-1].rpartition("process ")[2].rstrip(")")) if found else 0

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def up(home: Path) -> Iterator[Up]:
    running = Up(home)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


def handed(pid: int) -> str:
    """What stands in memory that the process was handed."""
    descriptors = [one for one in Path(f"/proc/{pid}/fd").iterdir() if "memfd:" in os.readlink(one)]
    return "".join(one.read_text() for one in descriptors)


NAMES = [one.name for one in PROCESSES if not one.setting]


def test_all_start_come_back_and_end(template: Path, tmp_path: Path) -> None:
    home = copied(template, tmp_path / "home")
    with up(home) as running:
        assert within_patience(lambda: all(running.pid(name) for name in NAMES)), running.said
        group = {os.getpgid(running.pid(name)) for name in NAMES}
        assert group == {os.getpgid(running.process.pid)}
        environ = {name: Path(f"/proc/{running.pid(name)}/environ").read_text() for name in NAMES}
        assert "DATABASE" not in environ["fetcher"]
        assert not [name for name, text in environ.items() if running.secret in text]
        assert [name for name in NAMES if running.secret in handed(running.pid(name))] == ["sender"]
        opened = [one.path for one in psutil.Process(running.pid("fetcher")).open_files()]
        assert not [path for path in opened if "sqlite" in path or path.endswith(".key")]
        killed = running.pid("fetcher")
        os.kill(killed, signal.SIGKILL)
        assert within_patience(lambda: running.pid("fetcher") not in (0, killed)), running.said
        pids = [running.pid(name) for name in NAMES]
        assert running.end() == 0, running.said
        assert not [pid for pid in pids if psutil.pid_exists(pid)]


def test_when_the_supervisor_is_killed_nothing_is_left(template: Path, tmp_path: Path) -> None:
    with up(copied(template, tmp_path / "home")) as running:
        assert within_patience(lambda: all(running.pid(name) for name in NAMES)), running.said
        left = [psutil.Process(running.pid(name)) for name in NAMES]
        running.process.kill()
        running.process.wait()
        assert within_patience(
            lambda: not [one for one in left if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
        )


def test_nothing_starts_without_a_signed_configuration(tmp_path: Path) -> None:
    assert tutela(tmp_path, "hotline", "init").returncode == 0
    done = tutela(tmp_path, "up")
    assert done.returncode == 2
    assert "MISSING configuration" in done.stderr
    assert "nothing was started" in done.stderr
    assert not (tmp_path / "sockets").exists()


def test_a_taken_port_ends_all_of_it(template: Path, tmp_path: Path) -> None:
    import socket

    home = copied(template, tmp_path / "home")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        other = f"127.0.0.1:{free_port()}"
        running = started(
            home, ["up"], TUTELA_HOTLINE__PUBLIC_LISTEN=address, TUTELA_HOTLINE__DESK_LISTEN=other
        )
        out, _ = running.communicate(timeout=PATIENCE_SECONDS)
    assert running.returncode == 2
    assert f"{address} cannot be listened on" in out
