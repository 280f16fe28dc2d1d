"""A process of its own that is killed before each step that the operating system is asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

#: What is counted as a step: everything that changes a file or a name, before it happens (audit events).
STEPS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.chmod", "os.utime"}
#: How a killed process ends.
KILLED = 9


def is_step(event: str, arguments: tuple[Any, ...]) -> bool:
    if event == "open":
        flags = arguments[2]
        return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    return event in STEPS


def killed_at(point: int, act: Callable[[], object]) -> bool:
    """Whether ``act`` was killed before its step number ``point`` (from 0); False: it came to its end."""
    child = os.fork()
    if child == 0:
        try:
            left = [point]

            def hook(event: str, arguments: tuple[Any, ...]) -> None:
                if is_step(event, arguments):
                    if left[0] == 0:
                        os._exit(KILLED)
                    left[0] -= 1

            sys.addaudithook(hook)
            act()
            os._exit(0)
        except BaseException:  # noqa: BLE001 - a child of a test ends here, whatever happened
            os._exit(1)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {0, KILLED}, f"it failed with {code} before step {point}"
    return code == KILLED


def points(act: Callable[[], object]) -> Iterator[int]:
    """The numbers of the steps, as long as ``act`` is killed there; the caller puts things right between."""
    point = 0
    while killed_at(point, act):
        yield point
        point += 1
