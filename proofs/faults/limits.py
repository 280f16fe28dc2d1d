"""FI-06: a command with too few handles, or no further process."""

from __future__ import annotations

from collections.abc import Sequence

from proofs.faults.flow import python
from proofs.faults.injector import Fault

#: Calls by which a process or thread is made.
_MAKING = ("clone", "clone3", "fork", "vfork")


def few_handles(command: Sequence[str], handles: int) -> list[str]:
    """The command with at most so many open descriptors."""
    return ["prlimit", f"--nofile={handles}", *command]


def no_more_processes(command: Sequence[str]) -> list[str]:
    """The command under a system that makes no further process or thread: EAGAIN, as RLIMIT_NPROC gives.

    Not by that limit itself: root is under no such limit, and another user could not read the interpreter.
    """
    fault = Fault(kind="EAGAIN", when=1, calls=_MAKING, onward=True)
    return python("proofs.faults.injector", *fault.words(), "--", *command)
