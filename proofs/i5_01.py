"""Bar 1: on a screen that is looked at a hundred times a second nothing is seen that the guard holds.

Chromium under Xvfb, pages over TLS, one way after another of the coverage table that claims ``before``.
Without the guard every such picture has to be seen, or the measurement is worth nothing; behind it none may
be, at no look, and every harmless picture beside them has to be.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Mapping
from typing import Any

from proofs import machine
from proofs.figure import Figure, Tier, script, speed_bar
from proofs.guarded_home import GUARD_PYTHON
from tests.needs import missing
from tutela.prevent.guard.proxy.coverage import ROUTES

BAR, REPLAY = "i5-1", "make proofs BAR=i5-1"
#: Loads of each way without the guard, and behind it: 41 ways, so 1,025 loads in the long tier.
TURNS: Mapping[Tier, tuple[int, int]] = {"ci": (1, 2), "full": (5, 25)}
LOADS_MIN: Mapping[Tier, tuple[int, int]] = {"ci": (2, 80), "full": (20, 1_000)}
#: Troubles that are said one by one.
SAID_MAX = 20
SECONDS_MAX = 3_600


def measured(tier: Tier) -> dict[str, Any]:
    """What was seen, by a process of the guard's environment. Raises RuntimeError."""
    command = [str(GUARD_PYTHON), "-m", "proofs.unseen", *map(str, TURNS[tier])]
    ran = subprocess.run(command, cwd=machine.ROOT, stdout=subprocess.PIPE, text=True, timeout=SECONDS_MAX)
    if ran.returncode:
        raise RuntimeError(f"the measurement ended with exit code {ran.returncode}")
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def record_control(figure: Figure, run: dict[str, Any], tier: Tier) -> None:
    """Without the guard: every picture is seen."""
    unseen = [one for one in run["visits"] if not one["known"] + one["of_class"] or not one["benign"]]
    for one in unseen[:SAID_MAX]:
        figure.failure(REPLAY, f"not seen without the guard: {one['way']}, {one['form']}")
    figure.count("loads without the guard", len(run["visits"]))
    figure.record("without the guard: requests over HTTP/3", run["over_udp"], "requests", bar="> 0")
    figure.record("without the guard: loads whose pictures were not seen", len(unseen), "loads", bar="== 0")
    figure.record(
        "without the guard: looks a second", run["per_second"], "a second", bar=speed_bar(">= 100", tier)
    )


def record_guarded(figure: Figure, run: dict[str, Any], tier: Tier) -> None:
    """Behind the guard: none is seen, and the harmless ones are."""
    visits = run["visits"]
    each = Counter(one["way"] for one in visits)
    seen = [one for one in visits if one["known"] or one["of_class"]]
    lost = [one for one in visits if not one["benign"]]
    for one in seen[:SAID_MAX]:
        figure.failure(REPLAY, f"seen: {one['way']}, {one['form']}, load {one['number']}")
    for one in lost[:SAID_MAX]:
        figure.failure(REPLAY, f"a harmless picture was not seen: {one['way']}, load {one['number']}")
    way_min, all_min = LOADS_MIN[tier]
    figure.count("looks", run["looks"])
    figure.record("loads behind the guard", len(visits), "loads", bar=f">= {all_min}")
    figure.record("fewest loads of one way", min(each.values()), "loads", bar=f">= {way_min}")
    figure.record("looks a second", run["per_second"], "a second", bar=speed_bar(">= 100", tier))
    shown = {name: sum(one[name] for one in visits) for name in ("known", "of_class", "benign")}
    figure.record("looks that show a declared-known picture", shown["known"], "looks", bar="== 0")
    figure.record("looks that show one of the stand-in class", shown["of_class"], "looks", bar="== 0")
    figure.record("looks between two loads that show either", run["stray"], "looks", bar="== 0")
    figure.record("requests over HTTP/3", run["over_udp"], "requests", bar="== 0")
    figure.record("looks that show a harmless one", shown["benign"], "looks", bar="> 0")
    figure.record("loads without their harmless picture", len(lost), "loads", bar="== 0")
    figure.record("longest time without a look", 1_000 * run["gap_max_seconds"], "ms")
    figure.record("share of the time in gaps beyond a frame", 100 * run["blind_share"], "%")
    figure.table("forms", dict(Counter(one["form"] for one in visits)))


def record(figure: Figure, found: dict[str, Any], tier: Tier) -> None:
    """All figures."""
    claimed = {one.name for one in ROUTES if one.claim == "before"}
    untried = sorted(claimed ^ set(found["ways"]))
    for way in untried:
        figure.failure(REPLAY, f"claimed and not tried, or tried and not claimed: {way}")
    figure.count("ways", len(claimed))
    figure.record("ways that claim before and were not tried", len(untried), "ways", bar="== 0")
    record_control(figure, found["control"], tier)
    record_guarded(figure, found["guarded"], tier)
    figure.table("blocked by tier", found["blocked"])
    figure.table("what of a way was not tried", found["unshown"])
    figure.note(found["trust"])
    for way, why in found["unshown"].items():
        figure.note(f"{way}: {why}")


def main(tier: Tier) -> int:
    """0 when the bar is met."""
    figure = Figure(bar=BAR, tier=tier)
    lacking = [what for what in map(missing, ("chromium", "xvfb", "certutil")) if what]
    if not GUARD_PYTHON.exists():
        lacking.append("the guard's environment (make .venv-guard/.stamp-guard)")
    for what in lacking:
        figure.failure(REPLAY, f"missing: {what}")
    if not lacking:
        record(figure, measured(tier), tier)
    return figure.save()


if __name__ == "__main__":
    script(main)
