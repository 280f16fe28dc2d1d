"""Steps of ``proofs.scale``: ``python -m proofs.scale_steps STEP FOLDER COUNT``.

Each is a process of its own and prints one JSON object. Memory is what the system says of the process:
``own`` is what it alone has (anonymous pages, RssAnon), ``mapped`` are pages of files, which all processes of
a service share.
"""

from __future__ import annotations

import json
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.live_writer import LiveWriter, create_live
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.matching.tlist import write_list
from tutela.detect.service.changes import ENTRIES_PER_CHANGE_MAX, Draft
from tutela.detect.service.follower import Follower
from tutela.detect.service.shelf import Shelf
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.detect.service.standing import Standing, write_standing

LIST = "list"
SEED = 31
#: Seconds between two looks at the memory of a step.
LOOK_SECONDS = 0.01
#: Single look-ups, and fingerprints of one batch.
SINGLE, BATCH = 2_000, 1_000
#: Openings of which the median counts.
OPENINGS = 5
#: Runs of which the best counts.
RUNS = 3
#: Look-ups before anything is counted: pages are read in, code is warm.
WARM = 200

Row = dict[str, Any]


def header() -> ListHeader:
    """The header of the measured list."""
    return ListHeader(name=LIST, version="1", created=datetime(2026, 1, 1, tzinfo=UTC))


def entries(count: int) -> Iterator[ListEntry]:
    """Entries with one random PDQ value each, the same in every step."""
    random = np.random.default_rng(SEED)
    for start in range(0, count, ENTRIES_PER_CHANGE_MAX):
        rows = random.integers(0, 256, (min(ENTRIES_PER_CHANGE_MAX, count - start), 32), dtype=np.uint8)
        for number, row in enumerate(rows, start):
            yield ListEntry(entry=f"ent_{number:09d}", kind="pdq", value=row.tobytes(), quality=100)


def memory() -> dict[str, int]:
    """Bytes of this process: ``own``, ``mapped``, and the most of both together so far (proc(5))."""
    names = {"RssAnon": "own", "RssFile": "mapped", "VmHWM": "peak"}
    found = {}
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name in names:
            found[names[name]] = int(value.split()[0]) << 10
    return found


class Cost:
    """What a block took: seconds, CPU seconds, and the most memory of its own, in bytes."""

    def __init__(self) -> None:
        self.row: Row = {}
        self.own_peak_bytes = 0

    def look(self, done: threading.Event) -> None:
        """Looks at the memory until ``done``."""
        while not done.wait(LOOK_SECONDS):
            self.own_peak_bytes = max(self.own_peak_bytes, memory()["own"])


@contextmanager
def costing() -> Iterator[Cost]:
    """A block whose cost is in the yielded ``row`` when it ends."""
    cost, done = Cost(), threading.Event()
    looking = threading.Thread(target=cost.look, args=(done,))
    looking.start()
    began, cpu = time.monotonic(), time.process_time()
    try:
        yield cost
    finally:
        seconds, cpu_seconds = time.monotonic() - began, time.process_time() - cpu
        done.set()
        looking.join()
        cost.row = {"seconds": seconds, "cpu_seconds": cpu_seconds, "own_peak_bytes": cost.own_peak_bytes}


def append(folder: Path, count: int) -> Row:
    """The list as changes of the largest size; what it costs to write them down."""
    with SqliteChangeLog(folder / "changes.sqlite") as log, costing() as cost:
        log.append(Draft(list=LIST, act="create", caller="proof", header=header()))
        waiting: list[ListEntry] = []
        for entry in entries(count):
            waiting.append(entry)
            if len(waiting) == ENTRIES_PER_CHANGE_MAX:
                _add(log, waiting)
        if waiting:
            _add(log, waiting)
    return cost.row | {"size_bytes": (folder / "changes.sqlite").stat().st_size}


def _add(log: SqliteChangeLog, waiting: list[ListEntry]) -> None:
    log.append(Draft(list=LIST, act="add", caller="proof", entries=tuple(waiting)))
    waiting.clear()


def follow(folder: Path, _count: int) -> Row:
    """The follower works all of it in: what it costs until the list is live."""
    with (
        SqliteChangeLog(folder / "changes.sqlite") as log,
        costing() as cost,
        Follower(log, folder) as follower,
    ):
        while follower.step():
            pass
    return cost.row


def build(folder: Path, count: int) -> Row:
    """The list as one segment, as a list file is built; for sizes at which the log is not gone through."""
    place = folder / "lists" / LIST
    place.parent.mkdir(exist_ok=True)
    with costing() as cost:
        create_live(place, header(), entries(count), change=1).close()
        write_standing(place, Standing(born=1, change=1))
    return cost.row


def merge(folder: Path, _count: int) -> Row:
    """All segments rewritten as one, the largest merge that there is."""
    with costing() as cost, LiveWriter(folder / "lists" / LIST) as live:
        live.compact()
    return cost.row


def ask(folder: Path, count: int) -> Row:
    """A service process: opens the list, answers look-ups on one core, and what memory that takes."""
    before = memory()
    opened = statistics.median(_opening_seconds(folder) for _ in range(OPENINGS))
    lists = Shelf(folder).lists()
    engine = MatchEngine(lists)
    random = np.random.default_rng(SEED + 1)
    prints = [
        Fingerprint(kind="pdq", value=random.bytes(32), quality=100, form="f0/r0")
        for _ in range(WARM + SINGLE)
    ]
    listed = next(entries(count))
    known = Fingerprint(kind="pdq", value=listed.value, quality=100, form="f0/r0")
    if [match.entry for match in engine.lookup([known])] != [listed.entry]:
        raise RuntimeError("a listed value is not found")
    for one in prints[:WARM]:
        engine.lookup([one])
    single = _rate(lambda: [engine.lookup([one]) for one in prints[WARM:]], SINGLE)
    batch = _rate(lambda: engine.lookup(prints[:BATCH]), BATCH)
    after = memory()
    return {
        "entries": sum(len(one.live) for one in lists),
        "open_ms": opened * 1e3,
        "single_per_second": single,
        "batch_per_second": batch,
        "own_bytes": after["own"] - before["own"],
        "mapped_bytes": after["mapped"] - before["mapped"],
        "process_bytes": before["own"],
    }


def _opening_seconds(folder: Path) -> float:
    began = time.perf_counter()
    Shelf(folder).lists()
    return time.perf_counter() - began


def _rate(act: Callable[[], object], count: int) -> float:
    """How many of ``count`` things are done in a second of CPU time: the best run, others only disturb."""
    return max(count / _cpu_seconds(act) for _ in range(RUNS))


def _cpu_seconds(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def kinds(folder: Path, count: int) -> Row:
    """Bytes of a list file for each value, by kind; a film counts by its frames."""
    sizes = {"md5": 16, "sha1": 20, "sha256": 32, "pdq": 32, "photodna": 144, "vpdq": 32 * FRAMES}
    random, row = np.random.default_rng(SEED), {}
    for kind, size in sizes.items():
        path, number = folder / f"{kind}.tlist", count if kind != "vpdq" else count // FRAMES
        write_list(
            path,
            header(),
            (ListEntry(entry=f"ent_{one:09d}", kind=kind, value=random.bytes(size)) for one in range(number)),
        )
        row[kind] = path.stat().st_size / (number * (FRAMES if kind == "vpdq" else 1))
        path.unlink()
    return row


#: Frames of a measured film: a minute at one a second.
FRAMES = 60
STEPS: dict[str, Callable[[Path, int], Row]] = {
    "append": append, "follow": follow, "build": build, "merge": merge, "ask": ask, "kinds": kinds,
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Takes one step and prints what it cost."""
    step, folder, count = arguments
    print(json.dumps(STEPS[step](Path(folder), int(count))))


if __name__ == "__main__":
    main(sys.argv[1:])
