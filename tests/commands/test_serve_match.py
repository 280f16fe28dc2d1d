"""The match service as its operator runs it: real processes, killed and ended."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx  # noqa: TID251 - the client of a test; the product has none
import psutil
import pytest
from PIL import ImageOps

from tests.serving import free_port
from tutela.demo.copies import jpeg
from tutela.demo.pictures import landscape

#: Seconds until something that must happen has happened on a busy machine.
PATIENCE_SECONDS = 40.0
TUTELA = [sys.executable, "-m", "tutela"]
LIST = {"source": "tests", "law": "a law", "class": "csam"}

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="needs the sandbox")]


def within_patience(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def lives(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


class Running:
    """A service of one test module and a client that holds every role."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        self.environment = {**os.environ, "TUTELA_HOME": str(home)}
        roles = [word for role in ("curate", "detail", "statistics") for word in ("--role", role)]
        told = self.tutela(
            "service", "token", "add", "tests", *roles, "--purpose", "tests of it", "--days", "1"
        )
        found = re.search(r"tut_[0-9a-z]+", told)
        assert found is not None
        serve = [*TUTELA, "serve", "match", "--port", str(self.port), "--workers", "1"]
        self.process = subprocess.Popen(serve, env=self.environment, stdout=subprocess.DEVNULL)
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            headers={"Authorization": f"Bearer {found.group()}"},
            timeout=PATIENCE_SECONDS,
        )
        assert within_patience(self.is_up)

    def tutela(self, *words: str) -> str:
        done = subprocess.run(
            [*TUTELA, *words], env=self.environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def is_up(self) -> bool:
        try:
            return self.client.get("/health").status_code == 200
        except httpx.TransportError:
            return False

    def put(self, path: str, body: Any) -> dict[str, Any]:
        answer = self.client.put(path, json=body)
        assert answer.status_code in (200, 201, 202), answer.text
        told: dict[str, Any] = answer.json()
        return told

    def follower(self) -> int:
        """The process that writes the lists: the one that Python spawned to follow."""
        below = psutil.Process(self.process.pid).children()
        (found,) = [one for one in below if any("spawn_main" in word for word in one.cmdline())][:1]
        return int(found.pid)

    def close(self) -> None:
        self.client.close()
        self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    service = Running(tmp_path_factory.mktemp("home"))
    yield service
    service.close()


def upright_pdq(running: Running, path: Path) -> str:
    printed = running.tutela("hash", str(path))
    _sha256, pdq = re.findall(r"\b[0-9a-f]{64}\b", printed)
    return str(pdq)


@pytest.fixture(scope="module")
def listed(running: Running, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a list that holds the PDQ of one picture."""
    path = tmp_path_factory.mktemp("pictures") / "original.jpg"
    path.write_bytes(jpeg(landscape(77, 640, 480), quality=90))
    running.put("/v1/lists/tests", LIST)
    value = {"kind": "pdq", "value": upright_pdq(running, path), "quality": 100}
    assert running.put("/v1/lists/tests/entries/one", {"values": [value]})["live"] is True
    return "tests"


def asked(running: Running) -> dict[str, Any]:
    mirrored = jpeg(ImageOps.mirror(landscape(77, 640, 480)), quality=70)
    answer = running.client.post("/v1/match", content=mirrored, headers={"Content-Type": "image/jpeg"})
    told: dict[str, Any] = answer.json()
    return told


def test_a_mirrored_copy_of_a_listed_picture_is_found(running: Running, listed: str) -> None:
    told = asked(running)
    assert told["status"] == "candidate"
    assert [(one["list"], one["entry"]) for one in told["matches"]] == [(listed, "one")]


def test_a_second_service_on_the_same_folder_is_refused(running: Running) -> None:
    second = subprocess.run(
        [*TUTELA, "serve", "match", "--port", str(free_port())],
        env=running.environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert second.returncode not in (0, 1)
    assert "another match service runs" in second.stderr
    assert running.is_up()


def test_a_killed_follower_comes_back_and_loses_nothing(running: Running, listed: str) -> None:
    before = running.follower()
    os.kill(before, signal.SIGKILL)
    change = running.put(f"/v1/lists/{listed}/entries/two", {"values": [{"kind": "md5", "value": "0b" * 16}]})
    question = {"prints": [{"kind": "md5", "value": "0b" * 16}]}

    def is_found() -> bool:
        told = running.client.post("/v1/match", json=question).json()
        return bool(told["change"] >= change["change"] and told["status"] == "candidate")

    assert within_patience(is_found)
    assert running.follower() != before


def test_a_killed_service_process_is_replaced(running: Running, listed: str) -> None:
    follower = running.follower()
    workers = [one for one in psutil.Process(running.process.pid).children() if one.pid != follower]
    killed = [one for one in workers if len(one.children()) >= 1]
    for one in killed:
        one.kill()
    assert killed
    assert within_patience(lambda: running.is_up() and asked(running)["status"] == "candidate")


def test_a_second_service_does_not_share_the_port(running: Running, tmp_path: Path) -> None:
    second = subprocess.run(
        [*TUTELA, "serve", "match", "--port", str(running.port)],
        env={**running.environment, "TUTELA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert second.returncode not in (0, 1)
    assert f"port {running.port}" in second.stderr


def test_it_ends_when_asked_and_leaves_nobody_behind(tmp_path: Path) -> None:
    service = Running(tmp_path)
    everybody = psutil.Process(service.process.pid).children(recursive=True)
    service.close()
    assert service.process.returncode == 0
    assert within_patience(
        lambda: not any(one.is_running() and one.status() != "zombie" for one in everybody)
    )
