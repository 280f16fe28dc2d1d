from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASKED = """
import resource
from tutela.kernel.cores import forbid_cores
forbid_cores()
forbid_cores()
print(*resource.getrlimit(resource.RLIMIT_CORE))
"""


LOOKING = """
import ctypes, os, resource, sys, time
from tutela.kernel.cores import forbid_cores
os.setuid(65534)
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # a new program of this user
here, there = os.pipe()
child = os.fork()
if not child:
    forbid_cores() if sys.argv[1] == "closed" else None
    os.write(there, b"x")
    time.sleep(60)
os.read(here, 1)
for name in ("environ", "mem", "root/etc", "fd"):
    try:
        path = f"/proc/{child}/{name}"
        os.listdir(path) if name in ("fd", "root/etc") else open(path).close()
        print(name)
    except PermissionError:
        pass
os.kill(child, 9)
"""


@pytest.mark.needs("linux")
@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="becomes another user")
@pytest.mark.parametrize(("how", "seen"), [("open", ["environ", "mem", "root/etc", "fd"]), ("closed", [])])
def test_no_process_of_the_same_user_looks_in(how: str, seen: list[str]) -> None:
    done = subprocess.run([sys.executable, "-c", LOOKING, how], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == seen, done.stderr


@pytest.mark.needs("linux")
def test_a_process_may_leave_no_core_file_and_cannot_change_that() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["0", "0"], done.stderr


def test_a_system_without_such_a_limit_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from tutela.kernel.cores import forbid_cores

    monkeypatch.setitem(sys.modules, "resource", None)
    forbid_cores()


@pytest.mark.needs("linux")
def test_both_limits_are_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    from tutela.kernel.cores import forbid_cores

    asked: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda which, limits: asked.append((which, limits)))
    forbid_cores()
    assert asked == [(resource.RLIMIT_CORE, (0, 0))]
