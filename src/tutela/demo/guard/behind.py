"""The guard in a process of its own: ``python -m tutela.demo.guard.behind FOLDER AUTHORITY``.

It says its port in a line once it listens, and ends when its standard input does. The composition is the
product's; two things are the demonstration's own: names under ``.test`` lead to this machine, and sites are
checked against the authority of the demonstration.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from tutela.demo.guard.device import FewPrograms, OwnDevice
from tutela.kernel.errors import TutelaError, Unavailable
from tutela.prevent.guard.person.folder import Folder
from tutela.prevent.guard.system.programs import SystemPrograms

_LOOPBACK: Final = "127.0.0.1"
#: Names that nobody has (RFC 6761 section 6.2).
_OWN_NAMES: Final = ".test"
#: Seconds in which it has to end once it is told to.
_ENDING_SECONDS: Final = 30.0


class GuardBehind:
    """That process, while the block runs."""

    def __init__(self, device: OwnDevice, authority: Path) -> None:
        self._command = [
            sys.executable,
            "-m",
            "tutela.demo.guard.behind",
            str(device.folder.path),
            str(authority),
        ]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=own_environment()
        )
        try:
            self.port = self._said_port()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def proxy(self) -> str:
        """Where browsers find it."""
        return f"http://{_LOOPBACK}:{self.port}"

    def _said_port(self) -> int:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line.strip().isdigit():
            raise Unavailable("the guard could not be started")
        return int(line)

    def _end(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def own_environment() -> dict[str, str]:
    """The environment of processes that import tutela from where this one does."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}


Lookup = Callable[..., list[Any]]


def leading_home(lookup: Lookup) -> Lookup:
    """``socket.getaddrinfo``, by which names under ``.test`` are on this machine."""

    def looked_up(host: str | bytes | None, *rest: Any, **more: Any) -> list[Any]:
        own = isinstance(host, str) and host.endswith(_OWN_NAMES)
        return lookup(_LOOPBACK if own else host, *rest, **more)

    return looked_up


def main(arguments: Sequence[str]) -> int:
    """Runs until the standard input ends."""
    from tutela.prevent.guard.running.guard import RunningGuard, Start

    socket.getaddrinfo = leading_home(socket.getaddrinfo)
    folder, authority = arguments
    programs = FewPrograms(SystemPrograms())
    start = Start(folder=Folder(Path(folder)), programs=programs, port=0, trusted=Path(authority))
    try:
        with RunningGuard(start) as guard:
            sys.stdout.write(f"{guard.port}\n")
            sys.stdout.flush()
            sys.stdin.read()
    except TutelaError as error:
        sys.stderr.write(f"error: {error.message}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
