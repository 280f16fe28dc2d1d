"""The service lives with what its systemd unit forbids: the sandbox of its media workers still closes."""

from __future__ import annotations

import json
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
import pytest

from tests.house.reading import ROOT
from tests.security.under_unit import allowed, read_unit
from tests.serving import free_port
from tutela.demo.copies import jpeg
from tutela.demo.films import write_film
from tutela.demo.pictures import landscape

UNIT = ROOT / "packaging" / "systemd" / "tutela-match.service"
UNDER = [sys.executable, "-m", "tests.security.under_unit", str(UNIT)]
#: Seconds until something that must happen has happened on a busy machine.
PATIENCE_SECONDS = 40.0
LIST = {"source": "tests", "law": "a law", "class": "csam"}

pytestmark = [pytest.mark.slow, pytest.mark.needs("systemd", "linux")]


def within_patience(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


class Running:
    """A service under the unit, and a client with its token."""

    def __init__(self, home: Path) -> None:
        port = free_port()
        self.environment = {**os.environ, "TUTELA_HOME": str(home)}
        wish = ("--role", "curate", "--purpose", "tests of the unit", "--days", "30")
        token = re.search(r"tut_[0-9a-z]+", self.tutela("service", "token", "add", "tests", *wish).stdout)
        assert token is not None
        serve = [sys.executable, "-m", "tutela", "serve", "match", "--port", str(port), "--workers", "1"]
        self.process = subprocess.Popen([*UNDER, *serve], env=self.environment, cwd=ROOT)
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={"Authorization": f"Bearer {token.group()}"},
            timeout=PATIENCE_SECONDS,
        )

    def tutela(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tutela", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60)

    def told(self, path: str, content: bytes | None = None) -> dict[str, Any]:
        answer = self.client.get(path) if content is None else self.client.post(path, content=content)
        found: dict[str, Any] = answer.json()
        return found

    def is_ready(self) -> bool:
        try:
            return bool(self.told("/ready")["ready"])
        except (httpx.TransportError, ValueError):
            return False

    def is_alive(self) -> bool:
        try:
            return self.client.get("/health").status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    service = Running(tmp_path_factory.mktemp("home"))
    try:
        assert within_patience(service.is_alive)
        service.client.put("/v1/lists/known", json=LIST).raise_for_status()
        yield service
    finally:
        service.client.close()
        service.process.terminate()
        service.process.wait(PATIENCE_SECONDS)


def test_every_layer_of_the_sandbox_closes(running: Running) -> None:
    assert within_patience(running.is_ready)
    assert running.told("/ready")["alarms"] == []


def test_a_picture_and_a_film_are_looked_at(running: Running, tmp_path: Path) -> None:
    told = running.told("/v1/match", jpeg(landscape(7, 320, 240)))
    assert (told["status"], told.get("error")) == ("unknown", None)
    write_film(tmp_path / "film.mp4", 3)
    told = running.told("/v1/match", (tmp_path / "film.mp4").read_bytes())
    assert (told["status"], told.get("error")) == ("unknown", None)


def test_the_doctor_finds_nothing_that_fails(running: Running) -> None:
    done = running.tutela("doctor", "--json")
    found = {one["check"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert [one for one in found.values() if one["state"] == "fail"] == []
    assert {
        found[name]["state"] for name in ("home", "log", "follower", "lists", "cores", "descriptors")
    } == {"ok"}
    assert found["cores"]["what"] == "core dumps of the service are off"


def test_it_is_loaded_anew_without_an_end(running: Running) -> None:
    running.process.send_signal(signal.SIGHUP)
    assert within_patience(running.is_ready)
    assert running.process.poll() is None


def test_what_the_unit_forbids_is_forbidden_here() -> None:
    forbidden = (
        "import ctypes, mmap, socket; "
        "tries = [lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW), "
        "lambda: mmap.mmap(-1, 4096, prot=7)]\n"
        "for one in tries:\n"
        "    try: one()\n"
        "    except OSError: continue\n"
        "    raise SystemExit('it was allowed')\n"
        "raise SystemExit(0 if ctypes.CDLL(None).unshare(0x20000000) else 'a namespace')\n"
    )
    done = subprocess.run([*UNDER, sys.executable, "-c", forbidden], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_groups_of_calls_are_those_of_systemd() -> None:
    calls = allowed(read_unit(UNIT)["SystemCallFilter"])
    assert {"seccomp", "landlock_create_ruleset", "memfd_create", "prctl", "execve"} <= calls
    assert not calls & {"mount", "ptrace", "bpf", "chown", "setuid", "keyctl"}
