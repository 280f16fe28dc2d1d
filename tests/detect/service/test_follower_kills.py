"""The follower killed at any moment: no acknowledged change is lost, none is applied twice."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.detect.matching.making import entry, value
from tests.detect.service.drafts import act, add, create, remove
from tests.detect.service.killing import killed_at
from tests.detect.service.test_follower import ROOT, everything, follow, log_with, many, one
from tutela.detect.matching.live import LiveList
from tutela.detect.service.applied import LISTS
from tutela.detect.service.follower import Follower

CONTRADICTION = replace(one(3), entry="against", legal_class="exploitative")
STORY = (
    create("a"),
    add("a", *[replace(row, legal_class="csam") for row in many(0, 40)]),
    add("a", entry("f", "vpdq", value(5) * 2), entry("poor", "pdq", value(77))),
    add("a", entry("f", "vpdq", value(5) * 2)),
    add("a", CONTRADICTION),
    remove("a", "e7"),
    add("a", one(7, legal_class="csam")),
    remove("a", "e7"),
    act("a", "disable", ids=("e1", "e2")),  # held
    act("a", "enable", ids=("e2",)),
    act("a", "ratio", ratio=0.5, seed="s"),
    remove("a", "e10", "e11", "e12"),  # held
    add("a", one(11, legal_class="csam"), source_version=9),
    remove("a", "e13"),  # held
    act("a", "release"),
    add("a", one(50), source_version=8),  # held
    act("a", "release"),
    create("gone"),
    add("gone", *many(0, 3)),
    act("gone", "retire"),
    create("gone"),
    add("gone", one(9)),
    act("gone", "disable", ids=("e9", "e8")),
    act("gone", "disable", ids=("e7",)),
    act("gone", "enable", ids=("e8",)),
    add("nowhere", one(1)),
    remove("a", "e20", "e21", "e22", "e23"),  # held, and stays so
)


@pytest.mark.slow
@pytest.mark.parametrize("tail_rows_max", [1_000, 6])
def test_kill_at_any_step_loses_nothing_and_doubles_nothing(tmp_path: Path, tail_rows_max: int) -> None:
    log = log_with(*STORY)
    follow(log, tmp_path / "whole")
    whole = everything(tmp_path / "whole")
    assert whole["progress"].holds["a"].entries == 4
    step, stride = 0, 1 if tail_rows_max == 1_000 else 5
    while True:
        folder = tmp_path / f"step-{step}"
        if not killed_at(step, lambda: follow(log, folder, tail_rows_max=tail_rows_max)):  # noqa: B023 - runs before the next turn
            break
        killed_at(step % 29, lambda: follow(log, folder, tail_rows_max=tail_rows_max))  # noqa: B023 - as above
        follow(log, folder, tail_rows_max=tail_rows_max)
        assert everything(folder) == whole, f"killed at step {step}"
        shutil.rmtree(folder)
        step += stride
    assert step > 100


@pytest.mark.slow
def test_kill_after_each_change_and_lost_progress_change_nothing(tmp_path: Path) -> None:
    """``applied.json`` may be older than the lists, or gone: the lists know themselves."""
    log, part = log_with(*STORY), log_with()
    part.identity = log.identity
    follow(log, tmp_path / "whole")
    whole = everything(tmp_path / "whole")
    for change in log.after(0):
        part._changes.append(change)
        follow(part, tmp_path / "part")
        if change.sequence < 20:  # the mark of a retired list goes with the word that it is done
            (tmp_path / "part" / "applied.json").unlink()
    assert everything(tmp_path / "part")["lists"] == whole["lists"]


_FOLLOWER = """
import sys, threading
from tutela.detect.service.follower import Follower
from tutela.detect.service.sqlite_log import SqliteChangeLog
with SqliteChangeLog(sys.argv[1]) as log, Follower(log, sys.argv[2], tail_rows_max=20) as follower:
    print("open", flush=True)
    follower.run(threading.Event())
"""


@pytest.mark.slow
def test_killed_follower_process_loses_no_acknowledged_change(tmp_path: Path) -> None:
    from tutela.detect.service.sqlite_log import SqliteChangeLog

    with SqliteChangeLog(tmp_path / "changes.sqlite") as log:
        log.append(create("a"))
        number = 0
        for turn in range(4):
            arguments = [sys.executable, "-c", _FOLLOWER, str(tmp_path / "changes.sqlite"), str(tmp_path)]
            running = subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=ROOT)
            assert running.stdout is not None and running.stdout.readline() == b"open\n"
            end = time.monotonic() + 0.05 + 0.07 * turn
            while time.monotonic() < end:
                log.append(add("a", one(number)))
                number += 1
            os.kill(running.pid, signal.SIGKILL)
            running.wait()
            running.stdout.close()
        with Follower(log, tmp_path, tail_rows_max=20) as follower:
            while follower.step():
                pass
        rows = Counter(row.entry for row in LiveList(tmp_path / LISTS / "a").entries())
        assert rows == Counter({f"e{n}": 1 for n in range(number)})
