"""Lists as they are used: opened by mmap, asked through the list, changed while they are asked.

``python -m bench.lists`` prints the rows; ``opening_rows`` and ``changing_rows`` return them for bar
i1-6. The speed of the search itself is in ``bench.matching``; here a question goes through ``ListView``
as the engine asks it. Times are wall time, since waiting is what is measured.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.matching import BATCH, RADIUS, SINGLE, random_set
from tutela.arithmetic import current_path, values_of, words
from tutela.detect.matching.columns import columns_of
from tutela.detect.matching.live import LiveList
from tutela.detect.matching.live_writer import TAIL_ROWS_MAX, LiveWriter, create_live
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import ListView, open_list, write_columns

#: Runs whose median is quoted for opening.
OPENINGS = 9
#: Seconds between two additions while questions run, and additions in all.
PAUSE_SECONDS, ADDITIONS = 0.02, 100
#: Seconds after which an addition counts as lost.
PATIENCE_SECONDS = 20.0
Row = dict[str, Any]


def header() -> ListHeader:
    """The header of the measured list."""
    return ListHeader(name="bench", version="1", created=datetime(2026, 1, 1, tzinfo=UTC))


def entries_of(hashes: NDArray[np.uint64], prefix: str = "ent_") -> Iterator[ListEntry]:
    """One PDQ entry per hash."""
    for number, value in enumerate(values_of(hashes)):
        yield ListEntry(entry=f"{prefix}{number:09d}", kind="pdq", value=value.tobytes(), quality=100)


def opening_rows(count: int = 1_000_000) -> list[Row]:
    """One row: milliseconds to open (median, worst), bytes a hash of the index and of the whole file,
    questions a second through the open list, growth of resident memory, and whether it is exact."""
    hash_set = random_set(count)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "bench.tlist"
        write_columns(path, header(), columns_of(entries_of(hash_set.hashes)))
        resident = resident_bytes()
        milliseconds, view = opened(path)
        row = {
            "hashes": count,
            "path": current_path(),
            "open_ms": statistics.median(milliseconds),
            "open_ms_worst": max(milliseconds),
            "index_bytes_a_hash": view.index_bytes() / count,
            "file_bytes_a_hash": path.stat().st_size / count,
        }
        row |= asked(view, hash_set.queries)
        row["resident_growth_bytes_a_hash"] = (resident_bytes() - resident) / count
    return [row]


def opened(path: Path) -> tuple[list[float], ListView]:
    """Milliseconds of ``OPENINGS`` openings with warm pages, and the last one's view."""
    milliseconds = []
    for _ in range(OPENINGS):
        begun = time.perf_counter()
        view = open_list(path)
        milliseconds.append((time.perf_counter() - begun) * 1e3)
    return milliseconds, view


def resident_bytes() -> int:
    """Resident memory of this process."""
    text = Path("/proc/self/statm").read_text(encoding="ascii")
    return int(text.split()[1]) * 4096


def asked(view: ListView, queries: NDArray[np.uint64]) -> Row:
    """Questions a second through the list, one by one and in a batch, and whether both found the same."""
    one_by_one = [queries[number : number + 1] for number in range(SINGLE)]
    for query in one_by_one:
        view.near(query, RADIUS, batch=False, per_query_max=100)
    begun = time.process_time()
    single = [view.near(query, RADIUS, batch=False, per_query_max=100) for query in one_by_one]
    between = time.process_time()
    many = view.near(queries, RADIUS, batch=True, per_query_max=100)
    ended = time.process_time()
    found = [row for hits in single for row in hits.ids.tolist()]
    return {
        "single_per_second": SINGLE / (between - begun),
        "batch_per_second": BATCH / (ended - between),
        "single_equals_batch": found == many.ids[many.query_index < SINGLE].tolist(),
    }


@dataclass(slots=True)
class Asker:
    """Asks a list without a pause, notes the longest gap, and when each awaited value was first found."""

    live: LiveList
    steady: list[NDArray[np.uint64]]
    awaited: dict[str, NDArray[np.uint64]] = field(default_factory=dict)
    found_at: dict[str, float] = field(default_factory=dict)
    longest_gap_seconds: float = 0.0
    #: The longest gap without the time in which the asking thread was ready and had no core: what
    #: other programs on the machine add is not the list's doing.
    longest_own_gap_seconds: float = 0.0
    questions: int = 0
    missed: int = 0

    def run_until(self, done: threading.Event) -> None:
        """Asks until ``done``; every question must find what is listed all the time."""
        last = time.monotonic(), waited_seconds()
        while not done.is_set():
            last = self._ask_steady(last)
            for name, query in list(self.awaited.items()):
                if self._is_found(query):
                    self.found_at[name] = time.monotonic()
                    del self.awaited[name]

    def _ask_steady(self, last: tuple[float, float]) -> tuple[float, float]:
        for query in self.steady:
            self.missed += not self._is_found(query)
            self.questions += 1
            now = time.monotonic(), waited_seconds()
            gap = now[0] - last[0]
            self.longest_gap_seconds = max(self.longest_gap_seconds, gap)
            self.longest_own_gap_seconds = max(self.longest_own_gap_seconds, gap - (now[1] - last[1]))
            last = now
        return last

    def _is_found(self, query: NDArray[np.uint64]) -> bool:
        return any(len(part.near(query, RADIUS, batch=False, per_query_max=10)) for part in self.live.parts())


def waited_seconds() -> float:
    """How long this thread was ready to run and had no core (sched-stats in the kernel's documentation)."""
    text = Path("/proc/thread-self/schedstat").read_text(encoding="ascii")
    return int(text.split()[1]) / 1e9


def changing_rows(count: int = 1_000_000, additions: int = ADDITIONS) -> list[Row]:
    """Rows for a live list of ``count`` hashes: additions found in the same process and in another one,
    with a merge of a full tail and a rewriting of everything under way; longest gap between answers."""
    hash_set = random_set(count)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "live"
        create_live(folder, header(), entries_of(hash_set.hashes)).close()
        steady = [hash_set.hashes[number : number + 1] for number in range(20)]
        return [same_process(folder, steady, additions), other_process(folder, steady, additions)]


def fresh_values(seed: int, count: int) -> dict[str, NDArray[np.uint64]]:
    """Random hashes that are in no list yet."""
    raw = np.random.default_rng(seed).integers(0, 256, (count, 32), np.uint8)
    return {f"new_{seed}_{number}": words(raw[number]) for number in range(count)}


def entry_of(name: str, query: NDArray[np.uint64]) -> ListEntry:
    """One new entry."""
    return ListEntry(entry=name, kind="pdq", value=query.tobytes(), quality=100)


def fill_tail(live: LiveWriter) -> None:
    """As many rows as make the tail full but for a few, so that the next additions begin a merge."""
    raw = np.random.default_rng(7).integers(0, 256, (TAIL_ROWS_MAX - 20, 32), np.uint8)
    live.add(entries_of(words(raw), prefix="tail_"))


def same_process(folder: Path, steady: list[NDArray[np.uint64]], additions: int) -> Row:
    """Additions while another thread asks: seconds from the call to the first answer that has it."""
    values = fresh_values(11, additions)
    with LiveWriter(folder) as live:
        fill_tail(live)
        asker, done = Asker(live=live, steady=steady), threading.Event()
        thread = threading.Thread(target=asker.run_until, args=(done,))
        thread.start()
        added_at = add_slowly(live, values, asker)
        live.compact()
        wait_for(asker, values)
        done.set()
        thread.join()
    return summary("same process", asker, added_at)


def add_slowly(
    live: LiveWriter, values: dict[str, NDArray[np.uint64]], asker: Asker | None = None
) -> dict[str, float]:
    """Adds one after the other; when each addition was begun."""
    added_at = {}
    for name, query in values.items():
        added_at[name] = time.monotonic()
        if asker is not None:
            asker.awaited[name] = query
        live.add([entry_of(name, query)])
        time.sleep(PAUSE_SECONDS)
    return added_at


def wait_for(asker: Asker, values: dict[str, NDArray[np.uint64]]) -> None:
    """Returns when all were found or patience is over."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while len(asker.found_at) < len(values) and time.monotonic() < patience:
        time.sleep(0.01)


def summary(name: str, asker: Asker, added_at: dict[str, float]) -> Row:
    """One row of ``changing_rows``."""
    delays = [asker.found_at[one] - added_at[one] for one in asker.found_at]
    return {
        "where": name,
        "additions": len(added_at),
        "lost": len(added_at) - len(delays),
        "found_after_ms_median": statistics.median(delays) * 1e3,
        "found_after_ms_worst": max(delays) * 1e3,
        "longest_gap_ms": asker.longest_gap_seconds * 1e3,
        "longest_own_gap_ms": asker.longest_own_gap_seconds * 1e3,
        "questions": asker.questions,
        "missed": asker.missed,
    }


def other_process(folder: Path, steady: list[NDArray[np.uint64]], additions: int) -> Row:
    """As ``same_process``, with the questions in another process (the monotonic clock is one)."""
    command = [sys.executable, "-m", "bench.lists", "--follow", str(folder), "--additions", str(additions)]
    values = fresh_values(13, additions)
    with LiveWriter(folder) as live:
        fill_tail(live)
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("the reading process has no pipes")
        child.stdout.readline()
        added_at = add_slowly(live, values)
        live.compact()
        child.stdin.close()
        answer = json.loads(child.stdout.readline())
        child.stdout.close()
        child.wait()
    asker = Asker(live=LiveList(folder), steady=steady, **answer)
    return summary("another process", asker, added_at)


def follow(folder: Path, additions: int) -> None:
    """The reading process: asks until standard input ends, then prints what it saw."""
    done = threading.Event()
    values = fresh_values(13, additions)
    with LiveList(folder) as live:
        part: Any = live.parts()[0]
        steady = [part.arrays["pdq_hashes"][number : number + 1] for number in range(20)]
        asker = Asker(live=live, steady=steady, awaited=dict(values))
        thread = threading.Thread(target=asker.run_until, args=(done,))
        thread.start()
        print("ready", flush=True)
        sys.stdin.read()
        wait_for(asker, values)
        done.set()
        thread.join()
    kept = ("found_at", "longest_gap_seconds", "longest_own_gap_seconds", "questions", "missed")
    print(json.dumps({name: getattr(asker, name) for name in kept}), flush=True)


def main() -> None:
    """Prints all rows as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="listed hashes")
    parser.add_argument("--additions", type=int, default=ADDITIONS, help="additions while questions run")
    parser.add_argument("--follow", type=Path, help=argparse.SUPPRESS)
    asked_for = parser.parse_args()
    if asked_for.follow:
        follow(asked_for.follow, asked_for.additions)
        return
    for row in (*opening_rows(asked_for.count), *changing_rows(asked_for.count, asked_for.additions)):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
