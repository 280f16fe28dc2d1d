"""Folders of benign files for the scanning bars, made from seeds and kept under ``.proofs`` for the next run.

The mix of 5,000 JPEGs follows performance.md section 6 and 9: 60 % 640x480, 30 % 1280x960, 10 % 2048x1536,
crops of generated landscapes with noise of +-6, quality 80-90, seed 11.
"""

from __future__ import annotations

import gzip
import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from proofs.figure import STATE
from tutela.demo.pictures import landscape

#: (share of the files, width, height) of the mix.
MIX = ((0.6, 640, 480), (0.3, 1280, 960), (0.1, 2048, 1536))
SEED = 11
#: Large pictures that the crops are taken from, and their sides.
BASES, BASE_SIDES = 12, (2800, 2100)
#: Files in one subfolder.
PER_FOLDER = 250


@lru_cache(maxsize=BASES)
def _base(number: int) -> Image.Image:
    return landscape(7_000 + number, *BASE_SIDES)


def picture(number: int, width: int, height: int, *, seed: int = SEED) -> Image.Image:
    """Crop ``number``: its own place, scale and noise, so that no two are near-duplicates by design."""
    random = np.random.default_rng((seed, number))
    base = _base(int(random.integers(BASES)))
    share = random.uniform(0.25, 1.0)
    wide = int(max(width * 0.6, min(base.width, base.width * share)))
    tall = min(base.height, wide * height // width)
    left, top = (int(random.integers(0, room + 1)) for room in (base.width - wide, base.height - tall))
    crop = base.resize((width, height), Image.Resampling.BILINEAR, box=(left, top, left + wide, top + tall))
    noise = random.integers(-6, 7, (height, width, 1), np.int16)
    noisy: NDArray[np.uint8] = np.clip(np.asarray(crop, np.int16) + noise, 0, 255).astype(np.uint8)
    return Image.fromarray(noisy)


def _write_jpeg(folder: Path, count: int, number: int) -> None:
    path = folder / f"{number // PER_FOLDER:03}" / f"{number:05}.jpg"
    if path.exists():
        return
    shares = np.cumsum([share for share, _, _ in MIX])
    # Spread over the whole run, so that each subfolder has the mix.
    place = (number * 7919 % count) / count
    _, width, height = MIX[min(int(np.searchsorted(shares, place, side="right")), len(MIX) - 1)]
    draft = path.with_suffix(".draft")
    picture(number, width, height).save(draft, "JPEG", quality=80 + number % 11)
    draft.rename(path)


def mixed_jpegs(count: int) -> Path:
    """The folder of ``count`` JPEGs of the mix; the first time it is made (about 2 minutes for 5,000)."""
    folder = STATE / f"mixed-{count}"
    _each(partial(_write_jpeg, folder, count), count, folder)
    return folder


def _each(write: partial[None], count: int, folder: Path) -> None:
    done = folder.with_name(f"{folder.name}.done")
    if done.exists():
        return
    for number in range(0, count, PER_FOLDER):
        (folder / f"{number // PER_FOLDER:03}").mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(max(1, min(2, os.cpu_count() or 1))) as pool:
        list(pool.map(write, range(count), chunksize=50))
    done.touch()


def various_files(count: int) -> Path:
    """The folder of ``count`` files: pictures, copies, texts, archives, broken and empty ones."""
    folder = STATE / f"various-{count}"
    _each(partial(_write_various, folder), count, folder)
    return folder


def _write_various(folder: Path, number: int) -> None:
    name, content = various(number)
    path = folder / f"{number // PER_FOLDER:03}" / name
    if not path.exists():
        draft = path.with_suffix(".draft")
        draft.write_bytes(content)
        draft.rename(path)


def various(number: int) -> tuple[str, bytes]:
    """Name and content of file ``number``; its kind follows from the number alone."""
    kind = number % 50
    if kind < 26:
        return f"{number:05}.jpg", _encoded(number, "JPEG", quality=82)
    if kind < 32:
        return f"{number:05}.png", _encoded(number, "PNG", side=160)
    if kind < 35:
        return f"{number:05}.gif", _encoded(number, "GIF", side=160)
    if kind < 38:
        return f"{number:05}.webp", _encoded(number, "WEBP", quality=80, method=0)
    if kind < 40:  # an exact copy of an earlier picture, under another name
        return f"{number:05}-copy.jpg", various(number - kind)[1]
    return _other(number, kind)


def _other(number: int, kind: int) -> tuple[str, bytes]:
    if kind < 44:
        return f"{number:05}.txt", f"note {number}\n".encode() * (1 + number % 400)
    if kind == 44:
        return f"{number:05}.zip", _zip([various(number - kind), various(number - kind + 1)])
    if kind == 45:
        return f"{number:05}.jpg.gz", gzip.compress(various(number - kind + 2)[1], mtime=0)
    if kind == 46:
        return f"{number:05}-broken.jpg", various(number - kind + 3)[1][:900]
    if kind == 47:
        return f"{number:05}.empty", b""
    if kind == 48:
        return f"{number:05}.pdf", b"%PDF-1.4\n" + number.to_bytes(8, "little") * 50
    return f"{number:05}.bin", np.random.default_rng(number).bytes(2_000)


def _encoded(number: int, kind: str, *, side: int = 320, **options: int) -> bytes:
    content = io.BytesIO()
    picture(number, side, side * 3 // 4, seed=13).save(content, kind, **options)
    return content.getvalue()


def _zip(members: Sequence[tuple[str, bytes]]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members:
            archive.writestr(zipfile.ZipInfo(name), member)
    return content.getvalue()


def files_of(folder: Path) -> Iterator[Path]:
    """All files of a made folder in the order of their numbers."""
    yield from sorted(path for path in folder.glob("[0-9]*/*") if path.is_file())


def disk_image(folder: Path, image: Path) -> Path | None:
    """A raw ext4 image of ``folder``, made once without mounting; None where mke2fs is missing."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    program = shutil.which("mke2fs", path=places)
    if image.exists():
        return image
    if program is None:
        return None
    size = sum(file.stat().st_size + 4096 for file in folder.rglob("*") if file.is_file())
    inodes = sum(1 for _ in folder.rglob("*")) + 1_000
    draft = image.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    draft.touch()
    os.truncate(draft, (size + inodes * 512) * 5 // 4 + (32 << 20))
    options = ["-q", "-F", "-t", "ext4", "-N", str(inodes), "-O", "^has_journal", "-d", str(folder)]
    made = subprocess.run([program, *options, str(draft)], capture_output=True, text=True)
    if made.returncode:
        raise RuntimeError(f"mke2fs: {made.stderr}")
    draft.rename(image)
    return image
