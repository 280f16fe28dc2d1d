"""How a process ends in order: SIGTERM or SIGINT sets an event, what is in hand is finished."""

from __future__ import annotations

import os
import signal
import threading
import time

#: Seconds between looks whether the parent is still there.
LOOK_SECONDS = 0.5


def stop_event() -> threading.Event:
    """An event that SIGTERM and SIGINT set from now on. Call it in the main thread."""
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    return stop


def end_with_parent(parent_pid: int) -> None:
    """From now on a thread ends this process in order when its parent is gone."""
    threading.Thread(target=_watch, args=(parent_pid,), daemon=True).start()


def _watch(parent_pid: int) -> None:
    while os.getppid() == parent_pid:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
