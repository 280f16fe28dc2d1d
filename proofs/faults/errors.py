"""FI-04: one call of a stage fails (EIO), finds no room (ENOSPC), or is cut short, on files of its place.

The process may end or go on with less; it acknowledges nothing after a sync that failed, and what it leaves
is whole. A full disk is ``full_disk``; here one single call fails and the next one succeeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from proofs.faults.flow import Template
from proofs.faults.injector import Fault
from proofs.faults.sweep import HOME, Sweep, Swept, spread

#: The three kinds with the calls that they happen to.
KINDS: Mapping[str, tuple[str, ...]] = {
    "EIO": ("fsync", "fdatasync"),
    "ENOSPC": ("pwrite64", "pwritev", "writev", "ftruncate", "rename", "link"),
    "short": ("pwrite64",),
}


def failing(sweep: Sweep, stage: str, template: Template, kind: str, most: int = 400) -> Swept:
    """Every call of this kind on files of the place fails once, or ``most`` of them, spread."""
    beside = ("write",) if kind == "EIO" else ()
    fault = Fault(kind=kind, when=1, calls=KINDS[kind], path=HOME, beside=beside)
    kinds = replace(sweep, fault=fault, replay=f"{sweep.replay} --fault {kind}")
    return kinds.stage(stage, template, spread(kinds.counted(stage, template), most))
