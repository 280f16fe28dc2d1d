"""What lists of growing size need: disk, memory, time; written to ``docs/figures/scale.json``.

Part of ``make bench-scale``; ``docs/reference/sizing.md`` is made of it. No bar: an administrator reads it.
Up to a million entries go the way of a service (change log, follower, live list), more are built as one
segment. Every step is a process of its own (``proofs.scale_steps``).
"""

from __future__ import annotations

import http.client  # noqa: TID251 - the client of a measurement; the product has none
import io
import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from proofs import machine
from proofs.figure import FIGURES, STATE, Figure, Progress, Tier, script, write_json
from proofs.match_service import match_service
from proofs.processes import memory_bytes, processes_of
from proofs.run import environment
from proofs.scale_steps import entries
from tests.pictures import encoded
from tutela.demo.pictures import landscape
from tutela.detect.service.roles import CallerLimits

NAME = "scale"
SIZES: dict[Tier, tuple[int, ...]] = {"ci": (2_000, 20_000), "full": (10_000, 100_000, 1_000_000, 5_000_000)}
#: Entries up to which the list goes through the change log; the follower takes about 40 s a million.
FOLLOWED_MAX = 1_000_000
#: Values of each kind in the list files that are weighed.
KIND_COUNT: dict[Tier, int] = {"ci": 20_000, "full": 100_000}
#: Service processes that are counted, and uploads that each service gets so that its media workers are there.
WORKERS, UPLOADS = (1, 2), 24
REPLAY = "make bench-scale"
NOTES = (
    "an entry has one PDQ value; speeds are per second of CPU time on one core, through the match engine,"
    " the best of three",
    "own is memory that each process has for itself, mapped are pages of list files, which all of them share",
    "the follower's memory is its peak; the merge is the largest there is, all segments into one",
)

Row = dict[str, Any]


def main(tier: Tier) -> int:
    """0 when everything was measured."""
    figure, progress, folder = Figure(bar=NAME, tier=tier), Progress(f"{NAME}-1", tier), STATE / NAME
    rows = [_kept(progress, f"size {count}", sized, folder, count) for count in SIZES[tier]]
    kinds = _kept(progress, "kinds", by_kind, folder, KIND_COUNT[tier])
    services = [_kept(progress, f"service {count}", service_memory, count) for count in WORKERS]
    figure.count("sizes of a list", len(rows))
    record(figure, rows)
    figure.table("sizes", rows)
    figure.table("bytes of a value by kind", kinds)
    figure.table("memory of a service", services)
    for text in NOTES:
        figure.note(text)
    write_json((FIGURES if tier == "full" else STATE / "figures") / f"{NAME}.json", as_json(figure, tier))
    progress.finish()
    return 0


def _kept(progress: Progress, name: str, measure: Callable[..., Row], *given: Any) -> Row:
    """What was measured, now or by a run that was cut off."""
    found: Row = progress.step(name, lambda: measure(*given))
    return found


def as_json(figure: Figure, tier: Tier) -> Row:
    """The figure, with the command that repeats it."""
    return figure.as_json() | {"replay": REPLAY + (" TIER=ci" if tier == "ci" else "")}


def record(figure: Figure, rows: list[Row]) -> None:
    """A few figures of each size; the page has all."""
    for row in rows:
        name = f"{row['entries']:,} entries"
        figure.record(f"{name}: list on disk", row["disk_bytes"] / 1e6, "MB")
        figure.record(f"{name}: opened in", row["ask"]["open_ms"], "ms")
        figure.record(f"{name}: single look-ups, one core", row["ask"]["single_per_second"], "1/s")
        figure.record(f"{name}: look-ups in batches, one core", row["ask"]["batch_per_second"], "1/s")
        if "follow" in row:
            figure.record(f"{name}: taken up by a service in", row["follow"]["seconds"], "s")


def sized(folder: Path, count: int) -> Row:
    """Everything about one size. The folder is made anew, and removed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    row: Row = {"entries": count}
    try:
        if count <= FOLLOWED_MAX:
            row |= {"append": step("append", folder, count), "follow": step("follow", folder, count)}
        else:
            row |= {"build": step("build", folder, count)}
        row |= {"merge": step("merge", folder, count), "ask": step("ask", folder, count)}
        row["disk_bytes"] = sum(path.stat().st_size for path in (folder / "lists" / "list").iterdir())
    finally:
        shutil.rmtree(folder)
    if row["ask"].pop("entries") != count:
        raise RuntimeError("the list has another number of entries than were put in")
    return row


def by_kind(folder: Path, count: int) -> Row:
    """Bytes of a value in a list file, by kind."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return step("kinds", folder, count)
    finally:
        shutil.rmtree(folder)


def step(name: str, folder: Path, count: int) -> Row:
    """What one step printed."""
    done = subprocess.run(
        [sys.executable, "-m", "proofs.scale_steps", name, str(folder), str(count)],
        cwd=machine.ROOT, env=environment(os.environ), stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    found: Row = json.loads(done.stdout)
    print(f"{NAME}  {count:,} {name}: {found}", flush=True)
    return found


def service_memory(workers: int) -> Row:
    """Bytes of the processes of a service with a list of one entry, by kind, after some uploads."""
    limits = CallerLimits(queries_per_second=1e5, queries_per_day=10**9, raised=True)
    with match_service({}, workers=workers) as service:
        service.make_list("list", list(entries(1)), legal_class="csam")
        token = service.token("sizing", roles=("match",), limits=limits)
        for number in range(UPLOADS):
            _upload(service.address, token, number)
        found: dict[str, int] = defaultdict(int)
        for number, one in processes_of(service.supervisor).items():
            found[one.kind] += memory_bytes(number)[0]
    return {"workers": workers, "bytes": dict(found)}


def _upload(address: str, token: str, number: int) -> None:
    body = encoded(landscape(number, 640, 480), "JPEG", quality=85)
    host = address.removeprefix("http://")
    connection = http.client.HTTPConnection(host)  # noqa: TID251 - as above, to loopback
    connection.request("POST", "/v1/match", io.BytesIO(body), {
        "Authorization": f"Bearer {token}", "Content-Type": "image/jpeg", "Content-Length": str(len(body)),
    })  # fmt: skip
    status = connection.getresponse().status
    connection.close()
    if status != 200:
        raise RuntimeError(f"an upload was answered with {status}")


if __name__ == "__main__":
    script(main)
