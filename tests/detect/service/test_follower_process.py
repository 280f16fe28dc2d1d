"""The follower as a process: started, started again when it ends, ended in order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from contextlib import closing
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.detect.service.drafts import create
from tests.detect.service.test_hook_opening import Receiver, endpoint, receiver
from tests.detect.service.test_hooks import news
from tutela.detect.service.assembly import CHANGES
from tutela.detect.service.figure_sums import together
from tutela.detect.service.figures import JOINED
from tutela.detect.service.follower import Follower
from tutela.detect.service.follower_process import END_SECONDS, NOBODY, FollowerProcess, Receivers, follow
from tutela.detect.service.hook_opening import QUEUE, open_hooks
from tutela.detect.service.shelf import Shelf
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.kernel.errors import Unavailable

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 30.0
__all__ = ["receiver"]  # the fixture of the other test module


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


def test_the_same_process_delivers_web_hooks_and_ends_soon(receiver: HTTPServer, tmp_path: Path) -> None:
    desk = endpoint(f"http://127.0.0.1:{receiver.server_port}/in")
    log = SqliteChangeLog(tmp_path / CHANGES)
    with closing(open_hooks(tmp_path, [desk])) as worker:
        worker.queue.set_mark(f"told {log.identity}", 0)
        assert worker.matched(news()).queued == 1
        figures = tmp_path / "figures"
        with FollowerProcess(tmp_path, Receivers(endpoints=(desk,), figures=figures)):
            log.append(create("one"))
            assert Receiver.both.wait(PATIENCE_SECONDS)
            asked_seconds = time.monotonic()
        assert time.monotonic() - asked_seconds < END_SECONDS
    log.close()
    assert sorted(Receiver.types) == ["list.changed", "match.found"]
    counted = together(figures, b"", JOINED).decode()
    assert f'tutela_hook_deliveries_total{{outcome="delivered",receiver="{desk.name}"}} 2.0' in counted
    assert "127.0.0.1" not in counted


def test_a_queue_that_cannot_be_opened_keeps_no_list_waiting(tmp_path: Path) -> None:
    (tmp_path / QUEUE).write_bytes(b"something else that is long enough to be no database" * 20)
    log = SqliteChangeLog(tmp_path / CHANGES)
    with FollowerProcess(tmp_path):
        log.append(create("one"))
        assert within_patience(lambda: is_live(tmp_path, "one"))
    log.close()


def test_a_follower_that_cannot_be_started_at_present_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FollowerProcess(tmp_path) as follower:
        start, refusals = follower._started, [Unavailable("no memory is left for another process")]

        def refusing() -> Any:
            if refusals:
                raise refusals.pop()
            return start()

        monkeypatch.setattr(follower, "_started", refusing)
        before = follower.pid
        os.kill(before, signal.SIGKILL)
        assert within_patience(lambda: follower.pid != before)
        assert refusals == []


def test_an_error_of_ours_is_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with closing(SqliteChangeLog(tmp_path / CHANGES)) as log, Follower(log, tmp_path):
        process = multiprocessing.get_context("spawn").Process(
            target=follow, args=(str(tmp_path), os.getpid(), NOBODY)
        )
        process.start()
        process.join(PATIENCE_SECONDS)
    assert process.exitcode == 1
    assert capfd.readouterr().err == "error: follower: another follower runs on this data folder\n"
