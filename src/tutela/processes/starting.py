"""Starting a process: its own environment, no descriptor but its secrets', its end with the supervisor's."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Protocol

from tutela.kernel.errors import Unavailable
from tutela.kernel.handed_secrets import VARIABLE, handed_over

#: prctl option (linux/prctl.h): the signal that a process gets when its parent has ended.
_PR_SET_PDEATHSIG = 1
#: For a process that has none.
NO_SECRETS: Mapping[str, str] = MappingProxyType({})


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
    return module_command("tutela", *words)


def start(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    secrets: Mapping[str, str] = NO_SECRETS,
    quiet: bool = False,
) -> Running:
    """The process, in the group of this one. Raises Unavailable where it cannot be started.

    ``secrets`` reach it in sealed memory (``kernel.handed_secrets``). ``quiet``: nobody reads what it says.
    On Linux it gets SIGTERM when this process ends in whatever way: nothing is left behind.
    """
    try:
        with _handed(environment, secrets) as (whole, descriptors):
            return subprocess.Popen(
                list(command),
                env=whole,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if quiet else None,
                stderr=subprocess.DEVNULL if quiet else None,
                close_fds=True,
                pass_fds=descriptors,
                preexec_fn=_end_with(os.getpid()),  # noqa: PLW1509 - the supervisor has one thread
            )
    except OSError as error:
        raise Unavailable(f"a process cannot be started: {error.strerror}") from error


@contextmanager
def _handed(
    environment: Mapping[str, str], secrets: Mapping[str, str]
) -> Iterator[tuple[dict[str, str], tuple[int, ...]]]:
    """Environment and descriptors of a process, where it has secrets with those."""
    if not secrets:
        yield dict(environment), ()
        return
    with handed_over(secrets) as descriptor:
        yield {**environment, VARIABLE: str(descriptor)}, (descriptor,)


def share_secrets() -> None:
    """Return once what a server starts as a process of its own has this one's secrets: it is forked then.

    Python 3.14 and later start a new one unless they are told so. Without secrets nothing changes.
    """
    if VARIABLE in os.environ:
        multiprocessing.set_start_method("fork", force=True)


def module_command(module: str, *words: str) -> tuple[str, ...]:
    """A module of tutela as a program, in this very Python."""
    return (sys.executable, "-P", "-m", module, *words)


def run_to_end(command: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """The exit code of a command that is given no input; with an ``environment``, that one and no output."""
    quiet = subprocess.DEVNULL if environment is not None else None
    return subprocess.run(
        list(command),
        env=dict(environment) if environment is not None else None,
        stdin=subprocess.DEVNULL,
        stdout=quiet,
        stderr=quiet,
    ).returncode


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
