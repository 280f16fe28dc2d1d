"""Calls ``tutela notices ...`` in this process, on the tests' own outbox, and keeps what was printed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.hotline.takedown.making import a_clock, a_notice
from tutela.cli import run
from tutela.hotline.takedown.actions import claim_sending, find_in_doubt
from tutela.hotline.takedown.models import Notice


class Officer:
    """Whoever looks after the notices; ``out`` and ``err`` hold what the last command printed."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        code = run(["notices", *words])
        self.out, self.err = self._capture.readouterr()
        return code

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """What a command with --json printed."""
        assert self(*words, "--json") in {0, 1}, self.err
        return [json.loads(line) for line in self.out.splitlines()]


def a_doubt() -> Notice:
    """A notice in doubt."""
    clock = a_clock()
    a_notice(clock)
    claim_sending("one", lease_seconds=60, clock=clock)
    find_in_doubt("one", clock=clock)
    return Notice.objects.get()
