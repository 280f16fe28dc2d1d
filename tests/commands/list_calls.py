"""Calls of ``tutela list`` in this process, and small lists to call them with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tutela.cli import run

MD5 = [f"{number:032x}" for number in range(1, 100)]


class Caller:
    """Calls commands and keeps what they printed."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        self.out = self.err = ""

    def __call__(self, *words: str | Path) -> int:
        """The exit code of ``tutela list <words>``."""
        self._capture.readouterr()
        code = run(["list", *(str(word) for word in words)])
        self.out, self.err = self._capture.readouterr()
        return code

    def json(self, *words: str | Path) -> dict[str, Any]:
        """The object that the call prints with ``--json``; fails when it did not end with 0."""
        code = self(*words, "--json")
        assert code == 0, self.err
        loaded: dict[str, Any] = json.loads(self.out)
        return loaded


def csv_file(
    folder: Path, *rows: str, name: str = "list.csv", header: str = "kind,value,entry,class"
) -> Path:
    """A CSV list with these rows."""
    file = folder / name
    file.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return file
