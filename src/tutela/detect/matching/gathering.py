"""A whole list, file or live, as one set of columns: for counts, comparisons and exports."""

from __future__ import annotations

import numpy as np

from tutela.detect.matching.columns import Columns
from tutela.detect.matching.folder import standing
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.memory import MemoryPart
from tutela.detect.matching.merging import join_columns
from tutela.detect.matching.tlist import ListView


def columns_of_list(source: ListView | LiveList) -> Columns:
    """The standing rows of a list. Of a list file nothing is copied."""
    if isinstance(source, ListView):
        return source.columns()
    parts = [part for part in source.parts() if isinstance(part, ListView | MemoryPart)]
    kept = [(part.columns(), standing(part)) for part in parts]
    return join_columns([(columns, mask) for columns, mask in kept if mask.any()])


def entry_count(columns: Columns) -> int:
    """Number of entries (ids); a live list may hold the rows of one id in several parts."""
    return len({columns.ids[int(group)] for group in np.unique(columns.rows["group"])})
