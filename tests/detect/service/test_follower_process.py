"""The follower as a process: started, started again when it ends, ended in order."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.detect.service.drafts import create
from tutela.detect.service.assembly import CHANGES
from tutela.detect.service.follower_process import FollowerProcess
from tutela.detect.service.shelf import Shelf
from tutela.detect.service.sqlite_log import SqliteChangeLog

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 30.0


def within_patience(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


def is_live(folder: Path, name: str) -> bool:
    shelf = Shelf(folder)
    try:
        return name in shelf.names()
    finally:
        shelf.close()


def test_what_is_acknowledged_becomes_live_before_and_after_a_kill(tmp_path: Path) -> None:
    log = SqliteChangeLog(tmp_path / CHANGES)
    with FollowerProcess(tmp_path) as follower:
        log.append(create("one"))
        assert within_patience(lambda: is_live(tmp_path, "one"))
        before = follower.pid
        os.kill(before, signal.SIGKILL)
        log.append(create("two"))
        assert within_patience(lambda: is_live(tmp_path, "two"))
        assert follower.pid != before
        last = follower.pid
    log.close()
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)


def test_closing_twice_is_no_fault(tmp_path: Path) -> None:
    follower = FollowerProcess(tmp_path)
    follower.close()
    follower.close()
