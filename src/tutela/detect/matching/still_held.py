"""Whether a list still says what it said: of files that met it once, which are gone from it by now.

By the SHA-256 and not by the entry's id: a list that is imported anew may give other ids to the same files,
and what it still holds under another id was not taken out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from tutela.detect.matching.columns import NO_MOMENT, microseconds_of
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.parts import OpenList, Part
from tutela.kernel.errors import Unavailable

#: Rows of one value that are looked at; a value with more of them counts as held (our own).
ROWS_MAX = 1_000
#: Seconds for which a list is waited for that another thread is opening (our own).
SETTLE_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class WasMet:
    """A file that met the list: its SHA-256 (32 bytes), and when (aware)."""

    sha256: bytes = field(repr=False)
    at: datetime


def up_to_date(lists: Sequence[OpenList]) -> Sequence[OpenList]:
    """The same lists, each of which says by now what was on disk at the call.

    A list that changes while it is in use answers with what it had while it opens new segments beside. Raises
    Unavailable where that takes too long, Invalid for a damaged one.
    """
    for one in lists:
        if isinstance(one, LiveList) and not one.settle(SETTLE_SECONDS):
            raise Unavailable("a live list changes too fast to be read", retry_after_seconds=SETTLE_SECONDS)
    return lists


def gone_from(lists: Iterable[OpenList], met: Sequence[WasMet]) -> list[bool]:
    """Of each file, whether none of these lists holds it any more: no row of it stands, or each one ended
    before the file met the list, so that it should not have met it.

    A row that ended later is an ordinary end of its time, and takes nothing back. Raises as the lists do.
    """
    held = {number for one in lists for part in one.parts() for number in _held_in(part, met)}
    return [number not in held for number in range(len(met))]


def _held_in(part: Part, met: Sequence[WasMet]) -> Iterator[int]:
    """Numbers of the files that a part holds; some more than once."""
    hits = part.exact("sha256", [one.sha256 for one in met], per_query_max=ROWS_MAX)
    if not hits:
        return
    rows = np.array([hit.row for hit in hits], "<u4")
    ends, alive = part.rows[rows]["valid_to"], part.alive(rows)
    for hit, end, stands in zip(hits, ends.tolist(), alive.tolist(), strict=True):
        if stands and (end == NO_MOMENT or end > microseconds_of(met[hit.query].at)):
            yield hit.query
    rows_of = Counter(hit.query for hit in hits)
    yield from (number for number, rows_found in rows_of.items() if rows_found > ROWS_MAX)
