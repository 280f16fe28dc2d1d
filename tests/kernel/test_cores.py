from __future__ import annotations

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
