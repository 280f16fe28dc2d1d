"""Two sides of one measurement, alternating in one process on one thread.

Ratios are medians of paired runs (decisions.md section 1); CPU seconds of one core, warm.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: Pairs of runs whose median is quoted.
PAIRS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Paired:
    """CPU seconds of one run of each side (medians), and the median of the paired ratios."""

    ours_seconds: float
    theirs_seconds: float
    ratio: float


def paired(ours: Callable[[], object], theirs: Callable[[], object], pairs: int = PAIRS) -> Paired:
    """``theirs`` over ``ours`` in CPU time: each runs once to warm up, then ``pairs`` times in turn."""
    ours()
    theirs()
    runs = [(cpu_seconds(ours), cpu_seconds(theirs)) for _ in range(pairs)]
    return Paired(
        ours_seconds=statistics.median(mine for mine, _ in runs),
        theirs_seconds=statistics.median(other for _, other in runs),
        ratio=statistics.median(other / mine for mine, other in runs),
    )


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process for one call of ``work``."""
    start = time.process_time()
    work()
    return time.process_time() - start


def peer(name: str) -> Any | None:
    """The module of a peer, or None, said aloud: a missing peer is never skipped in silence."""
    try:
        module = importlib.import_module(name)
    except ImportError:
        print(f"peer {name} is missing: no figure against it", file=sys.stderr)
        return None
    if name == "faiss":
        module.omp_set_num_threads(1)
    return module
