"""Calls ``tutela people ...`` in this process, on the tests' own accounts, and keeps what was printed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tutela.cli import run


class Registrar:
    """Whoever looks after accounts; ``out`` and ``err`` hold what the last command printed."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        code = run(["people", *words])
        self.out, self.err = self._capture.readouterr()
        return code

    def rows(self) -> list[dict[str, Any]]:
        """Everybody, as the command with --json prints them."""
        assert self("list", "--json") == 0, self.err
        return [json.loads(line) for line in self.out.splitlines()]

    def invite(self, *roles: str, email: str = "ada@house.test") -> str:
        """The link into a new account."""
        options = [word for role in roles for word in ("--role", role)]
        assert self("invite", "Ada Lovelace", email, *options) == 0, self.err
        return self.out.strip()
