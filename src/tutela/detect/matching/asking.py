"""One list asked about many files: what its rows say, filtered by quality, dates and removals."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import Hits
from tutela.detect.matching.columns import KIND_NAMES
from tutela.detect.matching.films import FrameHits, film_matches
from tutela.detect.matching.parts import ExactHit, OpenList, Part, valid_rows
from tutela.detect.matching.questions import ExactQuestions, Questions

#: Listed frames looked at per print of a file; beyond, percentages are lower bounds and the reason says so.
FRAMES_PER_PRINT_MAX = 16_384
#: Queries from which sorting all probes by bucket pays (performance.md section 4.8).
BATCH_FROM = 16
#: Film questions asked at once: with the limit above at most 4 million pairs, about 60 MB.
_FRAME_QUERIES = 256
#: By how much a cap grows when removed or expired rows had used it up.
_CAP_GROWTH = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Print ``number`` of a file met row ``row`` of ``part``."""

    part: Part
    row: int
    number: int
    distance_bits: int | None
    query_percent: float | None = None
    target_percent: float | None = None

    def rank(self) -> tuple[bool, int, float, int]:
        """Sort key of what is reported of one entry: undisputed, near, complete, early."""
        disputed = bool(self.part.rows["disputed"][self.row])
        return disputed, self.distance_bits or 0, -(self.target_percent or 0.0), self.number


@dataclass(slots=True)
class FileAnswers:
    """What one list says about one file: the best find per (entry, kind), and whether there were more."""

    best: dict[tuple[str, str], Found] = field(default_factory=dict)
    capped: bool = False

    def take(self, found: Found) -> None:
        """Keep ``found`` if nothing better is known of its entry and kind."""
        kind = KIND_NAMES.get(int(found.part.rows["kind"][found.row]), "")
        key = (found.part.entry_id(found.row), kind)
        former = self.best.get(key)
        if former is None or found.rank() < former.rank():
            self.best[key] = found


def near_valid(
    part: Part, queries: NDArray[np.uint64], distance_bits: int, now: datetime, per_query_max: int
) -> Hits:
    """Hits on rows in force. The cap counts only those, so removed entries never hide others."""
    cap, batch = per_query_max, len(queries) >= BATCH_FROM
    while True:
        hits = part.near(queries, distance_bits, batch=batch, per_query_max=cap)
        if not len(hits):
            return hits
        valid = valid_rows(part, hits.ids, now)
        if valid.all():
            return hits
        if not len(hits.capped_queries):
            return Hits(
                query_index=hits.query_index[valid],
                ids=hits.ids[valid],
                distance=hits.distance[valid],
                capped_queries=hits.capped_queries,
            )
        cap *= _CAP_GROWTH


def exact_valid(
    part: Part, kind: str, asked: ExactQuestions, now: datetime, per_query_max: int
) -> list[ExactHit]:
    """Equal rows in force, up to one more per query than ``per_query_max``."""
    cap = per_query_max
    while True:
        hits = part.exact(kind, asked.values, per_query_max=cap)
        if not hits:
            return hits
        valid = valid_rows(part, np.array([hit.row for hit in hits], "<u4"), now)
        queries = np.array([hit.query for hit in hits])
        if valid.all() or int(np.bincount(queries).max()) <= cap:
            return [hit for hit, stands in zip(hits, valid, strict=True) if stands]
        cap *= _CAP_GROWTH


def _nearest_of_each_row(
    files: NDArray[np.int64],
    rows: NDArray[np.uint32],
    distance: NDArray[np.uint16],
    numbers: NDArray[np.int64],
) -> NDArray[np.int64]:
    """For each (file, row) the place of its nearest, then earliest print; nearest rows of a file first."""
    order = np.lexsort((numbers, distance, rows, files))
    first = np.ones(len(order), np.bool_)
    first[1:] = (np.diff(files[order]) != 0) | (np.diff(rows[order].astype(np.int64)) != 0)
    chosen = order[first]
    return chosen[np.lexsort((distance[chosen], files[chosen]))]


class Asking:
    """One list asked ``questions``; ``answers`` by number of the file."""

    def __init__(
        self, source: OpenList, questions: Questions, now: datetime, *, per_print_max: int, per_file_max: int
    ) -> None:
        self._header = source.header
        self._questions = questions
        self._now = now
        self._per_print_max = per_print_max
        self._per_file_max = per_file_max
        self.answers: defaultdict[int, FileAnswers] = defaultdict(FileAnswers)
        self._usable = np.flatnonzero(questions.quality >= self._header.thresholds.quality_min)
        everything = len(self._usable) == len(questions.quality)
        self._queries = questions.pdq if everything else questions.pdq[self._usable]
        self._files = questions.files[self._usable]
        self._numbers = questions.numbers[self._usable]

    def ask(self, part: Part) -> None:
        """Add what ``part`` says. A list of known good files is asked for digests only."""
        for kind, asked in self._questions.exact.items():
            self._ask_exact(part, kind, asked)
        if self._header.known_good or not len(self._queries):
            return
        self._ask_pdq(part)
        if part.film_count:
            self._ask_films(part)

    def _ask_exact(self, part: Part, kind: str, asked: ExactQuestions) -> None:
        seen: dict[int, int] = defaultdict(int)
        for hit in exact_valid(part, kind, asked, self._now, self._per_print_max):
            file, number = asked.owners[hit.query]
            seen[hit.query] += 1
            if seen[hit.query] > self._per_print_max:
                self.answers[file].capped = True
            else:
                self.answers[file].take(Found(part=part, row=hit.row, number=number, distance_bits=None))

    def _ask_pdq(self, part: Part) -> None:
        limit = self._header.thresholds.distance_bits
        hits = near_valid(part, self._queries, limit, self._now, self._per_print_max)
        if not len(hits):
            return
        self._note_capped(hits.capped_queries)
        files, numbers = self._files[hits.query_index], self._numbers[hits.query_index]
        taken: dict[int, int] = defaultdict(int)
        for place in _nearest_of_each_row(files, hits.ids, hits.distance, numbers).tolist():
            file = int(files[place])
            taken[file] += 1
            if taken[file] > self._per_file_max:
                self.answers[file].capped = True
                continue
            self.answers[file].take(
                Found(
                    part=part,
                    row=int(hits.ids[place]),
                    number=int(numbers[place]),
                    distance_bits=int(hits.distance[place]),
                )
            )

    def _note_capped(self, queries: NDArray[np.uint32] | NDArray[np.int64]) -> None:
        for file in np.unique(self._files[queries]):
            self.answers[int(file)].capped = True

    def _frame_hits(self, part: Part) -> FrameHits | None:
        """Pairs (usable question, listed frame), asked in blocks that bound the memory."""
        blocks = []
        for first in range(0, len(self._queries), _FRAME_QUERIES):
            hits = part.near_frames(
                self._queries[first : first + _FRAME_QUERIES],
                self._header.thresholds.distance_bits,
                per_query_max=FRAMES_PER_PRINT_MAX,
            )
            if len(hits):
                blocks.append((hits.query_index.astype(np.int64) + first, hits.ids, hits.distance))
                self._note_capped(hits.capped_queries.astype(np.int64) + first)
        if not blocks:
            return None
        prints, frames, distance = (np.concatenate(column) for column in zip(*blocks, strict=True))
        return FrameHits(prints=prints, frames=frames, distance=distance)

    def _ask_films(self, part: Part) -> None:
        hits = self._frame_hits(part)
        if hits is None:
            return
        owners = self._files[hits.prints]
        for file in np.unique(owners):
            self._ask_film(part, int(file), hits.where(owners == file))

    def _ask_film(self, part: Part, file: int, hits: FrameHits) -> None:
        mine = np.flatnonzero(self._files == file)
        numbers = self._numbers[mine]
        forms = [self._questions.prints[file][number].form for number in numbers]
        local = FrameHits(prints=hits.prints - mine[0], frames=hits.frames, distance=hits.distance)
        for met in film_matches(part, self._queries[mine], forms, local, self._header.thresholds):
            if valid_rows(part, np.array([met.row], "<u4"), self._now)[0]:
                self.answers[file].take(
                    Found(
                        part=part,
                        row=met.row,
                        number=int(numbers[met.print_number]),
                        distance_bits=met.distance_bits,
                        query_percent=met.query_percent,
                        target_percent=met.target_percent,
                    )
                )
