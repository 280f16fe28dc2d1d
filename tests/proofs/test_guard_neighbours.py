"""What counts as told in one sentence, for bar i5-2."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from proofs.guard_house import Place
from proofs.guard_neighbours import said_by, told_of_another_proxy

THERE = (
    "error: Another proxy is set already (http_proxy): http://proxy.example:3128."
    " Set this up with that proxy as the next stop, or remove it first."
)


@pytest.mark.parametrize(
    ("code", "said", "left", "told"),
    [
        (2, THERE, False, True),
        (2, f"Warning: it is echoed\n{THERE}", False, True),
        (0, THERE, False, False),
        (2, THERE, True, False),
        (2, f"{THERE}\n{THERE}", False, False),
        (2, "error: something else", False, False),
        (1, "Traceback", False, False),
    ],
)
def test_one_sentence_of_a_command_that_changed_nothing_is_one_that_is_told(
    code: int, said: str, left: bool, told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[dict[str, Any]] = []

    def run(words: list[str], **more: Any) -> subprocess.CompletedProcess[str]:
        calls.append(more["env"])
        if left:
            (Path(more["env"]["HOME"]) / ".config").mkdir()
        return subprocess.CompletedProcess(words, code, "", said)

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    monkeypatch.setattr(subprocess, "run", run)
    assert told_of_another_proxy(Place(folder=tmp_path)) is told
    (environment,) = calls
    assert environment["http_proxy"] == "http://proxy.example:3128"
    assert environment["PATH"] == environment["HOME"] == str(tmp_path / "empty")
    assert "XDG_DATA_HOME" not in environment


def test_a_command_that_refuses_nobody_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.CompletedProcess(["x"], 0, "it is set up", "")
    monkeypatch.setattr(subprocess, "run", lambda *_, **more: done)
    assert said_by(Place(folder=tmp_path), "setup") == ""
