"""A small world for ``hash``, ``match`` and ``scan``: benign pictures and a list of one of them."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.pictures import jpeg, landscape, png
from tutela.arithmetic import finish, reduce_luma
from tutela.cli import run
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import write_list


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """``files`` holds known.jpg, copy.png (re-encoded), other.jpg, note.txt, broken.jpg and inside.zip."""

    files: Path
    listed: Path
    output: Path


def make_world(folder: Path) -> World:
    """The files and a list with the SHA-256 and PDQ of known.jpg."""
    files = folder / "files"
    files.mkdir()
    picture = landscape(5)
    known = jpeg(picture)
    contents = {
        "known.jpg": known,
        "copy.png": png(picture),
        "other.jpg": jpeg(landscape(6)),
        "note.txt": b"words",
        "broken.jpg": known[:2_000],
        "inside.zip": _zip({"in/known.jpg": known, "in/note.txt": b"words"}),
    }
    for name, content in contents.items():
        (files / name).write_bytes(content)
    value, quality = finish(reduce_luma(np.asarray(picture)))
    entries = [
        ListEntry(entry="ent_1", kind="sha256", value=hashlib.sha256(known).digest()),
        ListEntry(entry="ent_1", kind="pdq", value=value, quality=quality),
    ]
    listed = folder / "known.tlist"
    write_list(
        listed, ListHeader(name="known", version="3", created=datetime(2026, 1, 1, tzinfo=UTC)), entries
    )
    return World(files=files, listed=listed, output=folder / "out")


def _zip(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


class Call:
    """Calls commands in this process and keeps what they printed."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        self.out = self.err = ""

    def __call__(self, *words: str | Path) -> int:
        self._capture.readouterr()
        code = run([str(word) for word in words])
        self.out, self.err = self._capture.readouterr()
        return code

    def rows(self) -> list[dict[str, Any]]:
        """The JSON lines of the last call."""
        return [json.loads(line) for line in self.out.splitlines()]

    def statuses(self) -> dict[str, str]:
        """Status by file name, with ``!/`` before members."""
        return {
            Path(row["path"]).name + (f"!/{row['member']}" if row["member"] else ""): row["status"]
            for row in self.rows()
        }
