"""An hour's worth of list changes, one a second, applied as fast as a service takes them, and its memory.

Every change waits until the one before it is live. One entry after another is added to a list or taken out of
it, never so many that the list is held (FI-24); every other minute a list of its own is made, grows past the
size at which its tail is merged, and is retired, so that segments are written, mapped and let go of.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from proofs.match_service import MatchService
from proofs.processes import memory_bytes, processes_of
from proofs.upload_files import filler
from tutela.detect.matching.shapes import ListHeader
from tutela.detect.service.applied import read_progress
from tutela.detect.service.changes import Draft
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.kernel.clock import SystemClock

#: Seconds between two looks at the memory.
LOOK_SECONDS = 0.5
#: Changes of one minute, and entries of each of the two blocks of the other list: together they are more
#: than ``live_writer.TAIL_ROWS_MAX``.
MINUTE, BLOCK = 60, 9_000
#: Seconds within which a change must be live; then the measurement ends.
PATIENCE_SECONDS = 60.0
_SEED, _CALLER, _OTHER = 2_031, "proof", "campaign"
#: What is looked at: media workers live for 200 files and are no part of it.
_KINDS = ("service", "follower")


def drafts(name: str, count: int) -> Iterator[Draft]:
    """``count`` changes of the list ``name`` and of a list that comes and goes."""
    random, born = np.random.default_rng(_SEED), SystemClock().now()
    header = ListHeader(name=_OTHER, version="1", created=born, legal_class="csam")
    for number in range(count):
        minute, second = divmod(number, MINUTE)
        grows = minute % 2 == 0
        if second == 0 and grows:
            yield Draft(list=_OTHER, act="create", caller=_CALLER, header=header)
        elif second in (1, 2) and grows:
            block = tuple(filler(f"b{second}-{one}", random) for one in range(BLOCK))
            yield Draft(list=_OTHER, act="add", caller=_CALLER, entries=block)
        elif second == 0:
            yield Draft(list=_OTHER, act="retire", caller=_CALLER)
        elif second % 2:
            yield Draft(list=name, act="add", caller=_CALLER, entries=(filler(f"s{number}", random),))
        else:
            yield Draft(list=name, act="remove", caller=_CALLER, ids=(f"s{number - 1}",))


def carry_out(service: MatchService, name: str, count: int) -> dict[str, object]:
    """Seconds that the changes took, lists that were held, bytes of each process's memory meanwhile."""
    began = time.monotonic()
    with Memory(service.supervisor) as memory, SqliteChangeLog(service.folder / "changes.sqlite") as log:
        for draft in drafts(name, count):
            _await_live(service.folder, log.append(draft))
    held = len(read_progress(service.folder).holds)
    return {"seconds": time.monotonic() - began, "held": held, "bytes": memory.told()}


def _await_live(folder: Path, sequence: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while read_progress(folder).sequence < sequence:
        if time.monotonic() > deadline:
            raise TimeoutError("a change did not become live")
        time.sleep(0.004)


class Memory:
    """Looks at the memory of a service's own processes until its block ends."""

    def __init__(self, supervisor: int) -> None:
        self._supervisor = supervisor
        self._seen: dict[str, list[int]] = defaultdict(list)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def told(self) -> dict[str, list[int]]:
        """Bytes by process (``service-1``, ``service-2``, ``follower-1``), in the order of the looks; beside
        each what of them is no file's.
        """
        return dict(self._seen)

    def _look(self) -> None:
        numbers = [(pid, one.kind) for pid, one in sorted(processes_of(self._supervisor).items())]
        while not self._stop.wait(LOOK_SECONDS):
            for kind in _KINDS:
                own = [pid for pid, its in numbers if its == kind]
                for place, pid in enumerate(own, 1):
                    whole, anonymous = memory_bytes(pid)
                    self._seen[f"{kind}-{place}"].append(whole)
                    self._seen[f"{kind}-{place}, no file's"].append(anonymous)


def growth(seen: list[int]) -> tuple[float, float]:
    """By how much the second half rises above the first: in percent, and in MB.

    What nine of ten looks stayed below is compared: memory rises with a tail and falls when the tail is
    merged, which takes more for a moment.
    """
    half = len(seen) // 2
    first, second = (float(np.percentile(part, 90)) for part in (seen[:half], seen[half:]))
    return (second / first - 1) * 100, (second - first) / 1e6
