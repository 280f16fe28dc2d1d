"""FI-06: a command with too few handles, or no further process."""

from __future__ import annotations

from collections.abc import Sequence


def few_handles(command: Sequence[str], handles: int) -> list[str]:
    """The command with at most so many open descriptors."""
    return ["prlimit", f"--nofile={handles}", *command]


def no_more_processes(command: Sequence[str], user: int) -> list[str]:
    """The command as a user who may start no further process or thread; root is under no such limit."""
    drop = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    return [*drop, "prlimit", "--nproc=0", *command]
