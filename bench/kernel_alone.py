"""What the installed kernel does alone: best CPU times as one JSON object. Needs only tutela and numpy.

Run by its path with any interpreter (``python bench/kernel_alone.py``): bar i1-12 compares the wheel
with a source build in this way. Bits are digested too, so that both must have answered alike.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable

import numpy as np

from tutela.arithmetic import (
    available_paths,
    brute_query,
    current_path,
    finish_dihedral,
    mih_build,
    mih_query,
    reduce_luma,
    words,
)

#: Runs of which the best counts: other work on the machine only ever adds time.
RUNS = 7


def best_ms(work: Callable[[], object]) -> float:
    """Least CPU time of ``RUNS`` calls, in milliseconds."""
    seconds = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds) * 1e3


def measured() -> dict[str, object]:
    """Times of reduction, hashes, index build and search, with the path and a digest of the answers."""
    random = np.random.default_rng(12)
    picture = random.integers(0, 256, (1_225, 1_633, 3), np.uint8)
    luma64 = reduce_luma(picture)
    hashes = words(random.integers(0, 256, (200_000, 32), np.uint8))
    queries = hashes[:1_000] ^ words(np.packbits(random.random((1_000, 256)) < 0.05, axis=1))
    arrays = mih_build(hashes)
    hits = mih_query(arrays, queries)
    digest = hashlib.sha256(luma64.tobytes())
    for column in (hits.query_index, hits.ids, hits.distance, arrays.entries):
        digest.update(column.tobytes())
    for form in finish_dihedral(luma64)[0]:
        digest.update(form)
    return {
        "path": current_path(),
        "paths": available_paths(),
        "answers": digest.hexdigest(),
        "times_ms": {
            "reduction of 2 MP": best_ms(lambda: reduce_luma(picture)),
            "100 times eight hashes": best_ms(lambda: [finish_dihedral(luma64) for _ in range(100)]),
            "index of 200,000": best_ms(lambda: mih_build(hashes)),
            "1,000 look-ups one by one": best_ms(lambda: mih_query(arrays, queries, batch=False)),
            "1,000 look-ups at once": best_ms(lambda: mih_query(arrays, queries)),
            "100 look-ups by brute force": best_ms(lambda: brute_query(hashes, queries[:100])),
        },
    }


if __name__ == "__main__":
    print(json.dumps(measured()))
