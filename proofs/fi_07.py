"""FI-07: PostgreSQL restarts in five ways under 20 reports a second: no receipt is given for what is lost."""

from __future__ import annotations

import random
import time
from functools import partial
from typing import Any

from proofs.faults.flow import must_run
from proofs.faults.places import Databases, slots
from proofs.faults.postgres_faults import AWAY_SECONDS, KINDS, Reporters, errors_after, public_site, told
from proofs.faults.real_world import RealFlow
from proofs.faults.small_world import rows_of
from proofs.figure import Figure, Progress, Tier, script
from tests.needs import missing
from tests.postgres import running_server
from tutela.hotline.intake.receipts import digest_of

BAR, REPLAY = "fi-07", "make proofs BAR=fi-07"
#: Restarts of each kind (FI-07), and in one step, so that a killed run goes on.
TIMES, STEP = {"full": 20, "ci": 1}, 5
#: Seconds of reports before and after each restart.
AROUND_SECONDS = 2.5
#: Receipts near a restart whose reports are looked for, at most; a receipt's digest takes 30 ms by design.
LOOKED_FOR = 400
FLOW = RealFlow()


def measured(kind: str, times: int, away_seconds: float) -> dict[str, Any]:
    """So many restarts of one kind in a row, and what came of every receipt near them."""
    with (
        running_server() as server,
        slots(1, Databases(address=server.address("admin", "postgres"))) as (slot,),
    ):
        place = slot.empty()
        FLOW.prepare(place)
        last_errors = []
        with public_site(place) as port:
            reporters = Reporters(port=port)
            reporters.begin()
            try:
                for _ in range(times):
                    time.sleep(AROUND_SECONDS)
                    KINDS[kind](server, away_seconds)
                    back = time.monotonic()
                    time.sleep(AROUND_SECONDS)
                    last_errors.append((back, len(reporters.answers)))
                time.sleep(AROUND_SECONDS)
            finally:
                reporters.end()
        late = max(errors_after(_between(reporters.answers, back), back) for back, _ in last_errors)
        must_run(FLOW.command("spare"), place)
        stored = {digest for (digest,) in rows_of(place, "SELECT receipt_digest FROM intake_report")}
        receipts = [words for _, _, words in reporters.answers if words]
        some = receipts if len(receipts) <= LOOKED_FOR else random.Random(7).sample(receipts, LOOKED_FOR)
        lost = sum(digest_of(words) not in stored for words in some)
        # Every receipt is a row of its own: fewer rows than receipts is a loss that no sample may miss.
        lost += max(0, len(receipts) - len(stored))
        return {**told(place, reporters.answers), "restarts": times, "lost": lost, "late": round(late, 2)}


def _between(answers: list[tuple[float, int, str]], back: float) -> list[tuple[float, int, str]]:
    """Answers after a return and before the next restart can begin."""
    return [one for one in answers if back < one[0] < back + 2 * AROUND_SECONDS]


def main(tier: Tier) -> int:
    """0 when every report that got a receipt is there, and the page works again within 10 s."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    if missing("postgres"):
        figure.failure(REPLAY, f"PostgreSQL is missing: {missing('postgres')}")
        return figure.save()
    for kind in KINDS:
        left, runs = TIMES[tier], []
        while left:
            times = min(STEP, left)
            name = f"{kind} {left}"
            runs.append(progress.step(name, partial(measured, kind, times, AWAY_SECONDS[tier])))
            left -= times
        _record(figure, kind, runs, TIMES[tier])
    code = figure.save()
    progress.finish()
    return code


def _record(figure: Figure, kind: str, runs: list[dict[str, Any]], times: int) -> None:
    figure.record(f"{kind}: restarts", sum(run["restarts"] for run in runs), "restarts", f"== {times}")
    figure.record(f"{kind}: receipts given", sum(run["receipts"] for run in runs), "reports", ">= 20")
    figure.record(
        f"{kind}: reports with a receipt that are lost", sum(run["lost"] for run in runs), "reports", "== 0"
    )
    figure.record(f"{kind}: answers without a receipt", sum(run["errors"] for run in runs), "answers")
    figure.record(f"{kind}: last error after the return", max(run["late"] for run in runs), "s", "<= 10")


if __name__ == "__main__":
    script(main)
