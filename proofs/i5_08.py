"""i5-8: a pilot of 180 people finds 40 % against 20 % with power >= 0.8, with noise on the published totals.

Whole studies go through the real code, from codes to the published file, and every published figure is
computed again by ``tools/pilot_recompute.py``, which knows nothing of tutela. Power and type-I error come
from many studies through the noise and the figures alone, and besides by adding up all outcomes exactly.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import comb, exp
from pathlib import Path
from typing import Any

from proofs.figure import Figure, Tier, script
from proofs.machine import ROOT
from proofs.pilot_study import ARM, LEAVING, PEOPLE, PROFESSIONALS, REACHED, Outcome, run_study
from tutela.kernel.privacy.laplace import probability, variance
from tutela.prevent.guard.pilot.analysing import PRIMARY, Total
from tutela.prevent.guard.pilot.publishing import compared, noised
from tutela.prevent.guard.pilot.statistics import Counted, score_p
from tutela.prevent.guard.pilot.studies import Budget

BAR = "i5-8"
ARMS = ("guard", "later")
#: Epsilon of the primary total, as the study's file says.
EPSILON = Fraction(3, 2)
#: The bars: issue 6, and the type-I error that a test of 5 % may have with whole counts.
POWER, TYPE_I, LEVEL = ">= 0.8", "<= 0.055", 0.05
SCRIPT = ROOT / "tools" / "pilot_recompute.py"
#: Whole studies, days with counts in each, studies through the analysis alone.
SIZES: Mapping[Tier, tuple[int, int, int]] = {"ci": (1, 12, 4_000), "full": (3, 48, 20_000)}


def main(tier: Tier) -> int:
    figure = Figure(bar=BAR, tier=tier)
    studies, count_days, runs = SIZES[tier]
    for seed in range(1, studies + 1):
        with tempfile.TemporaryDirectory() as place:
            whole_study(figure, Path(place), seed, count_days)
    figure.count("whole studies", studies)
    figure.count("studies through the analysis", runs)
    powers(figure, runs)
    return figure.save()


def whole_study(figure: Figure, place: Path, seed: int, count_days: int) -> None:
    """One study through the real code; a figure for each thing that must hold."""
    outcome = run_study(place, seed, count_days=count_days)
    arms = [sum(one.arm == arm for one in outcome.enrolled) for arm in ARMS]
    figure.record(f"study {seed}: people", len(outcome.opened.rows), "people", f"== {PEOPLE}")
    figure.record(f"study {seed}: arms apart", abs(arms[0] - arms[1]), "people", "<= 9")
    figure.record(
        f"study {seed}: professionals",
        outcome.published["design"]["professionals"],
        "people",
        f"== {PROFESSIONALS}",
    )
    reports = sum(row.report is not None for row in outcome.opened.rows)
    figure.record(
        f"study {seed}: people with a report after one took all back", reports, "people", f"== {PEOPLE - 1}"
    )
    figure.record(f"study {seed}: reports that could not be read", outcome.opened.unread, "reports", "== 0")
    counts = {arm: outcome.exact["outcomes"][PRIMARY]["arms"][arm]["count"] for arm in ARMS}
    wrong = sum(abs(counts[arm] - outcome.meant[arm]) for arm in ARMS)
    figure.record(f"study {seed}: outcomes lost or made up on the way", wrong, "people", "== 0")
    figure.table(f"study {seed}", {"exact": counts, "published": outcome.published["totals"][PRIMARY]})
    recompute(figure, place, seed, outcome)


def recompute(figure: Figure, place: Path, seed: int, outcome: Outcome) -> None:
    """The independent script agrees with the report, and does not with one in which a total was changed."""
    agrees = asked(place, outcome.published, outcome.report)
    figure.record(f"study {seed}: independent script, exit code", agrees, "", "== 0")
    altered: dict[str, Any] = json.loads(json.dumps(outcome.published))
    altered["totals"][PRIMARY][ARMS[0]] += 1
    figure.record(
        f"study {seed}: the same with one total changed", asked(place, altered, outcome.report), "", "== 1"
    )


def asked(place: Path, data: Mapping[str, Any], report: str) -> int:
    """Exit code of the script, run where nothing of tutela can be imported."""
    files = {place / "published.json": json.dumps(data), place / "report.md": report}
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(SCRIPT), *map(str, files)]
    return subprocess.run(command, cwd=place, stdout=subprocess.DEVNULL, timeout=120).returncode


def powers(figure: Figure, runs: int) -> None:
    """Power and type-I error with noise on what is published; beside them without, and with it elsewhere."""
    figure.record("power with noise on the published totals", simulated(REACHED, runs), "", POWER)
    figure.record("power, all outcomes added up", exact(REACHED, EPSILON), "", POWER)
    for share in (0.2, 0.3, 0.4):
        found = simulated((share, share), runs)
        figure.record(f"type-I error where both arms reach {share:g}", found, "", TYPE_I)
        figure.record(
            f"type-I error at {share:g}, all outcomes added up", exact((share, share), EPSILON), "", TYPE_I
        )
    figure.record("power without noise", exact(REACHED, None), "")
    for epsilon in (Fraction(1, 2), Fraction(1), Fraction(2)):
        figure.record(f"power with epsilon {epsilon}", exact(REACHED, epsilon), "")
    for epsilon in (Fraction(1), EPSILON):
        figure.record(
            f"power with noise on each device, epsilon {epsilon}", on_each_device(epsilon, runs), ""
        )
    stayed = (REACHED[0] * (1 - LEAVING), REACHED[1] * (1 - LEAVING))
    figure.record(
        f"power where {REACHED} are of those who stay and {LEAVING:.0%} leave", exact(stayed, EPSILON), ""
    )
    figure.note(f"{ARM} people an arm; whoever left counts as not having reached the outcome")


def drawn(shares: tuple[float, float], runs: int, seed: int) -> Iterator[tuple[int, int]]:
    """How many of each arm reach the outcome, study after study."""
    source = random.Random(seed)
    for _ in range(runs):
        first, second = (sum(source.random() < share for _ in range(ARM)) for share in shares)
        yield first, second


def simulated(shares: tuple[float, float], runs: int) -> float:
    """The share of studies whose published figures say that the arms differ, through the real code."""
    source, found = random.Random(2), 0
    budget = Budget(primary=EPSILON, other=EPSILON, total=EPSILON)
    noise = variance(EPSILON)
    for counts in drawn(shares, runs, seed=1):
        exact_totals = [
            Total(name=PRIMARY, group=arm, count=count, people=ARM)
            for arm, count in zip(ARMS, counts, strict=True)
        ]
        totals = noised(exact_totals, budget, source.randrange)
        one, two = (Counted(count=total.count, people=ARM, noise=noise) for total in totals)
        found += compared(one, two, names=ARMS)["p"] < LEVEL
    return found / runs


def exact(shares: tuple[float, float], epsilon: Fraction | None) -> float:
    """The probability of the same, over all outcomes and all noise that is not rarer than 1 in 10 million."""
    noise = 0.0 if epsilon is None else variance(epsilon)
    first, second = (published_counts(share, epsilon) for share in shares)
    return sum(
        one * two
        for x, one in first.items()
        for y, two in second.items()
        if score_p(Counted(count=x, people=ARM, noise=noise), Counted(count=y, people=ARM, noise=noise))
        < LEVEL
    )


def published_counts(share: float, epsilon: Fraction | None) -> dict[int, float]:
    """The probability of each published total."""
    found: dict[int, float] = {}
    for count in range(ARM + 1):
        here = comb(ARM, count) * share**count * (1 - share) ** (ARM - count)
        if epsilon is None:
            found[count] = here
            continue
        for x in range(-40, 41):
            both = here * probability(x, epsilon)
            if both > 1e-7:
                found[count + x] = found.get(count + x, 0.0) + both
    return found


def on_each_device(epsilon: Fraction, runs: int) -> float:
    """Power where every device answers truly with probability e**epsilon / (1 + e**epsilon), else wrongly."""
    true = exp(epsilon) / (1 + exp(epsilon))
    shares = tuple(share * true + (1 - share) * (1 - true) for share in REACHED)
    found = 0
    for first, second in drawn((shares[0], shares[1]), runs, seed=3):
        found += score_p(Counted(count=first, people=ARM), Counted(count=second, people=ARM)) < LEVEL
    return found / runs


if __name__ == "__main__":
    script(main)
