"""The sender as a process, killed between the last dot and the answer: in doubt at once, and sent once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.processes.founded import TUTELA, environment, found_house, tutela, within_patience
from tests.smtp_sink import Step, running_sink

pytestmark = pytest.mark.slow


@contextmanager
def running(home: Path, *words: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the house while the block lasts."""
    process = subprocess.Popen(
        [*TUTELA, *words], env=environment(home, **more), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def queued(home: Path) -> str:
    """The id of a new notice."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.queue_notice"],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def facts(home: Path, notice: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(tutela(home, "notices", "show", notice, "--json").stdout)
    return shown


def test_a_notice_whose_sender_was_killed_waits_for_a_person_and_arrives_once(tmp_path: Path) -> None:
    home = found_house(tmp_path / "home")
    notice = queued(home)
    with running_sink() as sink, running(home, "run", "opener"):
        sink.plan("abuse@host.test", Step.TAKE_AND_SILENCE)
        port = {"TUTELA_NOTICES__PORT": str(sink.port)}
        assert within_patience((home / "sockets" / "opener.sock").exists)
        with running(home, "run", "sender", **port):
            assert within_patience(lambda: len(sink.delivered) == 1)
        assert facts(home, notice)["state"] == "sending"
        message_id = facts(home, notice)["message_id"]
        with running(home, "run", "sender", **port):
            assert within_patience(lambda: facts(home, notice)["state"] == "in_doubt")
            assert notice in tutela(home, "notices", "list", "--state", "in_doubt").stdout
            done = tutela(home, "notices", "resolve", notice, "--leave")
            assert done.returncode == 0, done.stderr
        sink.slow_seconds = 0.0
    assert facts(home, notice)["state"] == "sent" and sink.count(message_id) == 1
    assert b"canary.test/in-doubt" in sink.delivered[0].content
