"""Make the pieces of the set as JPEG files, in a process of its own: ``python -m proofs.corpus.prepare``.

Each file of a package is checked against the manifest's SHA-256 before it is opened; what differs or
is missing is left out and named. The pieces lie under ``.proofs/corpus/pieces``, never in the repository.
"""

from __future__ import annotations

import hashlib
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from proofs.corpus import accept
from proofs.corpus.manifest import Entry, read_manifest
from proofs.corpus.packages import CACHE, unpacked
from proofs.corpus.sources import SOURCES

PIECES = CACHE / "pieces"
#: Near lossless, so that a piece keeps the hash that the manifest was chosen by.
PIECE_QUALITY = 95


def chosen_sources(*, small: bool) -> list[str]:
    """Names of the packages of the set, or of the smaller one."""
    return [source.name for source in SOURCES if source.small or not small]


def available(*, small: bool) -> Iterator[tuple[Entry, Path]]:
    """Each entry of the manifest whose file is there and is the one that was measured, with its file."""
    folders = {
        source.name: unpacked(source) for source in SOURCES if source.name in chosen_sources(small=small)
    }
    for entry in read_manifest():
        folder = folders.get(entry.package)
        path = folder / "files" / entry.path if folder else None
        if path is not None and path.is_file():
            if hashlib.sha256(path.read_bytes()).hexdigest() == entry.sha256:
                yield entry, path
            else:
                print(f"left out, not the file that was measured: {entry.package} {entry.path}")


def prepare(*, small: bool, folder: Path = PIECES) -> int:
    """Number of pieces that are there after the call."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for entry, path in available(small=small):
        missing = [(name, box) for name, box in entry.names() if not piece_path(name, folder).exists()]
        count += len(entry.boxes)
        if missing:
            with Image.open(path) as opened:
                picture, _ = accept.flattened(opened)
            for name, box in missing:
                _write(accept.whole(picture) if box is None else picture.crop(box), piece_path(name, folder))
    return count


def piece_path(name: str, folder: Path = PIECES) -> Path:
    """Where the piece of that name lies."""
    return folder / f"{name}.jpg"


def _write(piece: Image.Image, path: Path) -> None:
    draft = path.with_suffix(".draft")
    piece.save(draft, "JPEG", quality=PIECE_QUALITY, subsampling=0)
    draft.replace(path)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(f"{prepare(small='small' in sys.argv[1:])} pieces")
