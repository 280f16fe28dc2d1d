"""Bar 4: no job is handed out twice; a worker that was stopped and comes back is refused by its token."""

from __future__ import annotations

from typing import Any

from proofs.figure import Figure, Progress, Tier, script
from proofs.jobs import scenes
from proofs.jobs.tables import DATABASES

BAR, REPLAY = "i3-4", "make proofs BAR=i3-4"
#: Workers stopped with a short lease, by tier (FI-03 asks for 50), and with the default one, for 60 seconds.
STOPPED, STOPPED_LONG = {"full": 50, "ci": 4}, {"full": 1, "ci": 0}
#: Jobs of one host, taken by all processes.
OF_ONE_HOST = {"full": 100, "ci": 10}
#: Others, poisoned ones among them, and how many come in a second (FI-21).
OTHERS, POISONED, PER_SECOND = {"full": 10_000, "ci": 150}, {"full": 100, "ci": 3}, {"full": 40.0, "ci": 30.0}
#: Lease in seconds while there is poison: the default one; a short one in the small tier.
LEASE_SECONDS = {"full": 30.0, "ci": 2.0}
#: Timers due in one second, and urgent jobs put beside them at ten a second (FI-22).
TIMERS, BESIDE = {"full": 10_000, "ci": 500}, {"full": 600, "ci": 50}
#: Jobs of one process, for a rate.
RATED = {"full": 2_000, "ci": 150}


def main(tier: Tier) -> int:
    """0 when nothing is handed out or done twice, who comes back is refused, and nobody else is delayed."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    for kind in DATABASES:
        _handed_out(figure, progress, kind, tier)
    naive = progress.step("naive", lambda: scenes.naive_claims("postgres"))
    twice = naive["handed_twice"]
    figure.record("control, postgres, read then saved: handed out twice", twice, "items", ">= 1")
    for kind in DATABASES:
        _troubled(figure, progress, kind, tier)
    progress.finish()
    return figure.save()


def _handed_out(figure: Figure, progress: Progress, kind: str, tier: Tier) -> None:
    """Claims, stopped workers and rates on one database."""
    _record_claims(figure, kind, progress.step(f"claims {kind}", lambda: scenes.claims(kind)))
    zombies = progress.step(f"zombies {kind}", lambda: scenes.zombies(kind, STOPPED[tier]))
    _record_zombies(figure, f"{kind}, lease {scenes.SHORT_LEASE_SECONDS:g} s", zombies)
    if STOPPED_LONG[tier]:
        long = progress.step(f"zombie {kind}", lambda: _long(kind))
        _record_zombies(figure, f"{kind}, default lease, stopped for 60 s", long)
    hosts = progress.step(f"hosts {kind}", lambda: scenes.hosts(kind, OF_ONE_HOST[tier], scenes.PROCESSES))
    _record_hosts(figure, kind, hosts, OF_ONE_HOST[tier])
    _record_rates(figure, kind, progress.step(f"rates {kind}", lambda: scenes.rates(kind, RATED[tier])))


def _troubled(figure: Figure, progress: Progress, kind: str, tier: Tier) -> None:
    """Poison and a burst on one database."""
    _record_poison(figure, kind, progress.step(f"poison {kind}", lambda: _poison(kind, tier)))
    bursts = progress.step(f"timers {kind}", lambda: scenes.timers(kind, TIMERS[tier], BESIDE[tier]))
    _record_timers(figure, kind, bursts)


def _long(kind: str) -> dict[str, Any]:
    return scenes.zombies(kind, 1, lease_seconds=30.0, stopped_seconds=60.0)


def _poison(kind: str, tier: Tier) -> dict[str, Any]:
    return scenes.poison(kind, OTHERS[tier], POISONED[tier], PER_SECOND[tier], LEASE_SECONDS[tier])


def _record_claims(figure: Figure, kind: str, facts: dict[str, Any]) -> None:
    figure.count("items", scenes.ITEMS)
    figure.count("processes", scenes.PROCESSES)
    for name, what in (
        ("handed_twice", "items handed out twice"),
        ("done_twice", "items done twice"),
        ("errors", "errors and tries that failed"),
        ("left", "items left"),
    ):
        figure.record(f"{kind}: {what}", facts[name], "items", "== 0")
    figure.record(f"{kind}: items handed out", facts["handed"], "items", f"== {scenes.ITEMS}")
    figure.record(f"{kind}: items done", facts["done"], "items", f"== {scenes.ITEMS}")
    figure.record(f"{kind}: {scenes.PROCESSES} processes", facts["per_second"], "items/s")


def _record_zombies(figure: Figure, kind: str, facts: dict[str, Any]) -> None:
    all_of_them = f"== {facts['stopped']}"
    figure.record(f"{kind}: stopped workers refused by their token", facts["refused"], "workers", all_of_them)
    figure.record(f"{kind}: their jobs ended by another", facts["ended_by_the_other"], "jobs", all_of_them)
    figure.record(f"{kind}: jobs with an effect", facts["done"], "jobs", all_of_them)
    figure.record(f"{kind}: jobs with two effects", facts["done_twice"], "jobs", "== 0")


def _record_hosts(figure: Figure, kind: str, facts: dict[str, Any], number: int) -> None:
    figure.record(f"{kind}: jobs of one host done", facts["done"], "jobs", f"== {number}")
    figure.record(f"{kind}: most of them at once, limit 2", facts["most"], "jobs", "<= 2")
    least = facts["least_apart_seconds"]
    figure.record(f"{kind}: least between two beginnings, claimed 0.05 s apart", least, "s")


def _record_rates(figure: Figure, kind: str, facts: dict[str, Any]) -> None:
    figure.record(f"{kind}: one process, claimed and ended", facts["per_second"], "jobs/s")
    figure.record(f"{kind}: commits of one row, same run", facts["commits_per_second"], "commits/s")


def _record_poison(figure: Figure, kind: str, facts: dict[str, Any]) -> None:
    figure.count(f"poisoned jobs, {kind}", facts["poisoned"])
    figure.count(f"workers killed by them, {kind}", facts["deaths"])
    figure.record(f"{kind}, poison: parked after 3 tries", facts["parked"], "jobs", f"== {facts['poisoned']}")
    figure.record(
        f"{kind}, poison: others left or done twice", facts["left"] + facts["others_twice"], "jobs", "== 0"
    )
    figure.record(f"{kind}, poison: longest delay of another", facts["longest_seconds"], "s", "<= 5")
    figure.record(f"{kind}, poison: median delay of others", facts["median_seconds"], "s")


def _record_timers(figure: Figure, kind: str, facts: dict[str, Any]) -> None:
    figure.count(f"timers due in one second, {kind}", facts["timers"])
    figure.record(f"{kind}, burst: timers done", facts["done"], "timers", f"== {facts['timers']}")
    figure.record(
        f"{kind}, burst: early, left or done twice",
        facts["early"] + facts["left"] + facts["done_twice"],
        "timers",
        "== 0",
    )
    figure.record(
        f"{kind}, burst: urgent jobs done", facts["urgent_done"], "jobs", f"== {facts['urgent_put']}"
    )
    figure.record(f"{kind}, burst: a put beside it, 95th percentile", facts["put_p95_seconds"], "s", "<= 2")
    figure.record(
        f"{kind}, burst: an urgent job beside it, 95th percentile", facts["urgent_p95_seconds"], "s"
    )
    figure.record(f"{kind}, burst: largest worker", facts["bytes"] / 2**20, "MiB", "<= 300")
    figure.record(f"{kind}, burst: until the last is done", facts["drained_seconds"], "s")


if __name__ == "__main__":
    script(main)
