"""CPU seconds of this process and of every process below it: sandboxed workers count like our own time.

``one_core`` keeps both sides of a comparison on one processor: a process and its worker on two processors
that are idle otherwise pay for waking each other, which a busy machine does not.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

#: Ticks a second in which Linux counts the time of processes: a run must be long against 1/100 s.
TICKS = os.sysconf("SC_CLK_TCK")
#: Fields of /proc/<pid>/stat after the name (proc(5)): parent, and utime, stime, cutime, cstime.
_PARENT, _TIMES = 1, slice(11, 15)


def tree_seconds() -> float:
    """CPU seconds so far of this process, of all living processes below it and of those they waited for."""
    stats = dict(_stats())
    mine = {os.getpid()}
    while below := {pid for pid, fields in stats.items() if int(fields[_PARENT]) in mine} - mine:
        mine |= below
    return sum(int(ticks) for pid in mine for ticks in stats[pid][_TIMES]) / TICKS


def _stats() -> list[tuple[int, list[str]]]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text(encoding="ascii", errors="replace")
            except OSError:  # it ended while we looked
                continue
            found.append((int(folder.name), text.rpartition(")")[2].split()))
    return found


def tree_cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of one call of ``work`` in this process and all processes below it."""
    start = tree_seconds()
    work()
    return tree_seconds() - start


@contextmanager
def one_core() -> Iterator[None]:
    """This thread, and the processes it starts meanwhile, on the last of their processors."""
    former = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(former)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, former)
