"""A list of a million PDQ hashes with some declared known, for the scanning bars; kept under ``.proofs``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from proofs.figure import STATE
from tutela.arithmetic import words
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import write_list

SIZE = 1_000_000
SEED = 11


def random_hashes(count: int, seed: int = SEED) -> NDArray[Any]:
    """(count, 32) random bytes, as hashes of nothing."""
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def million_list(known: Sequence[bytes], name: str, *, size: int = SIZE) -> Path:
    """A list of ``known`` (entries ``known-<i>``) and random hashes up to ``size``, made once."""
    path = STATE / f"{name}-{size}.tlist"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        header = ListHeader(name=name, version="1", created=datetime(2026, 1, 1, tzinfo=UTC))
        write_list(path, header, _entries(known, size))
    return path


def _entries(known: Sequence[bytes], size: int) -> Iterator[ListEntry]:
    for number, value in enumerate(known):
        yield ListEntry(entry=f"known-{number}", kind="pdq", value=value, quality=100)
    for number, row in enumerate(random_hashes(size - len(known))):
        yield ListEntry(entry=f"random-{number}", kind="pdq", value=row.tobytes(), quality=100)


def values_in_words(values: Sequence[bytes]) -> NDArray[Any]:
    """The hashes as (N, 4) words of the index."""
    return words(b"".join(values))
