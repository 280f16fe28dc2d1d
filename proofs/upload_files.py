"""The uploads of bar i2-3: JPEGs of about 60 kB, generated and benign, each another picture; a few listed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from proofs.upload_client import LISTED
from tutela.demo.copies import jpeg
from tutela.demo.pictures import Size, landscape
from tutela.detect.matching.shapes import ListEntry

#: Size of an upload in bytes (the bar says 60 kB), and how far one may be from it: one step of quality.
BYTES, BYTES_OFF = 60_000, 3_000
#: Sizes in pixels in which 60 kB are usual: quality 88, 80 and 68 of these pictures.
SIZES = (Size(width=640, height=480), Size(width=800, height=600), Size(width=1024, height=768))
#: One of so many is listed.
LISTED_EVERY = 20
#: Entries that nothing meets, beside those of the listed files.
FILLERS = 40_000
_FIRST_SEED = 203_000


def make_files(folder: Path, count: int) -> None:
    """Writes ``count`` files, sizes in turn; listed ones have ``LISTED`` in front of their names."""
    for number in range(count):
        data = _of_size(_FIRST_SEED + number, SIZES[number % len(SIZES)])
        name = f"{LISTED if number % LISTED_EVERY == 0 else 'other-'}{number:04}.jpg"
        (folder / name).write_bytes(data)


def _of_size(seed: int, size: Size) -> bytes:
    """The picture of this seed at the JPEG quality that comes nearest to ``BYTES``."""
    picture = landscape(seed, size.width, size.height)
    low, high, best = 20, 97, b""
    while low <= high:
        quality = (low + high) // 2
        data = jpeg(picture, quality=quality)
        best = min(best, data, key=lambda one: abs(len(one) - BYTES))
        low, high = (quality + 1, high) if len(data) < BYTES else (low, quality - 1)
    if abs(len(best) - BYTES) > BYTES_OFF:
        raise RuntimeError(f"a picture of {len(best)} bytes")
    return best


def entries_of(folder: Path) -> list[ListEntry]:
    """SHA-256 of each listed file, and PDQ values that nothing meets."""
    listed = [
        ListEntry(entry=path.stem, kind="sha256", value=hashlib.sha256(path.read_bytes()).digest())
        for path in sorted(folder.glob(f"{LISTED}*.jpg"))
    ]
    random = np.random.default_rng(_FIRST_SEED)
    return listed + [filler(f"f{number}", random) for number in range(FILLERS)]


def filler(entry: str, random: np.random.Generator) -> ListEntry:
    """An entry with a random PDQ value, 128 bits from everything."""
    return ListEntry(entry=entry, kind="pdq", value=random.bytes(32), quality=100)
