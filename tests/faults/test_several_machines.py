"""Two machines' worth of match services on one change log in PostgreSQL, as operators run them.

Each has its own home, port, follower and lists; the database goes away and comes back, a follower is killed.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx  # noqa: TID251 - the client of a test; the product has none
import psutil
import pytest

from tests.serving import free_port

if TYPE_CHECKING:
    from tests.postgres import Server

#: Seconds until something that must happen has happened on a busy machine.
PATIENCE_SECONDS = 40.0
TUTELA = [sys.executable, "-m", "tutela"]
LIST = {"source": "tests", "law": "a law", "class": "csam"}

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="needs the sandbox")]


def within_patience(holds: Callable[[], bool], patience_seconds: float = PATIENCE_SECONDS) -> bool:
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


class Machine:
    """One replica: its own home and port; the address of the log comes from its secrets folder."""

    def __init__(self, folder: Path, dsn: str) -> None:
        folder.mkdir()
        (folder / "secrets").mkdir(mode=0o700)
        (folder / "secrets" / "service__change_log").write_text(dsn)
        self.folder, self.port = folder, free_port()
        self.environment = {
            **os.environ,
            "TUTELA_HOME": str(folder / "home"),
            "TUTELA_SECRETS": str(folder / "secrets"),
        }
        self.said = (folder / "said").open("w+b")
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=PATIENCE_SECONDS)
        self.client.headers["Authorization"] = f"Bearer {self._token()}"
        self.start()

    def _token(self) -> str:
        words = ["--role", "curate", "--role", "detail", "--purpose", "tests of it", "--days", "1"]
        done = subprocess.run(
            [*TUTELA, "service", "token", "add", "tests", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return str(re.findall(r"tut_[0-9a-z]+", done.stdout)[0])

    def start(self) -> None:
        serve = [*TUTELA, "serve", "match", "--port", str(self.port), "--workers", "1"]
        self.process = subprocess.Popen(serve, env=self.environment, stdout=self.said, stderr=self.said)
        assert within_patience(self.is_up)

    def is_up(self) -> bool:
        try:
            return self.client.get("/health").status_code == 200
        except httpx.TransportError:
            return False

    def finds(self, md5: str) -> bool:
        told = self.client.post("/v1/match", json={"prints": [{"kind": "md5", "value": md5}]}).json()
        return bool(told.get("status") == "candidate")

    def kill_follower(self) -> int:
        """The process that was killed."""
        below = psutil.Process(self.process.pid).children()
        (found,) = [one for one in below if any("spawn_main" in word for word in one.cmdline())][:1]
        os.kill(found.pid, signal.SIGKILL)
        return int(found.pid)

    def ready(self) -> tuple[int, list[str]]:
        answer = self.client.get("/ready")
        return answer.status_code, [one["code"] for one in answer.json()["reasons"]]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)

    def close(self) -> str:
        """Everything that it said on its way."""
        self.client.close()
        self.stop()
        self.said.seek(0)
        told = self.said.read().decode()
        self.said.close()
        return told


def md5_of(number: int) -> str:
    return f"{number:032x}"


def put(machine: Machine, number: int) -> httpx.Response:
    body = {"values": [{"kind": "md5", "value": md5_of(number)}]}
    return machine.client.put(f"/v1/lists/shared/entries/e{number}", json=body)


@pytest.fixture
def machines(postgres_server: Server, tmp_path: Path) -> Iterator[tuple[Machine, Machine]]:
    dsn = postgres_server.empty_log()
    both = (Machine(tmp_path / "a", dsn), Machine(tmp_path / "b", dsn))
    yield both
    told = "".join(machine.close() for machine in both)
    for word in (str(postgres_server.folder), "postgresql:", "psycopg", md5_of(0xABC001)):
        assert word not in told, "nothing of the database or of a list is ever said"


def test_two_machines_share_their_lists_through_everything(
    machines: tuple[Machine, Machine], postgres_server: Server
) -> None:
    a, b = machines
    assert a.client.put("/v1/lists/shared", json=LIST).status_code == 201
    delays: list[float] = []
    for number in range(0xABC001, 0xABC00B):
        answer = put(a, number)
        assert answer.status_code == 201 and answer.json()["live"] is True
        assert a.finds(md5_of(number))
        since = time.monotonic()
        assert within_patience(lambda n=number: b.finds(md5_of(n)))  # type: ignore[misc]  # the default is bound
        delays.append(time.monotonic() - since)
    assert sorted(delays)[len(delays) // 2] < 1.0, delays

    a.kill_follower()
    postgres_server.stop("immediate")
    for machine in machines:
        assert machine.finds(md5_of(0xABC001))
        refused = put(machine, 0xABC100)
        assert refused.status_code == 503 and int(refused.headers["Retry-After"]) >= 1
        assert refused.json()["error"]["code"] == "unavailable"
        assert within_patience(lambda m=machine: m.ready() == (503, ["behind"]))  # type: ignore[misc]  # the same
        assert machine.finds(md5_of(0xABC001))

    b.stop()  # a machine that starts while the log is away answers from the lists that it has
    b.start()
    assert within_patience(lambda: b.finds(md5_of(0xABC00A)))

    postgres_server.start()
    for number, machine in ((0xABC200, a), (0xABC201, b)):
        assert within_patience(lambda n=number, m=machine: put(m, n).status_code in (200, 201, 202))  # type: ignore[misc]  # the same
    for machine in machines:
        for number in (*range(0xABC001, 0xABC00B), 0xABC200, 0xABC201):
            assert within_patience(lambda n=number, m=machine: m.finds(md5_of(n)))  # type: ignore[misc]  # the same
        assert not machine.finds(md5_of(0xABC100))
        assert within_patience(lambda m=machine: m.ready() == (200, []))  # type: ignore[misc]  # the same
