"""Calls ``tutela work ...`` in this process, on the tests' own job table, and keeps what was printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from tutela.cli import run
from tutela.hotline.work import actions
from tutela.hotline.work.claims import Claim
from tutela.hotline.work.handlers import Arguments, Handler, forget, register


def fail_where_asked(arguments: Arguments, claim: Claim) -> None:
    """A toy's outside: fails where its arguments say so."""
    if arguments.get("fails"):
        raise TimeoutError("http://secret.test/")


@contextmanager
def toy_handler() -> Iterator[None]:
    """The kind toy, for as long as the block lasts."""
    register(Handler(kind="toy", outside=fail_where_asked, tries_max=1))
    try:
        yield
    finally:
        forget("toy")


class Foreman:
    """Whoever looks after the jobs; ``out`` and ``err`` hold what the last command printed."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        code = run(["work", *words])
        self.out, self.err = self._capture.readouterr()
        return code

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """What a command with --json printed."""
        assert self(*words, "--json") == 0, self.err
        return [json.loads(line) for line in self.out.splitlines()]

    def put(self, **facts: Any) -> str:
        """A new job's id."""
        before = {row["job"] for row in self.rows("list")}
        with transaction.atomic():
            actions.put(facts.pop("kind", "toy"), facts.pop("arguments", {}), **facts)
        (new,) = {row["job"] for row in self.rows("list")} - before
        return str(new)

    def parked(self, **facts: Any) -> str:
        """A new job that failed once, which is as often as it may."""
        job = self.put(arguments={"fails": True}, **facts)
        assert self("run", "--until-empty") == 0
        return job
