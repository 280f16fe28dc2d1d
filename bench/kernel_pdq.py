"""The kernel row: PDQ alone, in this process, against pdqhash (pixels) and threatexchange (file bytes).

``python -m bench.kernel_pdq`` prints it; ``hash_stage`` and ``file_to_hash`` return it for bar i1-6.
Pictures are generated (``tutela.demo.pictures``), JPEG quality 85, chroma 4:2:0.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.paired import PAIRS, paired, peer
from tutela.arithmetic import current_path, finish, finish_dihedral, reduce_luma, use_path
from tutela.arithmetic.paths import available_paths
from tutela.demo import copies, pictures
from tutela.detect.media import pictures_jpeg
from tutela.detect.media.examining import Source
from tutela.detect.media.shapes import Ask, PdqMode, ShownForm

ROOT = Path(__file__).resolve().parent.parent
#: Megapixels -> pictures measured: about the same time for each size.
SIZES = {"0.3": 12, "2": 6, "12": 2}

Row = dict[str, Any]


def hash_stage(pairs: int = PAIRS, path: str = "") -> list[Row]:
    """Rows by size: ms from RGB pixels to hash and quality, ratio to pdqhash, how many are equal."""
    return [_in_own_process(f"hash_stage_of({size!r}, {pairs}, {path!r})") for size in SIZES]


def file_to_hash(pairs: int = PAIRS, mode: PdqMode = "fast") -> list[Row]:
    """Rows by size: ms from JPEG bytes to hash and quality, ratio to threatexchange, greatest distance."""
    return [_in_own_process(f"file_to_hash_of({size!r}, {pairs}, {mode!r})") for size in SIZES]


def _in_own_process(call: str) -> Row:
    """A row measured in a fresh process: what an allocator keeps from large pictures would speed up
    the peers' temporary arrays of small ones."""
    code = f"import json; from bench import kernel_pdq; print(json.dumps(kernel_pdq.{call}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=_environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    row: Row = json.loads(done.stdout)
    return row


def _environment() -> dict[str, str]:
    paths = [str(ROOT), str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def hash_stage_of(size: str, pairs: int, path: str) -> Row:
    """One row of ``hash_stage``, in this process; ``path`` empty for the default."""
    pdqhash = peer("pdqhash")
    if pdqhash is None:
        return {"missing": "pdqhash"}
    use_path(path or current_path())
    rgb = [np.asarray(picture) for picture in _pictures(size)]
    measured = paired(
        lambda: [finish(reduce_luma(pixels)) for pixels in rgb],
        lambda: [pdqhash.compute(pixels) for pixels in rgb],
        pairs,
    )
    return {
        "size_mp": size,
        "pictures": len(rgb),
        "tutela_ms": measured.ours_seconds * 1e3 / len(rgb),
        "pdqhash_ms": measured.theirs_seconds * 1e3 / len(rgb),
        "ratio": measured.ratio,
        "equal": sum(_equal(pdqhash, pixels) for pixels in rgb),
        "path": current_path(),
    }


def _equal(pdqhash: Any, pixels: NDArray[np.uint8]) -> bool:
    """Whether hash, quality and the eight forms are those of pdqhash."""
    luma64 = reduce_luma(pixels)
    bits, quality = pdqhash.compute(pixels)
    forms, _ = pdqhash.compute_dihedral(pixels)
    packed = [np.packbits(np.asarray(form, np.uint8)).tobytes() for form in (bits, *forms)]
    eight, _ = finish_dihedral(luma64)
    return (finish(luma64), list(eight)) == ((packed[0], quality), packed[1:])


def file_to_hash_of(size: str, pairs: int, mode: PdqMode) -> Row:
    """One row of ``file_to_hash``, in this process."""
    hasher = peer("threatexchange.signal_type.pdq.pdq_hasher")
    if hasher is None:
        return {"missing": "threatexchange"}
    files = [copies.jpeg(picture, quality=85) for picture in _pictures(size)]
    measured = paired(
        lambda: [hash_of(data, mode) for data in files],
        lambda: [hasher.pdq_from_bytes(data) for data in files],
        pairs,
    )
    apart = [_distance(hash_of(data, mode), hasher.pdq_from_bytes(data)) for data in files]
    return {
        "size_mp": size,
        "mode": mode,
        "pictures": len(files),
        "tutela_ms": measured.ours_seconds * 1e3 / len(files),
        "threatexchange_ms": measured.theirs_seconds * 1e3 / len(files),
        "ratio": measured.ratio,
        "distance_bits_max": max(apart),
        "path": current_path(),
    }


def hash_of(data: bytes, mode: PdqMode) -> tuple[bytes, int]:
    """PDQ and quality of JPEG bytes by the product's decoder, without the sandbox around it."""
    forms: list[ShownForm] = []
    source = Source(fd=-1, size_bytes=len(data), kind="jpeg", head=data[:4096], data=memoryview(data))
    pictures_jpeg.decode(source, Ask(pdq_mode=mode), forms.append)
    return finish(forms[0].luma64)


def _distance(ours: tuple[bytes, int], theirs: tuple[str, int]) -> int:
    return (int.from_bytes(ours[0], "big") ^ int(theirs[0], 16)).bit_count()


def by_path(pairs: int = PAIRS) -> list[Row]:
    """``hash_stage`` at each instruction set of the C kernel that runs here."""
    return [row for path in available_paths()[1:] for row in hash_stage(pairs, path)]


def _pictures(size: str) -> list[Any]:
    return [pictures.landscape_of(seed, size) for seed in range(SIZES[size])]


def main() -> None:
    """Prints all rows as JSON lines."""
    for row in (*by_path(), *file_to_hash(), *file_to_hash(mode="exact")):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
