"""A match service as an operator runs it, for the length of a measurement: its own data folder and port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from proofs import machine
from proofs.run import environment
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.service.applied import read_progress
from tutela.detect.service.changes import Draft
from tutela.detect.service.roles import CallerLimits, Role
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.detect.service.token_file import Wanted, issue
from tutela.detect.service.tokens import LOOK_AGAIN_SECONDS
from tutela.kernel.clock import SystemClock

#: Seconds that the service gets to come up, to take a change over and to end; a busy machine is slow.
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchService:
    """A running ``tutela serve match``."""

    address: str
    folder: Path
    supervisor: int

    def processes(self) -> frozenset[int]:
        """Numbers of the service processes and the follower, the children of the supervisor (Linux)."""
        threads = Path(f"/proc/{self.supervisor}/task").glob("*/children")
        return frozenset(int(number) for one in threads for number in one.read_text("ascii").split())

    def token(
        self,
        name: str,
        *,
        roles: Sequence[Role] = (),
        feeds: Sequence[str] = (),
        limits: CallerLimits | None = None,
    ) -> str:
        """A new token of this name, with the usual limits unless ``limits`` says others."""
        wanted = Wanted(
            name=name,
            roles=roles,
            purpose="a measurement of tutela",
            days=1,
            limits=limits or CallerLimits(),
            feeds=feeds,
        )
        token, _ = issue(self.folder / "tokens.json", wanted, SystemClock().now())
        time.sleep(2 * LOOK_AGAIN_SECONDS)  # every process has looked at the file again
        return token

    def change(self, *drafts: Draft) -> None:
        """Appends changes to the log and waits until they are live."""
        log = SqliteChangeLog(self.folder / "changes.sqlite")
        try:
            last = max(log.append(draft) for draft in drafts)
        finally:
            log.close()
        _await(lambda: read_progress(self.folder).sequence >= last)

    def make_list(self, name: str, entries: Sequence[ListEntry], *, legal_class: str) -> None:
        """A new list that holds ``entries``."""
        header = ListHeader(name=name, version="1", created=SystemClock().now(), legal_class=legal_class)
        self.change(
            Draft(list=name, act="create", caller="proof", header=header),
            Draft(list=name, act="add", caller="proof", entries=tuple(entries)),
        )


@contextmanager
def match_service(settings: Mapping[str, str], *, workers: int = 2) -> Iterator[MatchService]:
    """A service with these settings (``TUTELA_SERVICE__...``); it ends with the block."""
    with tempfile.TemporaryDirectory() as name:
        home, port = Path(name), _free_port()
        command = [sys.executable, "-m", "tutela"]
        with (home / "output").open("wb") as output:
            process = subprocess.Popen(
                [*command, "serve", "match", "--port", str(port), "--workers", str(workers)],
                cwd=machine.ROOT,
                env={**environment(os.environ), "TUTELA_HOME": name, **settings},
                stdout=output,
                stderr=output,
            )
            try:
                _await(lambda: _is_open(port, process))
                address = f"http://127.0.0.1:{port}"
                yield MatchService(address=address, folder=home / "match", supervisor=process.pid)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(PATIENCE_SECONDS)


def _await(reached: Callable[[], bool]) -> None:
    """Raises TimeoutError when ``reached()`` does not come true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if reached():
            return
        time.sleep(0.05)
    raise TimeoutError("the match service took too long")


def _is_open(port: int, process: subprocess.Popen[bytes]) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"the match service ended with {process.returncode}")
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
