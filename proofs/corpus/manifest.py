"""The committed manifest: which piece of which file of which package is a picture of the set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from proofs.corpus.sources import Origin

MANIFEST = Path(__file__).with_name("manifest.json")
Box = tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One file of a package and what is taken of it.

    ``boxes``: None for the whole picture, else a tile (left, top, right, bottom in pixels).
    """

    origin: Origin
    package: str
    version: str
    path: str
    sha256: str
    photograph: bool
    boxes: tuple[Box | None, ...]

    @property
    def folder(self) -> str:
        """Folder of the unpacked package below ``.proofs/corpus``."""
        return f"{self.origin}-{self.package}"

    def as_json(self) -> dict[str, Any]:
        """The entry as it is written."""
        return asdict(self)

    def names(self) -> Iterator[tuple[str, Box | None]]:
        """A name for each piece, the same on every machine, and its box."""
        for box in self.boxes:
            where = "whole" if box is None else f"{box[0]}-{box[1]}"
            yield f"{self.package}-{self.sha256[:12]}-{where}", box


def read_manifest(path: Path = MANIFEST) -> list[Entry]:
    """All entries, in the order in which they were taken."""
    return [_entry(kept) for kept in json.loads(path.read_text(encoding="utf-8"))["files"]]


def _entry(kept: dict[str, Any]) -> Entry:
    boxes = tuple(tuple(box) if box else None for box in kept["boxes"])
    return Entry(**{**kept, "boxes": boxes})


def render_manifest(entries: list[Entry]) -> str:
    """The manifest as text, one file a line, so that a change shows as the lines it touches."""
    lines = ",\n".join(json.dumps(entry.as_json(), ensure_ascii=False) for entry in entries)
    return '{"files": [\n' + lines + "\n]}\n"
