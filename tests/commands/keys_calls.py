"""Calls ``tutela keys`` on a vault of its own and keeps what was printed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tutela.cli import run
from tutela.commands import vault_folders
from tutela.commands.vault_folders import blob_store, key_store
from tutela.kernel.custody.opening import Opener
from tutela.kernel.custody.sealing import Sealer


class Keeper:
    """Whoever keeps the keys; ``out`` and ``err`` hold what the last command printed."""

    def __init__(self, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch, home: Path) -> None:
        self._capture, self._patch = capture, patch
        self.home = home
        self.out = self.err = ""

    def __call__(self, *words: str, stdin: str = "") -> int:
        self._patch.setattr("sys.stdin", io.StringIO(stdin))
        self._capture.readouterr()
        code = run(["keys", *words])
        self.out, self.err = self._capture.readouterr()
        return code

    def json(self, *words: str) -> Any:
        assert self(*words, "--json") == 0, self.err
        return json.loads(self.out)

    def rows(self) -> list[dict[str, Any]]:
        """What ``list`` shows."""
        assert self("list", "--json") == 0, self.err
        return [json.loads(line) for line in self.out.splitlines()]

    def types(self, *answers: str) -> None:
        """What is typed at the next prompts, for passphrases and shares."""
        left: Iterator[str] = iter(answers)
        self._patch.setattr("click.prompt", lambda *_, **__: next(left))

    def seal(self, data: bytes) -> str:
        folders = vault_folders.vault_folders(None)
        return Sealer(blob_store(folders), key_store(folders)).put(BytesIO(data)).blob

    def open(self, blob: str) -> bytes:
        folders, target = vault_folders.vault_folders(None), BytesIO()
        Opener(blob_store(folders), key_store(folders)).open(blob, target, record=lambda _: None)
        return target.getvalue()

    def private_files(self) -> list[Path]:
        return sorted(path for path in (self.home / "keys").glob("epo_*"))
