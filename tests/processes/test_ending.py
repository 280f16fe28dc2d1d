"""A process ends in order when it is told to, and when its parent is gone."""

from __future__ import annotations

import os
import subprocess
import sys

TOLD = """
import os, signal
from tutela.processes.ending import stop_event
stop = stop_event()
os.kill(os.getpid(), signal.{name})
print("ended in order" if stop.wait(10) else "went on")
"""
ORPHAN = """
import os, sys
from tutela.processes.ending import end_with_parent, stop_event
stop = stop_event()
if os.fork():
    os._exit(0)
end_with_parent({parent})
stop.wait(30)
os.write(1, b"ended in order")
"""


def test_signals_set_the_event() -> None:
    for name in ("SIGTERM", "SIGINT"):
        done = subprocess.run([sys.executable, "-c", TOLD.format(name=name)], capture_output=True, text=True)
        assert done.stdout.strip() == "ended in order", done.stderr


def test_a_process_whose_parent_is_gone_ends_in_order() -> None:
    code = ORPHAN.format(parent=f"{os.getpid()} + 10_000_000")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.stdout.strip() == "ended in order", done.stderr
