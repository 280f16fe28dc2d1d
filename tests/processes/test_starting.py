"""Starting: only what it is given, nothing of ours open, and an end with its parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.processes.founded import within_patience
from tutela.kernel.errors import Unavailable
from tutela.kernel.handed_secrets import VARIABLE
from tutela.processes.starting import python_command, run_to_end, share_secrets, start

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")


def test_a_process_has_its_own_environment_and_no_descriptor_of_ours(tmp_path: Path) -> None:
    told = tmp_path / "told"
    show = f"import os; open({str(told)!r}, 'w').write(repr((dict(os.environ), os.listdir('/proc/self/fd'))))"
    with (tmp_path / "ours").open("w") as ours:
        os.set_inheritable(ours.fileno(), True)
        running = start((sys.executable, "-c", show), {"ONE": "1"})
        assert within_patience(lambda: running.poll() is not None)
    environment, descriptors = eval(told.read_text())
    assert {name: text for name, text in environment.items() if not name.startswith("LC_")} == {"ONE": "1"}
    assert len(descriptors) <= 5


@pytest.mark.needs("linux")
def test_secrets_reach_it_and_nothing_that_it_starts_and_no_environment(tmp_path: Path) -> None:
    told = tmp_path / "told"
    show = (
        "import os, subprocess, sys\n"
        "from tutela.kernel.settings import find_origins\n"
        "found = find_origins().handed, find_origins().handed\n"
        "raw = open('/proc/self/environ').read()\n"
        "ask = 'import os; print(os.listdir(\"/proc/self/fd\"))'\n"
        "number = os.environ['TUTELA_SECRETS_FD']\n"
        "below = subprocess.run([sys.executable, '-c', ask], stdout=-1, text=True, close_fds=False).stdout\n"
        f"open({str(told)!r}, 'w').write(repr((found, raw, number, below)))\n"
    )
    before = set(os.listdir("/proc/self/fd"))
    running = start((sys.executable, "-c", show), {}, secrets={"notices__password": "a word"})
    assert set(os.listdir("/proc/self/fd")) <= before
    assert within_patience(lambda: running.poll() == 0)
    found, raw, number, below = eval(told.read_text())
    assert found == ({"notices__password": "a word"},) * 2
    assert "a word" not in raw
    assert number not in eval(below)


@pytest.mark.parametrize(("number", "how"), [("5", "fork"), (None, "spawn")])
def test_a_server_that_was_handed_secrets_forks(
    monkeypatch: pytest.MonkeyPatch, number: str | None, how: str
) -> None:
    before = multiprocessing.get_start_method()
    multiprocessing.set_start_method("spawn", force=True)
    try:
        monkeypatch.delenv(VARIABLE, raising=False)
        if number:
            monkeypatch.setenv(VARIABLE, number)
        share_secrets()
        assert multiprocessing.get_start_method() == how
    finally:
        multiprocessing.set_start_method(before, force=True)


def test_it_ends_when_its_parent_is_killed() -> None:
    code = (
        "import sys, time; from tutela.processes.starting import start;"
        f"print(start({SLEEP!r}, {{}}).pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
        assert within_patience(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_what_cannot_be_started_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        start(("/nowhere/tutela",), {})


def test_a_command_is_tutela_in_this_python() -> None:
    assert run_to_end(python_command(["--version"])) == 0
