"""What the running service may use, or would from this shell: descriptors, and no core dumps."""

from __future__ import annotations

from pathlib import Path

from tutela.detect.service.doctor.findings import Finding, fail, ok, warn
from tutela.detect.service.doctor.processes import Processes

#: Descriptors of one request in hand: its connection and its body in memory (``bodies``).
REQUEST_DESCRIPTORS = 2
#: Descriptors of one list in every service process (``follower.LISTS_MAX``).
LIST_DESCRIPTORS = 4
#: Logs, queues, media workers and libraries of one process (measured: under 60; our own, with room).
OWN_DESCRIPTORS = 128
#: Programs that take a crash and keep nothing of a process whose core limit is 0 (their manuals).
_HEEDING = ("systemd-coredump", "apport")
#: Names of limits in ``/proc/PID/limits`` (proc(5)).
_FILES, _CORE = "Max open files", "Max core file size"


def descriptors(
    requests_max: int, lists: int, supervisor: int | None, processes: Processes | None = None
) -> Finding:
    """May each service process open as many files as ``service.requests_max`` and its lists need."""
    limit = (processes or Processes()).limit(supervisor or "self", _FILES)
    needed = requests_max * REQUEST_DESCRIPTORS + lists * LIST_DESCRIPTORS + OWN_DESCRIPTORS
    who = "the service" if supervisor else "this shell"
    if limit is None:
        return warn(
            "descriptors", "the limit of open files cannot be told", f"see that it is {needed} or more"
        )
    said = (
        f"{who} may open {'any number of' if limit < 0 else f'{limit:,}'} files, up to {needed:,} are needed"
    )
    if 0 <= limit < needed:
        advice = "raise LimitNOFILE (ulimit -n), or lower service.requests_max"
        return fail("descriptors", said, advice) if supervisor else warn("descriptors", said, advice)
    return ok("descriptors", said)


def core_dumps(
    supervisor: int | None,
    processes: Processes | None = None,
    pattern: Path = Path("/proc/sys/kernel/core_pattern"),
) -> Finding:
    """Does a crash leave the memory of the service, and with it values, on a disk."""
    limit = (processes or Processes()).limit(supervisor or "self", _CORE)
    who = "the service" if supervisor else "a service started from this shell"
    advice = "set LimitCORE=0 (ulimit -c 0)"
    if limit is None:
        return warn("cores", "whether core dumps are off cannot be told", advice)
    if limit != 0:
        return warn("cores", f"a crash of {who} may write its memory to disk", advice)
    if _is_told_anyway(pattern):
        advice = "see that it keeps nothing: kernel.core_pattern names it"
        return warn("cores", f"core dumps of {who} are off, but a program is given every crash", advice)
    return ok("cores", f"core dumps of {who} are off")


def _is_told_anyway(pattern: Path) -> bool:
    """True when crashes go to a program that may not heed the limit."""
    try:
        told = pattern.read_text(encoding="utf-8").strip()
    except OSError:
        return False
    return told.startswith("|") and not told[1:].split()[0].endswith(_HEEDING)
