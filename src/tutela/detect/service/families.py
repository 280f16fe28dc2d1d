"""Near-duplicate families of one caller's queries, and how much they tell about the edge of matching.

A family is what one picture and its variations make: values within ``RADIUS_BITS`` of a kept one. Two
things are counted, and the same file asked again never counts (threat ST-16):

*Burst*: variations of one picture while little else is asked. A new value counts 1, another file with a
value that was there already ``SAME_VALUE``; every query outside the family takes ``LEAK`` away, so a
picture that is below a tenth of its caller's queries counts nothing: a picture that goes round a platform,
or the many captions of one template, make no burst.

*Edge*: variations within ``EDGE_BITS`` of each other that were answered differently. Twice the smaller
of the two sides counts, so copies of a listed picture beside one altered copy that is no longer found
make nothing; whoever walks along the edge, or flips bits there, fills both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import brute_query

#: Bits within which a value joins a family. Unrelated PDQ values lie 128 bits apart, standard deviation 8
#: (pdq/README), so 64 is 8 deviations away; the edge is at 31, and variations beyond twice that tell little.
RADIUS_BITS = 64
#: Bits within which two variations that are answered differently show the edge: half the threshold of 31,
#: so that a copy of a listed picture and a query that misses it by little never make such a pair.
EDGE_BITS = 16
#: What one query outside the family takes off its burst: a picture below 1 in 10 queries never makes one.
LEAK = 0.1
#: What another file counts whose value was asked before: the edit was too small to tell anything, yet
#: somebody made it; half, so that the copies of one picture that many people made weigh little (our own).
SAME_VALUE = 0.5
#: Kept values of one caller: at 100,000 queries a day the single ones of the last two hours (our own).
ROWS_MAX = 8_192
#: Kept values of one family, several times the default limit (our own).
MEMBERS_MAX = 512
#: Seconds for which counts and cut-offs stand: a day (threat ST-16: per file family per day).
DAY_SECONDS = 86_400.0
#: Families of one caller that are cut off within a day until all its queries are (our own).
FAMILIES_CUT_MAX = 3

#: One number each about the whole table.
_HEAD = np.dtype(
    [
        ("tag", "<u8", 4),
        ("queries", "<u8"),
        ("families", "<u8"),
        ("rows", "<u8"),
        ("cut_seconds", "<f8"),
        ("spent", "<f8"),
        ("spent_seconds", "<f8"),
        ("day", "<u8"),
        ("asked_today", "<u8"),
    ]
)
_ROW = np.dtype(
    [
        ("family", "<u4"),
        ("met", "?"),
        ("edge", "?"),
        ("pad", "<u2"),
        ("file", "<u8"),
        ("keep_seconds", "<f8"),
    ]
)
_FAMILY = np.dtype(
    [
        ("number", "<u8"),
        ("rows", "<u4"),
        ("state", "<u4"),
        ("edges_met", "<u4"),
        ("edges_unmet", "<u4"),
        ("burst", "<f8"),
        ("burst_query", "<u8"),
        ("began_seconds", "<f8"),
        ("cut_seconds", "<f8"),
    ]
)
_VALUE_BYTES = 32
_NO_ROWS, _NO_DISTANCES = np.empty(0, np.intp), np.empty(0, np.int64)
#: Bytes of one caller's table: 8,192 values of 32 bytes, and what is known of each and of its family.
TABLE_BYTES = _HEAD.itemsize + ROWS_MAX * (_VALUE_BYTES + _ROW.itemsize + _FAMILY.itemsize)


class Step(IntEnum):
    """What a query led to; ``FAMILY_CUT`` and ``CALLER_CUT`` refuse it."""

    CALM = 0
    ALARM = 1
    FAMILY_CUT = 2
    CALLER_CUT = 3
    REFUSED = 4


#: By name: to look a member up in its class takes several times as long, and every upload comes by here.
_CALM, _FAMILY_CUT = Step.CALM, Step.FAMILY_CUT


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """What one query did: the step, the family's number (0 without one) and its counts."""

    step: Step
    family: int = 0
    burst: float = 0.0
    edges: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One query: the PDQ value (32 bytes), whether it met, and 64 bits of the file's SHA-256 (0 without).

    ``turned`` are the values of the same picture turned and mirrored: it belongs to the family that any of
    them is near to, or turning every variation another way would make eight families of one.
    """

    value: bytes
    met: bool
    file: int = 0
    turned: tuple[bytes, ...] = ()


class Families:
    """One caller's kept values and families, in ``TABLE_BYTES`` of memory, zeroed or used before.

    Values stand there exclusive-ored with ``mask`` (4 words): distances stay, values are not readable
    without it. The head also holds the caller's account of ``rates``. Not locked; ``tables`` does that.
    """

    def __init__(self, buffer: bytearray | memoryview, mask: NDArray[np.uint64]) -> None:
        self._mask = mask
        at = _HEAD.itemsize
        self.head = np.frombuffer(buffer, _HEAD, 1)
        self._values = np.frombuffer(buffer, "<u8", ROWS_MAX * 4, at).reshape(ROWS_MAX, 4)
        at += self._values.nbytes
        self._rows = np.frombuffer(buffer, _ROW, ROWS_MAX, at)
        self._families = np.frombuffer(buffer, _FAMILY, ROWS_MAX, at + self._rows.nbytes)
        #: Columns, as whose views they are written: to name one costs more than to use it.
        self._row_family, self._row_file = self._rows["family"], self._rows["file"]
        self._row_met, self._row_keep = self._rows["met"], self._rows["keep_seconds"]
        self._count, self._cut = self.head["rows"], self.head["cut_seconds"]

    def __len__(self) -> int:
        """Number of kept values."""
        return int(self._count[0])

    def is_cut(self, now_seconds: float, lifted_seconds: float) -> bool:
        """True while the caller as a whole is cut off."""
        cut = float(self._cut[0])
        return cut > lifted_seconds and now_seconds < cut + DAY_SECONDS

    def note(
        self,
        asked: Asked,
        *,
        now_seconds: float,
        limit: float,
        lifted_seconds: float,
        another: bool = True,
        counts: bool = True,
    ) -> Sighting:
        """What this query led to. ``limit`` cuts the family off, half of it gives the alarm.

        Further values of the same upload are not ``another`` query; one that does not count (``scenes``)
        adds nothing to the burst of its family.
        """
        self.head["queries"] += another
        if self.is_cut(now_seconds, lifted_seconds):
            return Sighting(step=Step.REFUSED)
        masked, rows, distance = self._near(asked)
        if not len(rows):
            return self._found(masked, asked, now_seconds, counts=counts)
        nearest = int(distance.argmin())
        family = int(self._row_family[rows[nearest]])
        one = self._families[family]
        self._refresh(one, now_seconds, lifted_seconds)
        mine = rows[self._row_family[rows] == family]
        cut = one["state"] >= _FAMILY_CUT
        if distance[nearest] == 0:
            self._repeat(family, int(rows[nearest]), asked, counts=counts)
        elif cut:
            return self._sighting(Step.REFUSED, family)
        else:
            row = self._join(family, masked, mine, asked)
            one["burst"] += counts
            self._count_edges(family, row, rows[distance <= EDGE_BITS])
            mine = np.append(mine, row)
        self._keep(one, mine, now_seconds)
        if cut:  # what was answered before still is: it tells nothing new
            return self._sighting(_CALM, family)
        return self._sighting(self._step(one, now_seconds, limit, lifted_seconds), family)

    def _near(self, asked: Asked) -> tuple[NDArray[np.uint64], NDArray[np.intp], NDArray[np.int64]]:
        """The value in the turn that lies nearest to a kept one (as given without any), masked, (1, 4); the
        rows within ``RADIUS_BITS`` of it, and their distances.
        """
        values = np.frombuffer(b"".join((asked.value, *asked.turned)), "<u8")
        masked = values.reshape(-1, 4) ^ self._mask
        hits = brute_query(self._values[: len(self)], masked, RADIUS_BITS, per_query_max=2 * MEMBERS_MAX)
        if not len(hits):
            return masked[:1], _NO_ROWS, _NO_DISTANCES
        turn = int(hits.query_index[hits.distance.argmin()])
        ours = hits.query_index == turn
        return masked[turn : turn + 1], hits.ids[ours].astype(np.intp), hits.distance[ours].astype(np.int64)

    def _repeat(self, family: int, row: int, asked: Asked, *, counts: bool) -> None:
        """Notes a value that was there already; another file of this value counts a little."""
        file = np.uint64(asked.file) ^ self._mask[0]
        if asked.file and file != self._row_file[row]:
            self._families["burst"][family] += SAME_VALUE * counts
            self._row_file[row] = file
        self._row_met[row] = asked.met

    def _found(
        self, masked: NDArray[np.uint64], asked: Asked, now_seconds: float, *, counts: bool
    ) -> Sighting:
        """A new family of one value. It is forgotten first, unless it met something."""
        row = self._free_row()
        family = int(np.argmin(self._families["rows"]))
        self.head["families"] += 1
        self._families[family] = np.zeros((), _FAMILY)
        one = self._families[family : family + 1]
        one["number"], one["rows"], one["began_seconds"] = self.head["families"], 1, now_seconds
        one["burst"], one["burst_query"] = counts, self.head["queries"]
        self._put(row, family, masked, asked)
        self._row_keep[row] = now_seconds + (DAY_SECONDS if asked.met else 0.0)
        return self._sighting(_CALM, family)

    def _join(self, family: int, masked: NDArray[np.uint64], mine: NDArray[np.intp], asked: Asked) -> int:
        """The value's row, one more of its family; a full family forgets its oldest near one instead."""
        full = self._families["rows"][family] >= MEMBERS_MAX
        row = int(mine[np.argmin(self._row_keep[mine])]) if full else self._free_row()
        if not full:
            self._families["rows"][family] += 1
        self._put(row, family, masked, asked)
        return row

    def _put(self, row: int, family: int, masked: NDArray[np.uint64], asked: Asked) -> None:
        self._values[row] = masked[0]
        file = np.uint64(asked.file) ^ self._mask[0]
        self._rows[row] = (family, asked.met, False, 0, file, 0.0)

    def _free_row(self) -> int:
        """A row that was never used, else the one that is to be forgotten first."""
        used = len(self)
        if used < ROWS_MAX:
            self.head["rows"] = used + 1
            return used
        row = int(np.argmin(self._row_keep))
        one = self._families[self._row_family[row]]
        one["rows"] = max(1, int(one["rows"])) - 1  # 0 only where a process was killed between two writes
        return row

    def _refresh(self, one: np.void, now_seconds: float, lifted_seconds: float) -> None:
        """Lets a family's burst leak; begins again after a day, or when an operator lifted the cut-off."""
        queries = int(self.head["queries"][0])
        others = queries - int(one["burst_query"]) - 1
        one["burst"] = max(0.0, float(one["burst"]) - LEAK * max(0, others))
        one["burst_query"] = queries
        since = max(float(one["began_seconds"]), float(one["cut_seconds"]))
        if now_seconds - since >= DAY_SECONDS or lifted_seconds > since:
            one["state"] = one["edges_met"] = one["edges_unmet"] = 0
            one["burst"], one["began_seconds"], one["cut_seconds"] = 0.0, now_seconds, 0.0

    def _count_edges(self, family: int, row: int, near: NDArray[np.intp]) -> None:
        """Counts the value in ``row`` and those beside it that were answered differently, each once."""
        rows, met = self._rows, bool(self._rows["met"][row])
        others = near[rows["met"][near] != met]
        if not len(others):
            return
        fresh = int(np.count_nonzero(~rows["edge"][others]))
        rows["edge"][others] = rows["edge"][row] = True
        self._families["edges_met" if met else "edges_unmet"][family] += 1
        self._families["edges_unmet" if met else "edges_met"][family] += fresh

    def _keep(self, one: np.void, mine: NDArray[np.intp], now_seconds: float) -> None:
        """Families of several values are kept a day from their last query, those cut off for two."""
        if one["rows"] == 1 and not self._row_met[mine[0]]:
            days = 0
        else:
            days = 2 if one["state"] >= _FAMILY_CUT else 1
        self._row_keep[mine] = now_seconds + days * DAY_SECONDS

    def _step(self, one: np.void, now_seconds: float, limit: float, lifted_seconds: float) -> Step:
        score = max(float(one["burst"]), float(_edges(one)))
        if score >= limit:
            one["state"], one["cut_seconds"] = Step.FAMILY_CUT, now_seconds
            since = max(now_seconds - DAY_SECONDS, lifted_seconds)
            cut = (self._families["state"] == Step.FAMILY_CUT) & (self._families["cut_seconds"] > since)
            if np.count_nonzero(cut & (self._families["rows"] > 0)) < FAMILIES_CUT_MAX:
                return Step.FAMILY_CUT
            self.head["cut_seconds"] = now_seconds
            return Step.CALLER_CUT
        if score >= limit / 2 and one["state"] == _CALM:
            one["state"] = Step.ALARM
            return Step.ALARM
        return _CALM

    def _sighting(self, step: Step, family: int) -> Sighting:
        one = self._families[family]
        return Sighting(step=step, family=int(one["number"]), burst=float(one["burst"]), edges=_edges(one))


def _edges(one: np.void) -> int:
    """Twice the smaller side of a family's edge."""
    return 2 * int(min(one["edges_met"], one["edges_unmet"]))
