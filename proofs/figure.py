"""One bar's figures, written to ``docs/figures/`` with everything needed to judge and to repeat them.

A script is ``main(tier) -> int`` plus ``if __name__ == "__main__": script(main)``. Inside:
``figure = Figure(bar="i1-6", tier=tier)``, ``figure.record("kernel 2 MP", 13.1, "x", bar=">= 12")``,
``figure.failure("make proofs BAR=i1-6", "what went wrong")``, ``return figure.save()``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import operator
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from proofs import machine
from tutela.kernel.clock import SystemClock, iso_utc

Tier = Literal["ci", "full"]
STATE = machine.ROOT / ".proofs"
FIGURES = machine.ROOT / "docs" / "figures"
COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """One measured value; ``bar`` is a comparison such as ``>= 12``, or empty when only reported."""

    name: str
    value: float
    unit: str
    bar: str
    passed: bool


def holds(value: float, bar: str) -> bool:
    """True when ``value`` meets ``bar`` (``>= 12``, ``<= 300``, ``== 0``); an empty bar is met."""
    if not bar:
        return True
    sign, _, limit = bar.partition(" ")
    if sign not in COMPARE:
        raise ValueError(f"a bar reads like '>= 12', not {bar!r}")
    return COMPARE[sign](value, float(limit))


#: What the tier ``ci`` asks of a speed: a regression shows, the load of a shared machine does not.
#: The bar itself is judged by the tier ``full`` only (decisions.md section 7: 70 % where a machine's
#: own speed moves).
CI_SPEED_SHARE = 0.7


def speed_bar(bar: str, tier: Tier) -> str:
    """The bar of a speed or a time in this tier; in ``ci`` ``>= 10`` reads ``>= 7``, ``<= 70`` ``<= 100``."""
    if tier == "full":
        return bar
    sign, _, limit = bar.partition(" ")
    share = CI_SPEED_SHARE if sign.startswith(">") else 1 / CI_SPEED_SHARE
    return f"{sign} {float(limit) * share:.4g}"


def bar_file(bar: str) -> str:
    """``i1-6`` -> ``i1_06``: the name of the script and of the figure."""
    issue, _, number = bar.partition("-")
    if not number.isdigit():
        raise ValueError(f"a bar is named like i1-6, not {bar!r}")
    return f"{issue}_{int(number):02d}"


class Figure:
    """Collects what one script measured; ``save`` writes it and gives the exit code."""

    def __init__(self, *, bar: str, tier: Tier = "full", folder: Path | None = None) -> None:
        self.bar = bar
        self.tier: Tier = tier
        #: A smaller run never replaces the published figure.
        self.folder = folder or (FIGURES if tier == "full" else STATE / "figures")
        self.n: dict[str, int] = {}
        self.notes: list[str] = []
        self._started = iso_utc(SystemClock().now())
        self._load = machine.load_average()
        self._measured: list[Measured] = []
        self._failures: list[dict[str, str]] = []
        self._tables: dict[str, Any] = {}

    def record(self, name: str, value: float, unit: str, bar: str = "") -> bool:
        """True when the value meets its bar. Prints the line and keeps it. ``value`` is in ``unit``."""
        value = round(float(value), 4)
        passed = holds(value, bar)
        self._measured.append(Measured(name=name, value=value, unit=unit, bar=bar, passed=passed))
        verdict = f"  bar {bar}: {'ok' if passed else 'FAILED'}" if bar else ""
        print(f"{self.bar}  {name}: {value:g} {unit}{verdict}", flush=True)
        return passed

    def failure(self, replay: str, text: str) -> None:
        """Keep something that must not happen, with the command that shows it again."""
        self._failures.append({"replay": replay, "text": text})
        print(f"{self.bar}  FAILED: {text}\n    again: {replay}", file=sys.stderr, flush=True)

    def count(self, name: str, number: int) -> None:
        """Keep how many things were looked at (``n`` of the figure)."""
        self.n[name] = number

    def note(self, text: str) -> None:
        """Keep and print a sentence a reader needs: which set ran, what was missing."""
        self.notes.append(text)
        print(f"{self.bar}  note: {text}", flush=True)

    def table(self, name: str, rows: object) -> None:
        """Keep rows (JSON values) that belong to the figure and are too long to be printed as lines."""
        self._tables[name] = rows

    @property
    def passed(self) -> bool:
        """True when something was measured, every bar is met and nothing failed."""
        return bool(self._measured) and not self._failures and all(m.passed for m in self._measured)

    def as_json(self) -> dict[str, Any]:
        """The figure as it is written: bar, figures, verdict, versions, date, machine, n, failures."""
        return {
            "bar": self.bar,
            "tier": self.tier,
            "passed": self.passed,
            "figures": [
                {"name": m.name, "value": m.value, "unit": m.unit, "bar": m.bar, "passed": m.passed}
                for m in self._measured
            ],
            "n": self.n,
            "notes": self.notes,
            "failures": self._failures,
            "tables": self._tables,
            "date": iso_utc(SystemClock().now()),
            "started": self._started,
            "commit": machine.commit(),
            "processor": machine.processor(),
            "cores": machine.cores(),
            "load": {"at_start": self._load, "at_end": machine.load_average()},
            "cpu_flags": machine.cpu_flags(),
            "arithmetic_paths": machine.kernel_paths(),
            "versions": machine.versions(),
            "replay": f"make proofs BAR={self.bar}" + (" TIER=ci" if self.tier == "ci" else ""),
        }

    def save(self) -> int:
        """0 when every bar is met, else 1. Writes ``<folder>/<bar>.json`` by rename."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{bar_file(self.bar)}.json"
        write_json(path, self.as_json())
        print(f"{self.bar}  {'passed' if self.passed else 'NOT PASSED'}  ({path.name})", flush=True)
        return 0 if self.passed else 1


class Progress:
    """Steps of a script that were already done, kept under ``.proofs/`` so that a killed run goes on.

    Steps count only for the code they were measured on: a change of the sources forgets them.
    """

    def __init__(self, bar: str, tier: Tier = "full", *, folder: Path = STATE) -> None:
        self.path = folder / f"{bar_file(bar)}-{tier}.json"
        self._digest = sources_digest()
        self._steps = self._read()

    def _read(self) -> dict[str, Any]:
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return cast("dict[str, Any]", kept["steps"]) if kept.get("sources") == self._digest else {}

    def step(self, name: str, measure: Callable[[], Any]) -> Any:
        """What ``measure()`` returned (a JSON value), now or in an earlier run on the same sources."""
        if name not in self._steps:
            self._steps[name] = json.loads(json.dumps(measure()))
            write_json(self.path, {"sources": self._digest, "steps": self._steps})
        return self._steps[name]

    def finish(self) -> None:
        """Forget the steps: the next run measures afresh."""
        self.path.unlink(missing_ok=True)


def sources_digest() -> str:
    """SHA-256 over product, native code, proofs and bench: what a step was measured on."""
    digest = hashlib.sha256()
    for folder in ("src/tutela", "native", "proofs", "bench"):
        for path in sorted((machine.ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".c", ".h", ".json", ".toml") and path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def write_json(path: Path, value: object) -> None:
    """Write ``value`` as JSON through a temporary name, so that a killed run leaves the old file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".draft")
    draft.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(path)


def script(main: Callable[[Tier], int], arguments: Sequence[str] | None = None) -> None:
    """Run a bar's script: ``python -m proofs.i1_06 [ci|full]``; leaves with its exit code."""
    parser = argparse.ArgumentParser(description="Measure one bar and write docs/figures/<bar>.json")
    parser.add_argument("tier", nargs="?", choices=("ci", "full"), default="full")
    tier: Tier = parser.parse_args(arguments).tier
    sys.exit(main(tier))
