"""Calls ``tutela`` in a folder of its own and keeps what was printed: a board that signs configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tutela.cli import run


class Board:
    """``board("mandate", "show")`` gives the exit code; ``out`` and ``err`` hold what was printed."""

    def __init__(self, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch, folder: Path) -> None:
        self._capture, self._patch = capture, patch
        self.folder, self.home = folder, folder / "var"
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        self._capture.readouterr()
        code = run(list(words))
        self.out, self.err = self._capture.readouterr()
        return code

    def does(self, *words: str) -> str:
        """What a command printed that must succeed."""
        assert self(*words) == 0, self.err
        return self.out

    def json(self, *words: str) -> Any:
        return json.loads(self.does(*words, "--json"))

    def types(self, passphrase: str) -> None:
        """What is typed at every prompt from now on."""
        self._patch.setattr("click.prompt", lambda *_, **__: passphrase)

    def sample(self, word: str, name: str, old: str = "", new: str = "") -> str:
        """The name of a file with this sample, one piece of text replaced."""
        text = self.does(word, "sample", name)
        (self.folder / f"{word}.toml").write_text(text.replace(old, new) if old else text)
        return f"{word}.toml"

    def enact(self, word: str, file: str, *names: str) -> None:
        """Signed by these people and put in force."""
        for name in names:
            self.does(word, "sign", file, "--as", name, *(["--rehearsal"] if word == "mandate" else []))
        self.does(word, "enact", file)
