"""Bar 2: whatever address somebody writes, no forbidden one is met; and with the pin taken out, some are.

Every vector goes through the fetcher as the product has it, over real sockets and a real name server, in a
network namespace in which every address is local and every connection is seen. Then a real Chromium is shown
pages that lead to all of them, through the product's proxy, and without it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from functools import partial
from typing import Any

from proofs import machine
from proofs.browser_hall import Mode as BrowserMode
from proofs.figure import Figure, Progress, Tier, script
from proofs.ssrf_hall import Mode

BAR = "i3-2"
REPLAY = "unshare -rnm .venv/bin/python -m proofs.ssrf_hall product"
NAMESPACE = ("unshare", "-rnm")
BROWSER_MODES: tuple[BrowserMode, ...] = ("guarded", "free")


def namespace_trouble() -> str:
    """Why no network namespace can be made here, empty where one can."""
    if not shutil.which("unshare") or not shutil.which("ip"):
        return "unshare and ip are needed (apt-get install util-linux iproute2)"
    done = subprocess.run([*NAMESPACE, "true"], capture_output=True, text=True)
    return done.stderr.strip() if done.returncode else ""


def hall(mode: Mode) -> dict[str, Any]:
    """What each vector brought in one run of the hall. Raises RuntimeError when there is none."""
    return _told("proofs.ssrf_hall", mode)


def browser(mode: BrowserMode) -> dict[str, Any]:
    """What Chromium met. Raises RuntimeError when it does not run."""
    return _told("proofs.browser_hall", mode)


def _told(module: str, mode: str) -> dict[str, Any]:
    command = [*NAMESPACE, sys.executable, "-m", module, mode]
    done = subprocess.run(command, cwd=machine.ROOT, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def main(tier: Tier) -> int:
    """0 when no forbidden address was met, and the same vectors get through where the guard is weakened."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    trouble = namespace_trouble()
    if trouble:
        figure.failure(f"make proofs BAR={BAR}", f"no network namespace: {trouble}")
        return figure.save()
    runs = range(3 if tier == "full" else 1)
    _record_product(figure, [progress.step(f"product {run}", lambda: hall("product")) for run in runs])
    _record_weakened(figure, progress.step("unpinned", lambda: hall("unpinned")), "pin switched off", 10)
    _record_weakened(figure, progress.step("unguarded", lambda: hall("unguarded")), "no address judged", 100)
    if shutil.which("chromium"):
        _record_browser(figure, *(progress.step(mode, partial(browser, mode)) for mode in BROWSER_MODES))
    else:
        figure.failure(f"make proofs BAR={BAR}", "no browser here (apt-get install chromium)")
    code = figure.save()
    progress.finish()
    return code


def _record_browser(figure: Figure, guarded: dict[str, Any], free: dict[str, Any]) -> None:
    name = "Chromium through its proxy: "
    figure.record(
        f"{name}connections to forbidden addresses", len(guarded["forbidden"]), "connections", "== 0"
    )
    figure.record(f"{name}datagrams (QUIC, WebRTC)", guarded["datagrams"], "datagrams", "== 0")
    figure.record(f"{name}names that it looked up itself", guarded["hints"], "questions", "== 0")
    figure.record(f"{name}connections at good addresses", guarded["good"], "connections", ">= 16")
    name = "Chromium without it, the same pages: "
    figure.record(f"{name}connections to forbidden addresses", len(free["forbidden"]), "connections", ">= 50")
    figure.record(f"{name}datagrams (QUIC, WebRTC)", free["datagrams"], "datagrams", ">= 1")
    figure.record(f"{name}names that it looked up itself", free["hints"], "questions", ">= 1")
    figure.table("what the proxy refused", guarded["refused"])


def _record_product(figure: Figure, runs: list[dict[str, Any]]) -> None:
    rows = [row for run in runs for row in run["rows"]]
    vectors = runs[0]["rows"]
    figure.record("vectors", len(vectors), "vectors", ">= 120")
    figure.count("fetches", len(rows))
    forbidden = [address for row in rows for address in row["forbidden"]]
    forbidden += [address for run in runs for address in run["late"]]
    figure.record("connections to forbidden addresses or ports", len(forbidden), "connections", "== 0")
    figure.record(
        "connections seen at good addresses", sum(row["connections"] for row in rows), "connections"
    )
    wrong = [row for row in rows if (row["got"] == "fetched") != (row["expected"] == "fetched")]
    figure.record("fetched though not allowed, or the reverse", len(wrong), "fetches", "== 0")
    fine = [row for row in rows if row["way"] == "fine" and row["got"] == "fetched"]
    figure.record("ordinary addresses that were fetched", len(fine) / len(runs), "addresses", ">= 10")
    onions = min(run["onions"] for run in runs)
    figure.record("onion addresses fetched through the proxy of the settings", onions, "addresses", ">= 3")
    onion = sum(run["onion_questions"] for run in runs)
    figure.record("questions about .onion that a name server heard", onion, "questions", "== 0")
    for row in [*(row for row in rows if row["forbidden"]), *wrong]:
        figure.failure(REPLAY, f"{row['way']} {row['about']}: {row['got']}, met {row['forbidden']}")
    figure.table("ways", dict(sorted(Counter(row["way"] for row in vectors).items())))
    figure.table("reasons", dict(sorted(Counter(row["got"] for row in vectors).items())))


def _record_weakened(figure: Figure, run: dict[str, Any], name: str, least: int) -> None:
    through = [row for row in run["rows"] if row["forbidden"]]
    figure.record(f"vectors that get through, {name}", len(through), "vectors", f">= {least}")
    figure.table(name, dict(sorted(Counter(row["way"] for row in through).items())))


if __name__ == "__main__":
    script(main)
