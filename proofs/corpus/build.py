"""Write ``manifest.json`` anew: ``python -m proofs.corpus.build``. Only maintainers run it.

Walks packages and files in sorted order (models.md section 11.3): whole pictures of photograph folders
first, then their tiles, then the rest, so that the manifest is the same everywhere.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from proofs.corpus import accept
from proofs.corpus.manifest import MANIFEST, Entry, render_manifest
from proofs.corpus.packages import PICTURE_SUFFIXES, unpacked
from proofs.corpus.sources import SOURCES, Source

#: Parts of paths that are never taken: icons, flags, navigation, and one picture that is not welcome.
LEFT_OUT = ("icon", "flag", "/nav", "lena", "lenna", "screenshot", "logo", "/html/search", "doxygen")
#: After so many pieces no further file of a package is opened, so that no single one makes the set.
PER_SOURCE_MAX = 240


def candidates(source: Source, folder: Path) -> Iterator[tuple[str, Path]]:
    """(path inside the package, file) of each picture worth opening, sorted by path."""
    for path in sorted((folder / "files").rglob("*")):
        inside = str(path.relative_to(folder / "files"))
        if path.is_symlink() or not path.is_file() or path.suffix.lower() not in PICTURE_SUFFIXES:
            continue
        if not any(part in inside.lower() for part in LEFT_OUT) and not _has(source.left_out, inside):
            yield inside, path


def _has(parts: tuple[str, ...], inside: str) -> bool:
    return any(part in f"/{inside}" for part in parts)


def opened(path: Path) -> tuple[Image.Image, float] | None:
    """RGB pixels and transparent share, or None for what cannot be decoded or is too small."""
    try:
        with Image.open(path) as picture:
            if min(picture.size) < accept.SIDE_MIN:
                return None
            return accept.flattened(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def entries(source: Source, folder: Path, distinct: accept.Distinct, seen: set[str]) -> Iterator[Entry]:
    """What is taken from one package: wholes and tiles of each file in turn."""
    for inside, path in candidates(source, folder):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        shown = opened(path) if digest not in seen else None
        seen.add(digest)
        if shown is None:
            continue
        picture, transparent = shown
        boxes = tuple(box for box in _boxes(picture, transparent) if _taken(picture, box, distinct))
        if boxes:
            yield Entry(
                origin=source.origin, package=source.name, version=source.version, path=inside,
                sha256=digest, photograph=_has(source.photographs, inside), boxes=boxes,
            )  # fmt: skip


def _taken(picture: Image.Image, box: accept.Box | None, distinct: accept.Distinct) -> bool:
    piece = accept.whole(picture) if box is None else picture.crop(box)
    return accept.rich(piece) and distinct.take(piece)


def _boxes(picture: Image.Image, transparent: float) -> list[accept.Box | None]:
    if transparent > accept.TRANSPARENT_SHARE_WHOLE:
        return []
    tiles = accept.tile_boxes(*picture.size) if transparent <= accept.TRANSPARENT_SHARE_TILED else []
    return [None, *tiles]


def build() -> list[Entry]:
    """The entries of all packages, in the order of ``SOURCES``."""
    distinct, seen, taken = accept.Distinct(), set[str](), list[Entry]()
    for source in SOURCES:
        folder = unpacked(source)
        if folder is None:
            raise SystemExit(f"the manifest needs every package; {source.name} is missing")
        pieces = photographs = 0
        for entry in entries(source, folder, distinct, seen):
            taken.append(entry)
            pieces += len(entry.boxes)
            photographs += len(entry.boxes) * entry.photograph
            if pieces >= PER_SOURCE_MAX:
                break
        print(f"{source.name}: {pieces} pieces, {photographs} of photographs", flush=True)
    return taken


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    MANIFEST.write_text(render_manifest(build()), encoding="utf-8")
