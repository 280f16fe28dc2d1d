"""Bar 6: the faults FI-04, 05, 06, 07, 08, 12, 18 and 19, each by its own script; this one adds them up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from proofs import machine
from proofs.figure import FIGURES, STATE, Figure, Tier, bar_file, script
from proofs.run import run

BAR = "i3-6"
#: The faults of the bar, in the order of the guide.
FAULTS = ("fi-04", "fi-05", "fi-06", "fi-07", "fi-08", "fi-12", "fi-18", "fi-19")


def kept(fault: str, tier: Tier) -> dict[str, Any]:
    """The figure of one fault on this commit: as it was left, or measured now; empty where it broke."""
    path = _path(fault, tier)
    found = _read(path)
    if found.get("commit") != machine.commit():
        path.unlink(missing_ok=True)
        run(bar_file(fault), tier)
        found = _read(path)
    return found


def _path(fault: str, tier: Tier) -> Path:
    return (FIGURES if tier == "full" else STATE / "figures") / f"{bar_file(fault)}.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def main(tier: Tier) -> int:
    """0 when every fault's own script passed."""
    figure = Figure(bar=BAR, tier=tier)
    for fault in FAULTS:
        add(figure, fault, kept(fault, tier))
    return figure.save()


def add(figure: Figure, fault: str, found: dict[str, Any]) -> None:
    """One fault's line, and what failed in it."""
    figures = found.get("figures", [])
    missed = [one["name"] for one in figures if not one["passed"]]
    failures = found.get("failures", [])
    for one in failures:
        figure.failure(one["replay"], f"{fault}: {one['text']}")
    if not found:
        figure.failure(f"make proofs BAR={fault}", f"{fault}: its script left no figure")
    figure.record(f"{fault}: bars not met", len(missed) + len(failures) + (not found), "bars", "== 0")
    figure.table(fault, {one["name"]: one["value"] for one in figures})
    for note in found.get("notes", []):
        figure.note(f"{fault}: {note}")


if __name__ == "__main__":
    script(main)
