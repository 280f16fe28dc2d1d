"""The product row: JPEG files through the sandbox, three digests and eight forms, against threatexchange.

``python -m bench.product`` prints it. CPU seconds of the parent and of the workers together, all on one
core; the peer hashes the upright form only, in process, without digests and without a look-up.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.cpu import one_core, tree_cpu_seconds
from bench.paired import PAIRS, peer
from tutela.demo import copies, pictures
from tutela.detect.fingerprints.files import Fingerprinter
from tutela.detect.fingerprints.shapes import FileFingerprints
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import Ask

ROOT = Path(__file__).resolve().parent.parent
#: Megapixels -> (different pictures, times each is hashed in a run): half a second and more a run.
WORK = {"0.3": (16, 25), "2": (8, 14), "12": (4, 5)}
Row = dict[str, Any]


def product_rows(pairs: int = PAIRS) -> list[Row]:
    """Rows by size, each measured in a process of its own: ms a file on both sides, ratio, agreement."""
    return [_in_own_process(size, pairs) for size in WORK]


def _in_own_process(size: str, pairs: int) -> Row:
    code = f"import json; from bench import product; print(json.dumps(product.row_of({size!r}, {pairs})))"
    paths = [str(ROOT), str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    row: Row = json.loads(done.stdout)
    return row


def row_of(size: str, pairs: int) -> Row:
    """One row, in this process."""
    signal = peer("threatexchange.signal_type.pdq.signal")
    if signal is None:
        return {"missing": "threatexchange"}
    different, times = WORK[size]
    with one_core(), tempfile.TemporaryDirectory() as folder, MediaPool() as pool:
        files = _files(Path(folder), size, different)
        fingerprinter = Fingerprinter(pool, Ask())
        run = _paired(
            lambda: [_ours(fingerprinter, path) for path in files * times],
            lambda: [signal.PdqSignal.hash_from_file(path) for path in files * times],
            pairs,
        )
        apart = [
            _distance(_ours(fingerprinter, path), signal.PdqSignal.hash_from_file(path)) for path in files
        ]
        prints = _ours(fingerprinter, files[0])
    count = different * times
    return {
        "size_mp": size,
        "files": count,
        "tutela_ms": run["ours"] * 1e3 / count,
        "threatexchange_ms": run["theirs"] * 1e3 / count,
        "ratio": run["ratio"],
        "distance_bits_max": max(apart),
        "forms": sum(one.kind == "pdq" for one in prints.prints),
        "digests": sum(one.kind in ("md5", "sha1", "sha256") for one in prints.prints),
    }


def _files(folder: Path, size: str, count: int) -> list[Path]:
    paths = [folder / f"{number}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(copies.jpeg(pictures.landscape_of(number, size), quality=85))
    return paths


def _ours(fingerprinter: Fingerprinter, path: Path) -> FileFingerprints:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return fingerprinter.fingerprint(fd)
    finally:
        os.close(fd)


def _paired(ours: Callable[[], object], theirs: Callable[[], object], pairs: int) -> dict[str, float]:
    """Medians of both sides in CPU seconds of the process tree, and the median of the paired ratios."""
    ours()
    theirs()
    runs = [(tree_cpu_seconds(ours), tree_cpu_seconds(theirs)) for _ in range(pairs)]
    return {
        "ours": statistics.median(mine for mine, _ in runs),
        "theirs": statistics.median(other for _, other in runs),
        "ratio": statistics.median(other / mine for mine, other in runs),
    }


def _distance(ours: FileFingerprints, theirs: str) -> int:
    upright = next(one.value for one in ours.prints if one.kind == "pdq")
    return (int.from_bytes(upright, "big") ^ int(theirs, 16)).bit_count()


def main() -> None:
    """Prints the rows as JSON lines."""
    for row in product_rows():
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
