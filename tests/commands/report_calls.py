"""Calls ``tutela report ...`` in this process, on the tests' own database and keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.hotline.cases.making import CLOCK
from tutela.cli import run
from tutela.hotline.cases.addresses import fetch_key_store
from tutela.kernel.custody.key_files import FileKeyStore


class Clerk:
    """Whoever hands reports in; ``out`` and ``err`` hold what the last command printed."""

    def __init__(self, capture: pytest.CaptureFixture[str], settings: Any, folder: Path) -> None:
        self._capture, self.folder = capture, folder
        self.vault = FileKeyStore(folder / "vault" / "epochs", folder / "keys", CLOCK)
        fetch = fetch_key_store(folder, CLOCK)
        self.vault.rotate()
        fetch.rotate()
        settings.VAULT_EPOCHS, settings.FETCH_EPOCHS = str(self.vault.folder), str(fetch.folder)
        settings.SPARE_FOLDER = str(folder / "spare")
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        code = run(["report", *words])
        self.out, self.err = self._capture.readouterr()
        return code
