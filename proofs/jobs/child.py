"""A process that puts, claims and does jobs as it is told: ``python -m proofs.jobs.child NAME [LEASE]``."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tutela.web.starting import start_django

start_django()

from django.core.management import call_command  # noqa: E402 - Django has to be set up first
from django.db import connection, transaction  # noqa: E402 - as above

from proofs.jobs.tables import EFFECTS  # noqa: E402 - as above
from tutela.hotline.work import actions, queries  # noqa: E402 - as above
from tutela.hotline.work.claims import Claim, HostLimit  # noqa: E402 - as above
from tutela.hotline.work.handlers import LEASE_SECONDS, Arguments, Handler, register  # noqa: E402 - as above
from tutela.hotline.work.models import Job  # noqa: E402 - as above
from tutela.hotline.work.running import Done, Worker  # noqa: E402 - as above
from tutela.kernel import log  # noqa: E402 - as above
from tutela.kernel.clock import SystemClock  # noqa: E402 - as above

CLOCK = SystemClock()
#: Jobs that one transaction puts.
BATCH = 500
#: When each timed job of this process began and ended, on the clock that all processes share.
SPANS: list[tuple[float, float]] = []


def write_effect(arguments: Arguments, result: Any, claim: Claim) -> None:
    """The row that stands for what a job does."""
    seconds = (CLOCK.now() - claim.made).total_seconds()
    row: list[str | float] = [claim.job, claim.token, claim.kind, claim.worker, seconds]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO proof_effect VALUES (%s, %s, %s, %s, %s)", row)


def wait_outside(arguments: Arguments, claim: Claim) -> None:
    """Says that it began, and goes on when it is told to."""
    say(begun=claim.job)
    sys.stdin.readline()


def take_time(arguments: Arguments, claim: Claim) -> None:
    """A job that takes a moment, and says from when to when it ran."""
    begun = time.monotonic()
    time.sleep(0.1)
    SPANS.append((begun, time.monotonic()))


def die_outside(arguments: Arguments, claim: Claim) -> None:
    """The poison: no worker outlives it."""
    os.kill(os.getpid(), signal.SIGKILL)


def say(**facts: Any) -> None:
    """One line to whoever started us."""
    print(json.dumps(facts), flush=True)


def make() -> dict[str, Any]:
    """The tables."""
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(EFFECTS)
    return {}


def put(
    kind: str, number: int, after_seconds: float = 0.0, spread_seconds: float = 0.0, **facts: Any
) -> dict[str, Any]:
    """So many jobs, due now, or after so long and spread over so long."""
    began = CLOCK.now()
    for start in range(0, number, BATCH):
        with transaction.atomic():
            for at in range(start, min(number, start + BATCH)):
                due = began + timedelta(seconds=after_seconds + spread_seconds * at / number)
                actions.put(kind, {"number": at}, due=due if after_seconds else None, **facts)
    return {"put": number}


def stream(number: int, per_second: float, poison_every: int = 0, kind: str = "toy") -> dict[str, Any]:
    """So many jobs, one after the other, each in a transaction of its own: seconds that each put took."""
    took, poisoned, began = [], 0, time.monotonic()
    for at in range(number):
        time.sleep(max(0.0, began + at / per_second - time.monotonic()))
        poison = bool(poison_every) and at % poison_every == 0
        begun = time.monotonic()
        with transaction.atomic():
            if poison:
                actions.put("poison", {"number": at})
            actions.put(kind, {"number": at}, priority=0 if kind == "urgent" else 5)
        took.append(time.monotonic() - begun)
        poisoned += poison
    return {"took": took, "poisoned": poisoned}


def commits(number: int) -> dict[str, Any]:
    """Seconds for so many transactions of one row each: what the disk gives."""
    began = time.monotonic()
    for _ in range(number):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO proof_effect VALUES ('', '', 'commit', '', 0)")
    return {"seconds": time.monotonic() - began}


def drain(name: str, kinds: list[str], **limits: Any) -> dict[str, Any]:
    """Claims until nothing waits: every claim, what came of it but an end, errors, spans of timed jobs."""
    claimed: list[str] = []
    wrong: list[str] = []

    def watched(done: Done) -> None:
        claimed.append(done.job)
        if done.outcome != "finished":
            wrong.append(done.outcome)

    worker = Worker(name, kinds, watched=watched, limit=HostLimit(**limits))
    began, errors = time.monotonic(), 0
    while queries.counts()["waiting"]:
        try:
            worker.step()
        except Exception as error:  # noqa: BLE001 - counted: there shall be none
            errors += 1
            print(repr(error), file=sys.stderr)
    seconds = time.monotonic() - began
    return {"claimed": claimed, "wrong": wrong, "errors": errors, "seconds": seconds, "spans": SPANS}


def naive(name: str) -> dict[str, Any]:
    """The control: reads, then saves, as one writes it without thinking of others."""
    claimed: list[str] = []
    while True:
        with transaction.atomic():
            job = Job.objects.filter(state="waiting").order_by("priority", "due", "pk").first()
            if job is None:
                return {"claimed": claimed}
            job.state, job.worker = "running", name
            job.save()
        claimed.append(job.job_id)


def one(name: str, kinds: list[str]) -> dict[str, Any]:
    """One job that is there or comes."""
    done: list[Done] = []
    worker = Worker(name, kinds, watched=done.append)
    while not worker.step():
        time.sleep(0.05)
    return {"job": done[0].job, "outcome": done[0].outcome}


def crew(name: str, kinds: list[str], number: int) -> dict[str, Any]:
    """So many workers of the product, forked, and forked again when they die, until the next line comes."""
    connection.close()
    running = {_forked(f"{name}-{at}", kinds): at for at in range(number)}
    deaths, most_bytes = 0, 0
    waiting = threading.Thread(target=sys.stdin.readline, daemon=True)
    waiting.start()
    while waiting.is_alive():
        ended, _ = os.waitpid(-1, os.WNOHANG)
        if ended:
            deaths += 1
            at = running.pop(ended)
            running[_forked(f"{name}-{at}", kinds)] = at
        most_bytes = max(most_bytes, *map(_resident_bytes, running))
        time.sleep(0.02)
    for pid in running:
        os.kill(pid, signal.SIGTERM)
    for pid in running:
        os.waitpid(pid, 0)
    return {"deaths": deaths, "bytes": most_bytes}


def _forked(name: str, kinds: list[str]) -> int:
    pid = os.fork()
    if pid:
        return pid
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    Worker(name, kinds).run(stop)
    os._exit(0)


def _resident_bytes(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def effects(kind: str) -> dict[str, Any]:
    """What jobs of this kind did so far, and what is left of all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT job, seconds FROM proof_effect WHERE kind = %s", [kind])
        rows = [list(row) for row in cursor.fetchall()]
    parked = [[row.kind, row.reason, row.tries] for row in queries.job_rows(state="parked", limit=10_000)]
    return {"effects": rows, "counts": queries.counts(), "parked": parked}


def register_toys(lease_seconds: float) -> None:
    """The kinds that the proofs put."""
    register(Handler(kind="toy", inside=write_effect, lease_seconds=lease_seconds))
    register(Handler(kind="urgent", inside=write_effect, lease_seconds=lease_seconds))
    register(Handler(kind="slow", outside=wait_outside, inside=write_effect, lease_seconds=lease_seconds))
    register(Handler(kind="timed", outside=take_time, lease_seconds=lease_seconds))
    register(Handler(kind="poison", outside=die_outside, inside=write_effect, lease_seconds=lease_seconds))


def main() -> None:
    """Does what it is told, line by line."""
    name, lease_seconds = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else LEASE_SECONDS
    register_toys(lease_seconds)
    log.configure(level="error")  # that claims are lost is what is counted
    every: tuple[Callable[..., dict[str, Any]], ...]
    every = (make, put, stream, commits, drain, naive, one, crew, effects)
    known = {what.__name__: what for what in every}
    say(ready=True)
    while line := sys.stdin.readline():
        order = json.loads(line)
        what = known[order.pop("do")]
        named = {"name": name} if what in (drain, naive, one, crew) else {}
        say(**what(**named, **order))


if __name__ == "__main__":
    main()
