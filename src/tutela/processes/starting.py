"""Starting a process: its own environment, no descriptor of ours, and its end with the supervisor's."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from tutela.kernel.errors import Unavailable

#: prctl option (linux/prctl.h): the signal that a process gets when its parent has ended.
_PR_SET_PDEATHSIG = 1


class Running(Protocol):
    """What is needed of ``subprocess.Popen``."""

    @property
    def pid(self) -> int:
        """The process."""

    def poll(self) -> int | None:
        """The exit code, None while it runs."""

    def terminate(self) -> None:
        """Asks it to end."""

    def kill(self) -> None:
        """Ends it."""


def python_command(words: Sequence[str]) -> tuple[str, ...]:
    """``tutela`` with these words, in this very Python; the folder that one is in adds no module."""
    return (sys.executable, "-P", "-m", "tutela", *words)


def start(command: Sequence[str], environment: Mapping[str, str]) -> Running:
    """The process, in the group of this one. Raises Unavailable where it cannot be started.

    On Linux it gets SIGTERM when this process ends in whatever way: nothing is left behind.
    """
    try:
        return subprocess.Popen(
            list(command),
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            close_fds=True,
            preexec_fn=_end_with(os.getpid()),  # noqa: PLW1509 - the supervisor has one thread
        )
    except OSError as error:
        raise Unavailable(f"a process cannot be started: {error.strerror}") from error


def run_to_end(command: Sequence[str]) -> int:
    """The exit code of a command that is given this process's own environment and no input."""
    return subprocess.run(list(command), stdin=subprocess.DEVNULL).returncode


def _end_with(parent_pid: int) -> Callable[[], None] | None:
    """What the child does before it becomes the new program."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent_pid:
            os._exit(0)

    return prepare
