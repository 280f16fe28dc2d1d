"""Calls ``tutela guard pilot`` for a clinic and for somebody who takes part, around the day of the test."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.prevent.guard.pilot.making import DRAFT, PASSPHRASE, card_of, folder_at
from tutela.cli import run
from tutela.kernel.clock import SystemClock
from tutela.prevent.guard.pilot.office import Office


class Pilot:
    """A clinic's folder ``office`` and a person's folder; ``out`` and ``err`` of the last command."""

    def __init__(self, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch, place: Path) -> None:
        self._capture, self._patch, self.place = capture, patch, place
        self.folder, self.office = place / "study", Office(place / "study")
        self.device, self.draft = place / "device", place / "draft.toml"
        self.out = self.err = ""
        self.write_draft()

    def write_draft(self, changed: Mapping[str, str] = MappingProxyType({}), *, port: int = 8707) -> None:
        today = SystemClock().now().date()
        text = DRAFT.replace("8707", str(port))
        text = text.replace("2026-09-01", str(today - timedelta(days=10)))
        text = text.replace("2027-08-01", str(today + timedelta(days=300)))
        for before, after in changed.items():
            assert before in text
            text = text.replace(before, after)
        self.draft.write_text(text, encoding="utf-8")

    def __call__(self, *words: str, stdin: str = "") -> int:
        self._patch.setattr("sys.stdin", io.StringIO(stdin))
        self._capture.readouterr()
        code = run(["guard", "pilot", *words])
        self.out, self.err = self._capture.readouterr()
        return code

    def found(self, count: int = 2) -> None:
        """A study with some codes at the site north."""
        assert self("found", str(self.folder), "--draft", str(self.draft)) == 0, self.err
        assert self("codes", str(self.folder), "--site", "north", "--count", str(count)) == 0, self.err

    def codes(self) -> list[str]:
        return [one.code.text for one in self.office.places()]

    def mine(self, name: str, *words: str, typed: str = "") -> int:
        """A command on the person's device, the passphrase first and then what is typed."""
        if not self.device.exists():
            folder_at(self.device)
        where = ("--folder", str(self.device), "--passphrase-stdin")
        return self(name, *words, *where, stdin=f"{PASSPHRASE}\n{typed}")

    def join(self, typed: str = "0\n", code: str = "") -> int:
        words = (code or self.codes()[0], "--study", str(self.folder / "study"))
        return self.mine("join", *words, "--clinic", card_of(self.office), typed=typed)

    def shown(self) -> str:
        """The digest that ``show`` tells."""
        assert self.mine("show") == 0, self.err
        return self.err.split()[-1]
