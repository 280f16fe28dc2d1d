"""One process of the match service: its application, made from settings and data folder."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from typing import TYPE_CHECKING

from tutela.commands.choices import recipe_in_force
from tutela.config import load
from tutela.kernel.settings import home

if TYPE_CHECKING:
    from starlette.applications import Starlette

#: Hands the watch's key and the number of processes down. Not settings: the supervisor makes them.
KEY_VARIABLE, WORKERS_VARIABLE = "_TUTELA_WATCH_KEY", "_TUTELA_SERVICE_WORKERS"
#: Seconds between looks whether the supervisor is still there.
LOOK_SECONDS = 0.5


def create_app() -> Starlette:
    """The application of this process, for granian's factory.

    Raises Invalid for wrong settings, Unavailable when no media worker can be started.
    """
    from tutela.detect.service.app import build
    from tutela.detect.service.assembly import assembled

    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    settings = load()
    service = assembled(
        settings.service,
        recipe_in_force(None),
        home() / "match",
        egress=settings.egress,
        watch_key=bytes.fromhex(os.environ.get(KEY_VARIABLE, "")),
        processes=int(os.environ.get(WORKERS_VARIABLE, "1")),
    )
    app = build(service)
    _collect_quickly()
    return app


def _collect_quickly() -> None:
    """Leaves out of every later collection what is there now: to look through it would hold up a request.

    The collections themselves stay as frequent as they are: a retired list may hang on one, and its memory.
    """
    gc.collect()
    gc.freeze()


def _end_with(parent_pid: int) -> None:
    """Ends this process in order when the supervisor is gone, so that the next one finds the port free."""
    while os.getppid() == parent_pid:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
