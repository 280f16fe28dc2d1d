"""When a process that ended is started again: soon, then later and later."""

from __future__ import annotations

from dataclasses import dataclass

#: Seconds before the first new start, and before a start after many (our own; a database that restarts is
#: back in some ten seconds).
PAUSE_SECONDS_MIN, PAUSE_SECONDS_MAX = 0.5, 30.0
#: Seconds of life after which a process counts as well again (our own).
WELL_SECONDS = 60.0
#: Exit code of a process that was told something wrong (decisions.md section 8): another try changes nothing.
HOPELESS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """How long to wait before the next start."""

    seconds: float = 0.0


#: The pause after which a new start may help: somebody has mended what was wrong.
LONGEST = Pause(seconds=PAUSE_SECONDS_MAX)


def pause_after(last: Pause, *, ran_seconds: float) -> Pause:
    """The pause before the next start of a process that ran for so long after the ``last`` pause."""
    if ran_seconds >= WELL_SECONDS:
        return Pause(seconds=PAUSE_SECONDS_MIN)
    return Pause(seconds=min(PAUSE_SECONDS_MAX, max(PAUSE_SECONDS_MIN, 2 * last.seconds)))


def is_hopeless(exit_code: int) -> bool:
    """Whether a new start would end in the same way, unless somebody mends what it is told."""
    return exit_code == HOPELESS
