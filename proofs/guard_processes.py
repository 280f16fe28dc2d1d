"""The processes of the proofs of the guard: the guard itself, a bare mitmproxy, and the ways of a client."""

from __future__ import annotations

import json
import os
import re
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import client as http_client  # noqa: TID251 - the client of these proofs
from pathlib import Path
from typing import Any

import psutil

from proofs.guard_house import GUARD_PYTHON, Place
from proofs.machine import ROOT
from proofs.run import ONE_THREAD

SECONDS_MAX = 30.0
START_SECONDS_MAX = 90.0
#: What stands in the command line of each of the guard's processes; the first that fits is it.
KINDS = (
    ("detect.media.worker", "media"),
    ("guard.lists.holding", "list"),
    ("guard.classes.scoring", "classifier"),
)


class Talking:
    """A process that says JSON lines and takes lines."""

    def __init__(self, command: Sequence[str], *, environment: dict[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=(environment if environment is not None else plain_environment()),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def hear(self, seconds: float = START_SECONDS_MAX) -> dict[str, Any]:
        """The next line. Raises RuntimeError where none comes in time."""
        timer = threading.Timer(seconds, self._process.kill)
        timer.start()
        try:
            line = self._process.stdout.readline() if self._process.stdout else b""
        finally:
            timer.cancel()
        if not line:
            raise RuntimeError("the process said nothing: run its command by hand to see why")
        told: dict[str, Any] = json.loads(line)
        return told

    def say(self, line: str) -> None:
        """Tell it something."""
        if self._process.stdin is not None:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait(SECONDS_MAX)

    def end(self) -> None:
        """End it in its own way, and in ours where that takes too long."""
        try:
            self._process.communicate(b"", timeout=SECONDS_MAX)
        except (subprocess.TimeoutExpired, ValueError, OSError):
            self.kill()


class Guard:
    """A guard under way, seen from outside."""

    def __init__(self, configuration: Path, *, before: Sequence[str] = ()) -> None:
        self._process = Talking([*before, str(GUARD_PYTHON), "-m", "proofs.guard_stand", str(configuration)])
        try:
            told = self._process.hear()
            #: Where it listens; how many lists it has in use.
            self.port, self.lists = int(told["port"]), int(told["lists"])
        except BaseException:
            self._process.kill()
            raise

    @property
    def pid(self) -> int:
        """Its first process."""
        return self._process.pid

    def counts(self) -> dict[str, int]:
        """Blocks by tier since it started."""
        self._process.say("counts")
        return self._process.hear(SECONDS_MAX)

    def lists_in_use(self) -> int:
        """How many lists it has in use now."""
        self._process.say("lists")
        return int(self._process.hear(SECONDS_MAX)["lists"])

    def turn_clock(self, seconds: float) -> None:
        """Turn the wall clock of its lists by so much from the true time."""
        self._process.say(f"clock {seconds}")
        self._process.hear(SECONDS_MAX)

    def processes(self) -> list[psutil.Process]:
        """All of its processes."""
        first = psutil.Process(self.pid)
        return [first, *first.children(recursive=True)]

    def of_kind(self, kind: str) -> list[psutil.Process]:
        """Its processes of one of ``KINDS``."""
        return [one for one in self.processes() if kind_of(one) == kind]

    def kill(self) -> None:
        """End it as a fault would."""
        self._process.kill()

    def close(self) -> None:
        """End it."""
        self._process.end()


class CommandedGuard:
    """A guard as ``tutela guard run`` runs it, seen from outside. ``said``: what it prints goes there."""

    def __init__(self, place: Place, said: Path, *, before: Sequence[str] = (), **more: str) -> None:
        command = [*before, str(GUARD_PYTHON), "-m", "tutela", "guard", "run", "--port", "0"]
        command += ["--folder", str(place.guard_folder.path), "--trusted", str(place.folder / "web.pem")]
        with said.open("wb") as file:
            self._process = subprocess.Popen(
                command, cwd=place.home, env=plain_environment() | more, stdout=file, stderr=file
            )
        self.pid = self._process.pid
        self.port = self._port(said)

    def _port(self, said: Path) -> int:
        until = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < until and self._process.poll() is None:
            found = re.search(rb"127\.0\.0\.1:([0-9]+)[,\n]", said.read_bytes())
            if found:
                return int(found[1])
            time.sleep(0.05)
        self._process.kill()
        raise RuntimeError(f"the guard does not run: {said.read_text('utf-8', 'replace')[-500:]}")

    def processes(self) -> list[psutil.Process]:
        """All of its processes."""
        first = psutil.Process(self.pid)
        return [first, *first.children(recursive=True)]

    def close(self) -> None:
        """End it as the session does."""
        self._process.terminate()
        try:
            self._process.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(SECONDS_MAX)


@contextmanager
def commanded(
    place: Place, said: Path, *, before: Sequence[str] = (), **more: str
) -> Iterator[CommandedGuard]:
    """A guard by its command while the block runs; ``more`` is added to its environment."""
    guard = CommandedGuard(place, said, before=before, **more)
    try:
        yield guard
    finally:
        guard.close()


def kind_of(process: psutil.Process) -> str:
    """What a process of the guard does."""
    try:
        line = " ".join(process.cmdline())
    except psutil.Error:
        return "ended"
    return next((kind for word, kind in KINDS if word in line), "proxy")


@contextmanager
def guarding(place: Place, *, before: Sequence[str] = (), **more: Any) -> Iterator[Guard]:
    """A guard of this place while the block runs."""
    guard = Guard(place.configuration(**more), before=before)
    try:
        yield guard
    finally:
        guard.close()


def plain_environment() -> dict[str, str]:
    """The environment of a process of these proofs."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TUTELA_")}
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return kept | dict(ONE_THREAD) | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}


@contextmanager
def bare_proxy(place: Place) -> Iterator[tuple[int, ssl.SSLContext]]:
    """The port of mitmproxy as it comes, and a context that trusts it."""
    with free_port() as port:
        pass
    home = place.folder / "bare"
    command = [
        str(GUARD_PYTHON.with_name("mitmdump")),
        *("-q", "--listen-host", "127.0.0.1", "-p", str(port), "--set", f"confdir={home}"),
        *("--set", f"ssl_verify_upstream_trusted_ca={place.folder / 'web.pem'}"),
    ]
    process = subprocess.Popen(
        command, env=plain_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for_port(port)
        yield port, ssl.create_default_context(cafile=str(home / "mitmproxy-ca-cert.pem"))
    finally:
        process.terminate()
        process.wait(SECONDS_MAX)


@contextmanager
def free_port() -> Iterator[int]:
    """A loopback port that nobody has; it is free again behind the block."""
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        yield int(one.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Return once somebody listens. Raises RuntimeError."""
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until:
        connection = http_client.HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.connect()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError(f"nobody listens at port {port}")


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a client reaches the site: through a proxy at ``proxy``, or directly (0); in TLS with ``trust``.

    ``host``: the name by which the proxy is asked for the site.
    """

    port: int
    host: str = "127.0.0.1"
    proxy: int = 0
    trust: ssl.SSLContext | None = None

    def connect(self) -> http_client.HTTPConnection:
        """A connection for any number of requests."""
        target = ("127.0.0.1", self.proxy or self.port)
        if self.trust is None:
            return http_client.HTTPConnection(*target, timeout=SECONDS_MAX)
        secure = http_client.HTTPSConnection(*target, context=self.trust, timeout=SECONDS_MAX)
        if self.proxy:
            secure.set_tunnel(self.host, self.port)
        return secure

    def url(self, path: str) -> str:
        """What stands in the request line."""
        return f"http://127.0.0.1:{self.port}{path}" if self.proxy and self.trust is None else path

    def ask(self, connection: http_client.HTTPConnection, path: str) -> bytes:
        """The body at ``path``, by a connection of this way."""
        connection.request("GET", self.url(path), headers={"Accept-Encoding": "identity"})
        return connection.getresponse().read()
