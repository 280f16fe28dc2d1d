"""Bar 5: machines look again at 3,000 places a minute or more, and at each host once a second at most.

A house with 250,000 places under watch, all of them due, on each database: the product's own fetcher and
workers as they run in earnest, over loopback, at the hundred plain hosts of the benign internet. What a host
was asked, and when, says its own journal. The tier ``ci`` has 5,000 places and counts for a quarter of a
minute. The other half of the bar, pages over a large database, is ``make bench-scale`` (``scale_house``).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from proofs.figure import Figure, Progress, Tier, script, speed_bar
from proofs.recheck_house import RecheckHouse, cpu_seconds
from tests.postgres import running_server
from tutela.demo.world.crowd import GONE_EVERY, HOSTS_MAX
from tutela.demo.world.journal import Served
from tutela.demo.world.world import World
from tutela.kernel.clock import SystemClock

BAR, REPLAY = "i4-5", "make proofs BAR=i4-5"
#: Places under watch, seconds before anything is counted, and seconds that are counted.
PLACES = {"full": 250_000, "ci": 5_000}
WARM_SECONDS = {"full": 30.0, "ci": 5.0}
COUNTED_SECONDS = {"full": 180.0, "ci": 15.0}
#: Workers, on two cores.
WORKERS = 3
#: Looks a minute (issue 5), and seconds between two requests to one host.
PER_MINUTE, APART_SECONDS = ">= 3000", ">= 1"
DATABASES = {"full": ("sqlite", "postgres"), "ci": ("sqlite",)}

Row = dict[str, Any]


@contextmanager
def house_of(kind: str, world: World) -> Iterator[tuple[RecheckHouse, str]]:
    """A house over this world on a database, and the address at which its rows are put in."""
    with tempfile.TemporaryDirectory(prefix="tutela-i4-5-") as folder:
        home = Path(folder) / "home"
        if kind == "sqlite":
            yield RecheckHouse(home=home, port=world.port), ""
            return
        with running_server() as server:
            address = server.address("admin")
            yield (
                RecheckHouse(home=home, port=world.port, settings={"TUTELA_HOTLINE__DATABASE": address}),
                address,
            )


def measured(kind: str, tier: Tier) -> Row:
    """What one run on one database came to."""
    with World(SystemClock(), crowd=HOSTS_MAX) as world, house_of(kind, world) as (house, admin):
        house.home.mkdir(mode=0o700)
        house.found(PLACES[tier], HOSTS_MAX, admin)
        with house.looking(WORKERS) as running:
            time.sleep(WARM_SECONDS[tier])
            begin, cpu = time.monotonic(), _cpu(running)
            time.sleep(COUNTED_SECONDS[tier])
            end, spent = time.monotonic(), {name: now - cpu[name] for name, now in _cpu(running).items()}
            ended = [name for name, one in running.items() if one.poll() is not None]
        served = [one for one in world.journal.all() if one.host.startswith("crowd-")]
        kept = kept_looks(house)
    looks = [one for one in served if begin <= one.seconds < end]
    return {
        "seconds": end - begin,
        "looks": len(looks),
        "nearest_seconds": nearest(served),
        "hosts": len({one.host for one in looks}),
        "served": len(served),
        "kept": kept,
        "gone": sum(one.status == 404 for one in served),
        "cpu_milliseconds": {name: 1e3 * used / max(1, len(looks)) for name, used in _by_kind(spent).items()},
        "ended": ended,
    }


def _cpu(running: Mapping[str, subprocess.Popen[bytes]]) -> dict[str, float]:
    return {name: cpu_seconds(one.pid) for name, one in running.items()}


def _by_kind(spent: Mapping[str, float]) -> dict[str, float]:
    counted: dict[str, float] = defaultdict(float)
    for name, seconds in spent.items():
        counted[name.split()[0]] += seconds
    return dict(counted)


def nearest(served: list[Served]) -> float:
    """Seconds between the two requests to one host that are nearest to each other."""
    last: dict[str, float] = {}
    least = float("inf")
    for one in sorted(served, key=lambda one: one.seconds):
        least = min(least, one.seconds - last.get(one.host, float("-inf")))
        last[one.host] = one.seconds
    return least


def kept_looks(house: RecheckHouse) -> Row:
    """What stands in the database after the run: looks by what they found, places without a next one."""
    found: Row = json.loads(house.run(sys.executable, "-m", "proofs.recheck_kept").splitlines()[-1])
    return found


def record(figure: Figure, kind: str, row: Row, tier: Tier) -> None:
    """One database's figures against the bar."""
    figure.record(
        f"{kind}: looks a minute", 60 * row["looks"] / row["seconds"], "1/min", speed_bar(PER_MINUTE, tier)
    )
    figure.record(f"{kind}: nearest requests to one host", row["nearest_seconds"], "s", APART_SECONDS)
    figure.record(f"{kind}: hosts that were asked", row["hosts"], "hosts", f"== {HOSTS_MAX}")
    kept = row["kept"]
    wrong = abs(kept["found"].get("gone", 0) - row["gone"]) + abs(sum(kept["found"].values()) - row["served"])
    figure.record(f"{kind}: answers that were not written down as they were", wrong, "looks", "<= 3")
    figure.record(f"{kind}: jobs parked, or places without a next look", kept["lost"], "places", "== 0")
    for name, milliseconds in row["cpu_milliseconds"].items():
        figure.record(f"{kind}: CPU of the {name}s for a look", milliseconds, "ms")
    for name in row["ended"]:
        figure.failure(REPLAY, f"{kind}: {name} ended meanwhile")


def main(tier: Tier) -> int:
    """Both databases, one after the other."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    figure.count("places under watch", PLACES[tier])
    for kind in DATABASES[tier]:
        row = progress.step(kind, partial(measured, kind, tier))
        record(figure, kind, row, tier)
        figure.table(kind, row)
    figure.note(
        f"{WORKERS} workers; of each {GONE_EVERY} places one is gone; looks are those that the hosts' journal"
        " says; processor time of PostgreSQL and of the hosts is not counted"
    )
    code = figure.save()
    progress.finish()
    return code


if __name__ == "__main__":
    script(main)
