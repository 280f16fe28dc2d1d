"""``make bench``: speed bars against the peers, one table of ratios, and ``docs/figures/bench.json``.

``python -m bench.run [--tier ci|full]`` runs bars 6, 7 and 8 of issue 1 (each in a process of its own)
and gathers what they measured. ``--table`` only prints the table of the figures that are there.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from proofs.figure import FIGURES, STATE, bar_file, write_json
from proofs.run import run

#: The bars about speed.
BARS = ("i1-6", "i1-7", "i1-8")
#: What of a figure is kept beside its ratios, so that nobody quotes a ratio without its machine.
CONTEXT = ("date", "commit", "processor", "cores", "load", "cpu_flags", "arithmetic_paths", "versions")

Json = dict[str, Any]


def folder_of(tier: str) -> Path:
    """Where the figures of a tier lie."""
    return FIGURES if tier == "full" else STATE / "figures"


def gathered(folder: Path) -> Json:
    """Ratios of all speed bars that were measured, each with its machine; a missing one is named."""
    bars = {}
    for bar in BARS:
        path = folder / f"{bar_file(bar)}.json"
        bars[bar] = _ratios(path) if path.is_file() else {"missing": "not measured"}
    return {"bars": bars}


def _ratios(path: Path) -> Json:
    figure: Json = json.loads(path.read_text(encoding="utf-8"))
    kept = {name: figure[name] for name in CONTEXT if name in figure}
    ratios = [line for line in figure["figures"] if line["unit"] == "x"]
    return {"passed": figure["passed"], "ratios": ratios, **kept}


def table(bench: Json) -> list[str]:
    """The ratios as lines: what, how many times the peer's speed, what the issue asks."""
    lines = [f"{'measurement':<66}{'ratio':>9}   {'bar':<9}", "-" * 92]
    for bar, kept in bench["bars"].items():
        if "missing" in kept:
            lines.append(f"{bar}: {kept['missing']}")
            continue
        for line in kept["ratios"]:
            mark = "" if line["passed"] else "  FAILED"
            lines.append(f"{bar}  {line['name']:<59}{line['value']:>9.1f}x  {line['bar']:<9}{mark}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every speed bar is met."""
    parser = argparse.ArgumentParser(description="Measure speed against the peers")
    parser.add_argument("--tier", choices=("ci", "full"), default="full")
    parser.add_argument("--table", action="store_true", help="print what was measured before")
    asked = parser.parse_args(arguments)
    codes = [] if asked.table else [run(bar_file(bar), asked.tier) for bar in BARS]
    folder = folder_of(asked.tier)
    bench = gathered(folder)
    write_json(folder / "bench.json", bench)
    print("\n".join(table(bench)))
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
