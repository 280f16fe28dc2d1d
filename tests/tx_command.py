"""The threatexchange command line as a matcher under test: its batch is one call with several files.

Nothing is changed in it: a collaboration of the kind ``local_file`` holds the hashes, ``tx fetch`` builds
the index, ``tx match photo FILE...`` asks. Its state lies below ``HOME``, which is the given folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tests.hma_standin import hash_of_file
from tutela.detect.service.conformance.shapes.contract import (
    Ability,
    Answer,
    Entry,
    Hit,
    Misbehaved,
    Reply,
    Upload,
)

#: ``tx`` prints no file names, so that answers are told apart by running order only: one match a file.
_LINE = re.compile(r"^pdq (?P<bits>\d+) \((?P<list>[^)]+)\)")
_TX = [sys.executable, "-m", "threatexchange.cli.main"]
NO_PICTURE = b"no picture\n"


class TxCommand:
    """A ``Subject`` that can make a list, add pictures, and ask one or several files."""

    shape = "threatexchange command line"
    batch_of: Literal["pictures", "hashes"] = "pictures"
    abilities: frozenset[Ability] = frozenset({"lists", "add_picture", "ask_picture", "ask_batch"})

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made = 0
        self._stale = True

    def list_name(self, word: str) -> str:
        return word

    def create_list(self, name: str) -> None:
        (self.folder / name).write_text("")
        self._tx(
            "config", "collab", "edit", "local_file", name, "--filename", str(self.folder / name),
            "--signal-type", "pdq", "--create",
        )  # fmt: skip

    def delete_list(self, name: str) -> None:
        (self.folder / name).unlink()

    def add_picture(self, listed: str, name: str, picture: bytes) -> Entry:
        with (self.folder / listed).open("a") as out:
            out.write(hash_of_file(picture) + "\n")
        self._stale = True
        return Entry(list=listed, name=name)

    def ask_picture(self, picture: bytes) -> Answer:
        return self._match([picture])

    def ask_batch(self, items: Sequence[bytes | None]) -> Sequence[Answer | None]:
        whole = self._match([NO_PICTURE if item is None else item for item in items])
        return [None if item is None else whole for item in items]

    def _match(self, pictures: Sequence[bytes]) -> Answer:
        if self._stale:
            self._tx("fetch")
            self._stale = False
        lines = self._tx("match", "photo", *map(str, map(self._file, pictures))).splitlines()
        found = [match for match in map(_LINE.match, lines) if match]
        return Answer(hits=tuple(Hit(list=m["list"], distance_bits=int(m["bits"])) for m in found))

    def _file(self, data: bytes) -> Path:
        self._made += 1
        path = self.folder / f"asked-{self._made}"
        path.write_bytes(data)
        return path

    def _tx(self, *arguments: str) -> str:
        """What the command printed. Raises Misbehaved when it fails."""
        done = subprocess.run(
            [*_TX, *arguments],
            env={**os.environ, "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        if done.returncode:
            raise Misbehaved(f"the command ended with status {done.returncode}")
        return done.stdout

    def add_hash(self, listed: str, name: str, value: bytes) -> Entry:
        raise NotImplementedError

    def remove(self, entry: Entry) -> None:
        raise NotImplementedError

    def ask_hash(self, value: bytes) -> Answer:
        raise NotImplementedError

    def send(self, upload: Upload, *, token: str | None = None) -> Reply:
        raise NotImplementedError

    def send_hash(self, value: bytes) -> Reply:
        raise NotImplementedError

    def parse(self, reply: Reply) -> Answer:
        raise NotImplementedError
