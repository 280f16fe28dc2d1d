"""Run bars: ``python -m proofs.run [BAR ...] [--tier ci|full]``; without a bar, all of them.

Every script is a process of its own with one thread per library, so that one bar's threads or
memory do not change the figures of the next (performance.md section 8).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from proofs import machine
from proofs.figure import bar_file

#: One thread per library, set before any import (performance.md section 8).
ONE_THREAD: Mapping[str, str] = dict.fromkeys(
    (
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMBA_NUM_THREADS",
        "VIPS_CONCURRENCY",
    ),
    "1",
)
#: Scripts whose short tier measures no speed: it waits for kills, restarts and disks, so two run at once.
PATIENT: Collection[str] = frozenset(
    [
        "fi_04",
        "fi_05",
        "fi_06",
        "fi_12",
        "fi_18",
        "fi_19",
        "i1_01",
        "i3_01",
        "i3_03",
        "i3_05",
        "i3_08",
        "i3_09",
        "i4_03",
        "i4_08",
        "i4_09",
        "i5_02",
        "i5_04",
        "i5_06",
        "i5_08",
    ]
)
#: How many of them.
AT_ONCE = 2


def scripts() -> list[str]:
    """Names of all scripts (``i1_06``, ``fi_01``), in order."""
    names = (path.stem for path in (machine.ROOT / "proofs").glob("*_[0-9][0-9].py"))
    return sorted(names)


def chosen(bars: Sequence[str]) -> list[str]:
    """The scripts of the named bars (``i1-6`` or ``i1_06``), or all. ValueError for an unknown one."""
    known = scripts()
    names = [bar_file(bar) if "-" in bar else bar for bar in bars] or known
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"no proof named {', '.join(unknown)}; there are {', '.join(known)}")
    return names


def run(name: str, tier: str) -> int:
    """Exit code of one script, run in a process of its own; how long it took is said."""
    print(f"== {name} ({tier})", flush=True)
    began = time.monotonic()
    ran = subprocess.run(_command(name, tier), cwd=machine.ROOT, env=environment(os.environ))
    print(f"== {name} took {time.monotonic() - began:.0f} s", flush=True)
    return ran.returncode


def run_beside(name: str, tier: str) -> int:
    """As ``run``, for one of several at once: what it says is said when it has ended, in one piece."""
    began = time.monotonic()
    ran = subprocess.run(
        _command(name, tier),
        cwd=machine.ROOT,
        env=environment(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    took = f"== {name} took {time.monotonic() - began:.0f} s, beside others"
    print(f"== {name} ({tier})\n{ran.stdout}{took}", flush=True)
    return ran.returncode


def run_all(names: Sequence[str], tier: str) -> list[str]:
    """Names of the scripts that failed. In the short tier patient ones go first, two at once."""
    patient = [name for name in names if name in PATIENT] if tier == "ci" and len(names) > 1 else []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        codes = dict(zip(patient, pool.map(lambda name: run_beside(name, tier), patient), strict=True))
    codes |= {name: run(name, tier) for name in names if name not in codes}
    return [name for name in names if codes[name] != 0]


def _command(name: str, tier: str) -> list[str]:
    return [sys.executable, "-m", f"proofs.{name}", tier]


def environment(outer: Mapping[str, str]) -> dict[str, str]:
    """``outer`` with one thread per library and the checkout on the import path."""
    paths = [str(machine.ROOT / "src"), str(machine.ROOT), *filter(None, [outer.get("PYTHONPATH")])]
    return {**outer, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(paths)}


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every chosen bar is met, 1 when one is not, 2 when a bar is unknown."""
    parser = argparse.ArgumentParser(description="Run the bars and write docs/figures/")
    parser.add_argument("bars", nargs="*", default=os.environ.get("BAR", "").split(), metavar="BAR")
    parser.add_argument("--tier", choices=("ci", "full"), default=os.environ.get("TIER") or "full")
    asked = parser.parse_args(arguments)
    try:
        names = chosen(asked.bars)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    failed = run_all(names, asked.tier)
    print(
        f"{len(names) - len(failed)} of {len(names)} bars met"
        + (f"; not: {', '.join(failed)}" * bool(failed))
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
