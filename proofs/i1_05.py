"""Bar 5: results equal brute force on random, clustered and adversarial sets, at 0, 1, 2, tail size
-1/0/+1 and 1,000,000 entries, with additions and removals in between.

The truth is computed here with NumPy alone, pair by pair, on a model that is an array and a mask. The
list is a live one on disk, asked as the engine asks it: segments, tail and tombstones, single and in
batches, by every arithmetic path of this machine and by both indexes; then again from its files.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from proofs.figure import Figure, Progress, Tier, script
from tutela.arithmetic import available_paths, forced_path, values_of
from tutela.detect.matching.asking import near_valid
from tutela.detect.matching.contract import adversarial, flip_bits, hash_sets
from tutela.detect.matching.index import BUCKETED, LINEAR, IndexKind
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.live_writer import TAIL_ROWS_MAX, LiveWriter, create_live
from tutela.detect.matching.parts import Part
from tutela.detect.matching.shapes import ListEntry, ListHeader

SETS = ("random", "clustered", "adversarial")
SMALL = (0, 1, 2)
TAIL = (TAIL_ROWS_MAX - 1, TAIL_ROWS_MAX, TAIL_ROWS_MAX + 1)
LARGE = {"ci": 100_000, "full": 1_000_000}
#: Distances asked: the usual threshold, the edge between the two regimes of the index, beyond it.
DISTANCES_BITS = (31, 15, 16, 40)
#: Queries per question; the adversarial set answers each with a third of the list.
QUERIES = {"random": 120, "clustered": 120, "adversarial": 4}
#: Entries added and removed between the questions of a large list.
CHANGES = 20_000
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_BLOCK = 20_000
_ALL = (1 << 32) - 1
REPLAY = "make proofs BAR=i1-5"

Pairs = NDArray[np.int64]


def main(tier: Tier = "full") -> int:
    """0 when no answer differs from brute force."""
    figure, progress = Figure(bar="i1-5", tier=tier), Progress("i1-5", tier)
    for name in SETS:
        for size in (*SMALL, *TAIL, LARGE[tier]):
            seed = size + SETS.index(name)
            row = progress.step(f"{name} {size}", lambda: try_one(name, size, seed))  # noqa: B023 - called at once
            report(figure, name, size, row)
    figure.note(
        f"paths {', '.join(available_paths())}; indexes linear and bucketed; distances {DISTANCES_BITS} bits"
    )
    progress.finish()
    return figure.save()


def report(figure: Figure, name: str, size: int, row: dict[str, object]) -> None:
    """Keeps what one set of one size gave."""
    wrong = row["wrong"]
    differing = wrong if isinstance(wrong, list) else [str(wrong)]
    figure.record(
        f"{name}, {size:,} entries: answers that differ from brute force", len(differing), "answers", "== 0"
    )
    figure.count(f"{name} {size}: pairs compared", int(str(row["pairs"])))
    for text in differing:
        figure.failure(REPLAY, f"{name} set of {size}, seed {row['seed']}: {text}")


@dataclass(slots=True)
class Model:
    """Everything ever added, in order, and what stands; entry ids are the numbers."""

    hashes: NDArray[np.uint64]
    stands: NDArray[np.bool_]

    def add(self, hashes: NDArray[np.uint64]) -> Iterator[ListEntry]:
        """Takes ``hashes`` and gives their entries."""
        first = len(self.hashes)
        self.hashes = np.concatenate([self.hashes, hashes])
        self.stands = np.concatenate([self.stands, np.ones(len(hashes), np.bool_)])
        return (
            ListEntry(entry=str(first + number), kind="pdq", value=value.tobytes(), quality=100)
            for number, value in enumerate(values_of(hashes))
        )

    def truth(self, queries: NDArray[np.uint64], distance_bits: int) -> Pairs:
        """(query, entry, distance) of all pairs that stand, by NumPy alone."""
        found = []
        for number, query in enumerate(queries):
            distance = np.bitwise_count(self.hashes ^ query).sum(axis=1, dtype=np.int64)
            within = np.flatnonzero((distance <= distance_bits) & self.stands)
            found.append(np.stack([np.full(len(within), number), within, distance[within]], axis=1))
        return np.concatenate(found) if found else np.empty((0, 3), np.int64)


@dataclass(slots=True)
class Trial:
    """One list, its model, and what differed so far."""

    name: str
    size: int
    seed: int
    folder: Path
    rng: np.random.Generator
    model: Model
    wrong: list[str] = field(default_factory=list)
    pairs: int = 0

    def more(self, count: int) -> NDArray[np.uint64]:
        """``count`` further hashes of the same kind, some of them equal or near to listed ones."""
        fresh = make_set(self.name, count, int(self.rng.integers(1 << 30)))
        near = min(count, len(self.model.hashes)) // 4
        if near:
            chosen = self.model.hashes[self.rng.integers(0, len(self.model.hashes), near)]
            fresh[:near] = noisy(chosen, self.rng, 33)
        return fresh

    def queries(self) -> NDArray[np.uint64]:
        """Listed hashes with 0 to 41 flipped bits, and a few from nowhere."""
        count = QUERIES[self.name]
        nowhere = self.rng.integers(0, 1 << 64, (2, 4), dtype=np.uint64)
        if not len(self.model.hashes):
            return np.concatenate([nowhere, np.zeros((1, 4), np.uint64)])
        chosen = self.model.hashes[self.rng.integers(0, len(self.model.hashes), count)]
        return np.concatenate([noisy(chosen, self.rng, 41), nowhere[: count // 40 + 1]])

    def compare(
        self, when: str, parts: Sequence[Part], paths: Sequence[str], distances: Sequence[int]
    ) -> None:
        """Asks ``parts`` in every way and keeps what differs from the truth."""
        queries = self.queries()
        for distance_bits in distances:
            truth = self.model.truth(queries, distance_bits)
            self.pairs += len(truth)
            for path in paths:
                with forced_path(path):
                    for batch in (True, False):
                        found = answers(parts, queries, distance_bits, batch=batch)
                        if not np.array_equal(found, truth):
                            text = f"{when}, {distance_bits} bits, {path}, batch={batch}: {len(found)} pairs"
                            self.wrong.append(f"{text} instead of {len(truth)} or other ones")


def make_set(name: str, count: int, seed: int) -> NDArray[np.uint64]:
    """``count`` hashes of a named set, the adversarial one in blocks (memory)."""
    if name != "adversarial":
        return dict(_named_sets(count, seed))[name]
    rng = np.random.default_rng(seed)
    blocks = [adversarial(min(_BLOCK, count - first), rng) for first in range(0, count, _BLOCK)]
    return np.concatenate(blocks) if blocks else np.empty((0, 4), np.uint64)


def _named_sets(count: int, seed: int) -> Iterator[tuple[str, NDArray[np.uint64]]]:
    """The sets of the contract but for the adversarial one, which is made last there."""
    for name, hashes in hash_sets(count, seed):
        yield name, hashes
        if name == "clustered":
            return


def noisy(hashes: NDArray[np.uint64], rng: np.random.Generator, flips_max: int) -> NDArray[np.uint64]:
    """Each hash with 0 to ``flips_max`` bits turned (a bit may be turned back)."""
    values = values_of(hashes).copy()
    flips = rng.integers(0, flips_max + 1, len(values))
    for number in range(flips_max):
        chosen = np.flatnonzero(flips > number)
        some = values[chosen]
        flip_bits(some, rng)
        values[chosen] = some
    return values.view("<u8").reshape(-1, 4)


def answers(parts: Sequence[Part], queries: NDArray[np.uint64], distance_bits: int, *, batch: bool) -> Pairs:
    """(query, entry, distance) of all hits on all parts, in the order of the truth."""
    found = [np.empty((0, 3), np.int64)]
    blocks = [(0, queries)] if batch else [(row, queries[row : row + 1]) for row in range(len(queries))]
    for part in parts:
        for first, block in blocks:
            hits = near_valid(part, block, distance_bits, CREATED, _ALL)
            entries = [int(part.entry_id(row)) for row in hits.ids.tolist()]
            columns = (hits.query_index.astype(np.int64) + first, entries, hits.distance)
            found.append(np.stack([np.asarray(column, np.int64) for column in columns], axis=1))
    together = np.concatenate(found)
    return together[np.lexsort((together[:, 1], together[:, 0]))]


def try_one(name: str, size: int, seed: int) -> dict[str, object]:
    """One set of one size: as it was made, changed, merged, rewritten, and read again."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Model(hashes=np.empty((0, 4), np.uint64), stands=np.empty(0, np.bool_))
        trial = Trial(
            name=name,
            size=size,
            seed=seed,
            folder=Path(folder) / "live",
            rng=np.random.default_rng(seed),
            model=empty,
        )
        run(trial)
    return {"seed": seed, "wrong": trial.wrong, "pairs": trial.pairs}


def run(trial: Trial) -> None:
    """Additions and removals with questions in between; everything that differs is kept in the trial."""
    large = trial.size > TAIL[-1]
    every = available_paths()
    fast = every[-1:]
    paths, distances = (fast, DISTANCES_BITS[:1]) if large else (every, DISTANCES_BITS)
    changes = CHANGES if large else max(2, trial.size // 7)
    first = list(trial.model.add(make_set(trial.name, trial.size, trial.seed)))
    header = ListHeader(name="proof", version="1", created=CREATED)
    create_live(trial.folder, header, first if large else ()).close()
    with LiveWriter(trial.folder) as live:
        if not large:
            add_in_steps(live, first)
        trial.compare("made", live.parts(), every if not large else every[-2:], distances)
        for round_ in range(3):
            add_in_steps(live, list(trial.model.add(trial.more(changes))))
            remove_some(trial, live, changes // 20 + 1)
            trial.compare(f"changed {round_ + 1}", live.parts(), paths, distances[:1])
        live.merge()
        trial.compare("merged", live.parts(), paths, distances[:1])
        remove_some(trial, live, 3)
        live.compact()
        add_in_steps(live, list(trial.model.add(trial.more(5))))
        trial.compare("rewritten", live.parts(), paths, distances[:1])
    for index in (BUCKETED, LINEAR):
        compare_files(trial, index, distances[:1])


def add_in_steps(live: LiveWriter, entries: list[ListEntry]) -> None:
    """Adds in a few calls of different sizes, as they come in life."""
    steps = min(len(entries), 5)
    size = math.ceil(len(entries) / steps) if steps else 1
    for first in range(0, len(entries), size):
        live.add(entries[first : first + size])


def remove_some(trial: Trial, live: LiveWriter, count: int) -> None:
    """Removes ``count`` entries that stand, from segments and tail alike."""
    standing = np.flatnonzero(trial.model.stands)
    chosen = trial.rng.choice(standing, min(count, len(standing)), replace=False)
    for number in chosen.tolist():
        if live.remove(str(number)) != 1:
            trial.wrong.append(f"entry {number} was not there to be removed")
    trial.model.stands[chosen] = False


def compare_files(trial: Trial, index: IndexKind, distances: Sequence[int]) -> None:
    """The same again from the files, by one index."""
    with LiveList(trial.folder, index=index) as live:
        trial.compare(f"from files, {index.name}", live.parts(), available_paths()[-1:], distances)


if __name__ == "__main__":
    script(main)
