"""Bar 7: probing clients are noticed within 50 queries and stopped within 100; ordinary traffic never is."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import numpy as np

from proofs.figure import Figure, Progress, Tier, script, speed_bar
from proofs.platform_traffic import Mix, simulate_traffic
from proofs.probing_clients import CLIENTS, prints, simulate_probing
from tutela.detect.service.families import ROWS_MAX, TABLE_BYTES
from tutela.detect.service.probing import Watch
from tutela.detect.service.roles import FAMILY_QUERIES_PER_DAY, Caller
from tutela.kernel import log

BAR = "i2-7"
#: A small platform: one day, one picture being a tenth of what it gets.
FORUM = Mix(queries=2_000, viral_share=0.1, listed_pictures=3, viral_listed_uploads=20, edge_uploads=10)


def probing(seeds: int) -> list[dict[str, Any]]:
    """Alarm and cut-off of every client on pictures of its own."""
    return [
        {"client": name, "seed": seed, **asdict(simulate_probing(client, seed))}
        for name, client in CLIENTS.items()
        for seed in range(1, seeds + 1)
    ]


def decoyed(seeds: int) -> list[dict[str, Any]]:
    """The same with unrelated queries between any two; reported, no bar: the price of hiding is shown."""
    return [
        {"client": name, "decoys": decoys, "seed": seed}
        | asdict(simulate_probing(client, seed, decoys=decoys))
        for name, client in CLIENTS.items()
        for decoys in (1, 3, 9)
        for seed in range(1, seeds + 1)
    ]


def traffic(mixes: list[Mix]) -> list[dict[str, Any]]:
    """What the watch says of ordinary days."""
    return [asdict(simulate_traffic(mix, seed)) for seed, mix in enumerate(mixes, 1)]


def query_seconds(number: int) -> float:
    """Median time in seconds of one query with a full table."""
    random, watch = np.random.default_rng(7), Watch()
    caller = Caller(name="speed", roles=frozenset({"match"}), purpose="a measurement of speed")
    asked = [prints(random.bytes(32), random.bytes(32)) for _ in range(ROWS_MAX + number)]
    taken = []
    for one in asked:
        began = time.perf_counter()
        watch.query(caller, one, met=False, now_seconds=1e9)
        taken.append(time.perf_counter() - began)
    return float(np.median(taken[ROWS_MAX:]))


def main(tier: Tier) -> int:
    """0 when every client is stopped in time and no ordinary day gives an alarm."""
    log.configure(level="error")
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    full = tier == "full"
    runs = progress.step("probing", lambda: probing(20 if full else 2))
    hidden = progress.step("decoys", lambda: decoyed(5 if full else 1))
    days = progress.step("platform", lambda: traffic([Mix() if full else Mix(queries=10_000)]))
    forums = progress.step("forums", lambda: traffic([FORUM] * (20 if full else 2)))
    seconds = progress.step("speed", lambda: query_seconds(5_000 if full else 1_000))
    _record_probing(figure, runs, hidden)
    _record_traffic(figure, days, forums, full=full)
    figure.record("one query, table full", seconds * 1e6, "microseconds", speed_bar("<= 100", tier))
    figure.record("memory of one caller's table", TABLE_BYTES / 1e6, "MB")
    figure.note(f"default limit: {FAMILY_QUERIES_PER_DAY} telling variations of one picture a day")
    code = figure.save()
    progress.finish()
    return code


def _record_probing(figure: Figure, runs: list[dict[str, Any]], hidden: list[dict[str, Any]]) -> None:
    figure.count("probing clients", len(runs))
    missed = [run for run in runs if not run["alarm_at"] or not run["cut_at"]]
    figure.record("clients never noticed or never stopped", len(missed), "clients", "== 0")
    figure.record("latest alarm", max(run["alarm_at"] for run in runs), "queries", "<= 50")
    figure.record("latest cut-off", max(run["cut_at"] for run in runs), "queries", "<= 100")
    for decoys in (1, 3, 9):
        some = [run for run in hidden if run["decoys"] == decoys]
        stopped = sum(run["cut_at"] > 0 for run in some)
        figure.record(f"stopped with {decoys} decoys per query", 100 * stopped / len(some), "%")
    figure.table("probing", runs)
    figure.table("with decoys", hidden)


def _record_traffic(
    figure: Figure, days: list[dict[str, Any]], forums: list[dict[str, Any]], *, full: bool
) -> None:
    asked = sum(day["queries"] for day in days)
    figure.record("ordinary queries of one platform", asked, "queries", ">= 100000" if full else "")
    figure.record("alarms among them", sum(day["alarms"] for day in days), "alarms", "== 0")
    figure.record("refused among them", sum(day["refused"] for day in days), "queries", "== 0")
    figure.record("days of small platforms", len(forums), "days")
    figure.record("alarms on them", sum(day["alarms"] for day in forums), "alarms", "== 0")
    figure.table("platform", days)
    figure.table("small platforms", forums)


if __name__ == "__main__":
    script(main)
