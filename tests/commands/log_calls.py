"""Calls ``tutela log ...`` in this process, on the tests' own ledger, and keeps what was printed."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.hotline.ledger import steps
from tutela.cli import run
from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import process

__all__ = ["Notary", "steps"]


class Notary:
    """Whoever looks after the log; ``out`` and ``err`` hold what the last command printed."""

    def __init__(
        self, capture: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path
    ) -> None:
        self._capture, self._monkeypatch, self.folder = capture, monkeypatch, folder
        self.out = self.err = ""
        self.at("house")

    def at(self, place: str) -> Path:
        """From now on commands run on this machine: a home of its own."""
        home = self.folder / place
        self._monkeypatch.setenv("TUTELA_HOME", str(home))
        return home

    def __call__(self, *words: str, typed: str = "") -> int:
        self._monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        code = run(["log", *words])
        self.out, self.err = self._capture.readouterr()
        return code

    def json(self, *words: str, typed: str = "") -> Any:
        """What a command with --json printed."""
        self(*words, "--json", typed=typed)
        rows = [json.loads(line) for line in self.out.splitlines()]
        return rows[0] if len(rows) == 1 else rows

    def entries(self, number: int) -> None:
        """So many more entries in the ledger."""
        for _ in range(number):
            with transaction.atomic():
                record("tried_in_a_test", actor=process("worker"), facts={"number": number})

    def witness(self) -> str:
        """The public key of a witness that knows this house's log."""
        self.at("house")
        public = (self.folder / "house" / "log.pub").read_text()
        self.at("witness")
        assert self("witness", "init", "witness.test") == 0
        key = self.out.strip()
        assert self("witness", "add", public) == 0
        self.at("house")
        return key
