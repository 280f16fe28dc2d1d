"""What happens to workers and jobs, each scene on a table of its own, with the counts that a bar judges."""

from __future__ import annotations

import signal
import time
from collections import Counter
from itertools import pairwise
from typing import Any

from proofs.jobs.tables import Child, table

#: Items and processes of bar i3-4; items of one process alone, for a rate.
ITEMS, PROCESSES = 600, 6
#: Seconds of a lease that a stopped worker outlasts, so that 50 take a minute.
SHORT_LEASE_SECONDS = 0.5
#: Seconds that it is stopped for.
STOPPED_SECONDS = 0.7


def claims(kind: str, items: int = ITEMS, processes: int = PROCESSES) -> dict[str, Any]:
    """Many processes on many items: how often one was handed out twice, done twice, or went wrong."""
    with table(kind) as here, here.children(processes) as children:
        children[0].ask(do="put", kind="toy", number=items)
        began = time.monotonic()
        heard = _all(children, do="drain", kinds=["toy"])
        seconds = time.monotonic() - began
        left = children[0].ask(do="effects", kind="toy")
    handed = Counter(job for one in heard for job in one["claimed"])
    done = Counter(job for job, _ in left["effects"])
    return {
        "handed": sum(handed.values()),
        "handed_twice": sum(number > 1 for number in handed.values()),
        "done": len(done),
        "done_twice": sum(number > 1 for number in done.values()),
        "errors": sum(one["errors"] + len(one["wrong"]) for one in heard),
        "left": sum(left["counts"].values()),
        "per_second": items / seconds,
    }


def naive_claims(kind: str, items: int = ITEMS, processes: int = PROCESSES) -> dict[str, Any]:
    """The control: the same, claimed by reading first and saving then."""
    with table(kind) as here, here.children(processes) as children:
        children[0].ask(do="put", kind="toy", number=items)
        heard = _all(children, do="naive")
    handed = Counter(job for one in heard for job in one["claimed"])
    return {"handed_twice": sum(number > 1 for number in handed.values())}


def _all(children: list[Child], **order: Any) -> list[dict[str, Any]]:
    for child in children:
        child.tell(**order)
    return [child.hear() for child in children]


def hosts(kind: str, items: int, processes: int = 3, most: int = 2) -> dict[str, Any]:
    """Many processes on jobs of one host: how many ran at once, and how far apart two began, in seconds."""
    with table(kind) as here, here.children(processes) as children:
        children[0].ask(do="put", kind="timed", number=items, host="aa")
        heard = _all(children, do="drain", kinds=["timed"], running_max=most, apart_seconds=0.05)
    spans = sorted(span for one in heard for span in one["spans"])
    return {
        "done": len(spans),
        "most": max(sum(begun <= at < ended for begun, ended in spans) for at, _ in spans),
        "least_apart_seconds": min(later[0] - sooner[0] for sooner, later in pairwise(spans)),
    }


def zombies(
    kind: str,
    number: int,
    *,
    lease_seconds: float = SHORT_LEASE_SECONDS,
    stopped_seconds: float = STOPPED_SECONDS,
) -> dict[str, Any]:
    """Workers that are stopped in the middle of a job, and come back when another one has it, or had it."""
    outcomes: Counter[str] = Counter()
    with table(kind) as here, here.children(2, str(lease_seconds)) as (first, second):
        for at in range(number):
            second.ask(do="put", kind="slow", number=1)
            outcomes.update(_zombie(first, second, stopped_seconds, back_first=at % 2 == 0))
        left = second.ask(do="effects", kind="slow")
    done = Counter(job for job, _ in left["effects"])
    return {
        "stopped": number,
        "refused": outcomes["first lost"],
        "ended_by_the_other": outcomes["second finished"],
        "done": len(done),
        "done_twice": sum(times > 1 for times in done.values()),
        "left": sum(left["counts"].values()),
    }


def _zombie(first: Child, second: Child, seconds: float, *, back_first: bool) -> list[str]:
    """``back_first``: the stopped worker comes back while the other still has the job."""
    first.tell(do="one", kinds=["slow"])
    begun = first.hear()["begun"]
    first.signal(signal.SIGSTOP)
    time.sleep(seconds)
    second.tell(do="one", kinds=["slow"])
    taken = second.hear()["begun"]
    outcomes = []
    for child, name in (
        ((first, "first"), (second, "second")) if back_first else ((second, "second"), (first, "first"))
    ):
        if child is first:
            first.signal(signal.SIGCONT)
        outcomes.append(f"{name} {child.ask()['outcome']}")
    return outcomes if begun == taken else ["another job"]


def poison(kind: str, items: int, poisoned: int, per_second: float, lease_seconds: float) -> dict[str, Any]:
    """Jobs that kill whoever tries them, among others that keep coming in (FI-21)."""
    with table(kind) as here, here.children(3, str(lease_seconds)) as (boss, foreman, viewer):
        foreman.tell(do="crew", kinds=["toy", "poison"], number=3)
        put = boss.ask(do="stream", number=items, per_second=per_second, poison_every=items // poisoned)
        left = _when_still(viewer, "toy", patience_seconds=12 * lease_seconds + 120)
        crew = foreman.ask()
    waits = sorted(seconds for _, seconds in left["effects"])
    return {
        "others": len({job for job, _ in left["effects"]}),
        "others_twice": len(left["effects"]) - len({job for job, _ in left["effects"]}),
        "poisoned": put["poisoned"],
        "parked": left["parked"].count(["poison", "worker_gone", 3]),
        "deaths": crew["deaths"],
        "left": sum(left["counts"].values()) - left["counts"]["parked"],
        "longest_seconds": waits[-1],
        "median_seconds": waits[len(waits) // 2],
    }


def timers(kind: str, number: int, beside: int) -> dict[str, Any]:
    """Timers that come due within one second, and urgent jobs that are put beside them (FI-22)."""
    with table(kind) as here, here.children(3) as (boss, foreman, viewer):
        lead_seconds = number / 500 + 5
        boss.ask(do="put", kind="toy", number=number, after_seconds=lead_seconds, spread_seconds=1.0)
        viewer.ask(do="effects", kind="toy")
        foreman.tell(do="crew", kinds=["toy", "urgent"], number=3)
        began = time.monotonic()
        put = boss.ask(do="stream", number=beside, per_second=10, kind="urgent")
        left = _when_still(viewer, "toy", patience_seconds=600)
        seconds = time.monotonic() - began
        urgent = viewer.ask(do="effects", kind="urgent")["effects"]
        crew = foreman.ask()
    return {
        "timers": number,
        "done": len({job for job, _ in left["effects"]}),
        "done_twice": len(left["effects"]) - len({job for job, _ in left["effects"]}),
        "early": sum(waited < lead_seconds - 1 for _, waited in left["effects"]),
        "urgent_put": len(put["took"]),
        "urgent_done": len({job for job, _ in urgent}),
        "put_p95_seconds": _p95(put["took"]),
        "urgent_p95_seconds": _p95([waited for _, waited in urgent]),
        "left": sum(left["counts"].values()),
        "bytes": crew["bytes"],
        "drained_seconds": seconds,
    }


def _when_still(viewer: Child, kind: str, *, patience_seconds: float) -> dict[str, Any]:
    """What there is when all that is left is parked, or when the patience is at its end."""
    until = time.monotonic() + patience_seconds
    while True:
        found = viewer.ask(do="effects", kind=kind)
        if not sum(found["counts"].values()) - found["counts"]["parked"] or time.monotonic() > until:
            return found
        time.sleep(1)


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))] if values else float("inf")


def rates(kind: str, number: int) -> dict[str, Any]:
    """Jobs a second of one process, put, claimed and ended; and the commits a second of the same disk."""
    with table(kind) as here, here.children(1) as (alone,):
        raw = number / alone.ask(do="commits", number=number)["seconds"]
        alone.ask(do="put", kind="toy", number=number)
        done = alone.ask(do="drain", kinds=["toy"])
    return {"per_second": number / done["seconds"], "commits_per_second": raw}
