"""CPU seconds and memory of a service's processes by what they do, as the system counts them (Linux)."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
#: Fields of ``/proc/PID/stat`` behind the name: parent; user, system, and those of ended children (proc(5)).
_PARENT, _USER, _CHILDREN_SYSTEM = 1, 11, 14
#: What stands in the command line of a process of each kind; the first that fits is it.
_WORDS = (
    ("tutela.detect.media.worker", "media"),
    ("resource_tracker", "beside"),
    ("spawn_main", "follower"),
    ("serve", "service"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """One process: its kind, and CPU seconds of its own and of its ended children."""

    kind: str
    cpu_seconds: float


def processes_of(supervisor: int) -> dict[int, Running]:
    """The supervisor of a service and everything below it, by number."""
    stats = _stats()
    children = defaultdict(list)
    for number, fields in stats.items():
        children[int(fields[_PARENT])].append(number)
    found, left = {}, [supervisor]
    while left:
        number = left.pop()
        if number in stats:
            kind = "supervisor" if number == supervisor else _kind(number)
            found[number] = Running(kind=kind, cpu_seconds=_cpu_seconds(stats[number]))
            left += children[number]
    return found


def cpu_by_kind(supervisor: int) -> dict[str, float]:
    """CPU seconds since each process began, by kind; those of ended media workers are in their nursery's."""
    found: dict[str, float] = defaultdict(float)
    for one in processes_of(supervisor).values():
        found[one.kind] += one.cpu_seconds
    return dict(found)


def spent(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """CPU seconds between two looks, by kind."""
    return {kind: after[kind] - before.get(kind, 0.0) for kind in after}


def memory_bytes(number: int) -> tuple[int, int]:
    """Memory of a process, its part of what it shares included, and what of it is no file's.

    PSS and its anonymous part (proc(5), smaps_rollup); the rest is mostly mapped lists.
    """
    told = {
        name: int(value.split()[0]) << 10
        for name, _, value in (
            line.partition(":")
            for line in (_PROC / str(number) / "smaps_rollup").read_text("ascii").splitlines()[1:]
        )
    }
    return told["Pss"], told["Pss_Anon"]


def _stats() -> dict[int, list[str]]:
    found = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text("utf-8", "replace")
            except OSError:
                continue  # it ended meanwhile
            found[int(folder.name)] = text[text.rindex(")") + 2 :].split()
    return found


def _cpu_seconds(fields: list[str]) -> float:
    return sum(map(int, fields[_USER : _CHILDREN_SYSTEM + 1])) / _TICKS_PER_SECOND


def _kind(number: int) -> str:
    try:
        command = (_PROC / str(number) / "cmdline").read_text("utf-8", "replace")
    except OSError:
        return "ended"
    return next((kind for word, kind in _WORDS if word in command), "other")
