"""Kill a piece of work at its n-th step on the disk, in a forked process, as SIGKILL would."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

#: What changes the disk. A kill comes before the call, so after the call before it.
STEPS = ("fsync", "replace", "rename", "ftruncate", "pwrite", "unlink", "rmdir", "mkdir", "utime")


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """True when ``work`` was killed at that step, False when it ended before. A torn write comes with it."""
    child = os.fork()
    if child == 0:
        _work_and_die(step, work)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status) != 0:
        raise AssertionError(f"the work failed by itself at step {step}")
    return False


def _work_and_die(step: int, work: Callable[[], object]) -> None:
    left = [step]

    def wrapped(name: str) -> Callable[..., Any]:
        original = getattr(os, name)

        def call(*arguments: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                if name == "pwrite":  # half of the bytes reach the file
                    original(arguments[0], arguments[1][: len(arguments[1]) // 2], arguments[2])
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*arguments, **more)

        return call

    try:
        for name in STEPS:
            setattr(os, name, wrapped(name))
        work()
    except BaseException:  # noqa: BLE001 - a forked child ends here, whatever happened
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)
