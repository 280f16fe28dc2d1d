"""How often the screen is looked at: ten times a second, thirty for a while after a change. Pure.

Between two looks at rest a hint is asked for thirty times a second (``shapes.Screen.stirs``): where it says
that something stirs, the next look comes at once. Looks and hints in bursts are limited by what was saved up.
"""

from __future__ import annotations

from typing import Final

#: Seconds between two looks while nothing happens, and in a burst (issue 6: 10 Hz, 30 Hz).
IDLE_SECONDS: Final = 1 / 10
BURST_SECONDS: Final = 1 / 30
#: Seconds for which a burst goes on after a change (our own: what a page takes to be drawn).
AFTER_CHANGE_SECONDS: Final = 1.0
#: Seconds of bursts that are saved up at most, and what each second adds: a film does not make it a burst
#: for ever, and costs a fifth more than rest.
SAVED_SECONDS_MAX: Final = 5.0
SAVED_A_SECOND: Final = 0.1


class Pace:
    """Says when to look next. Times are seconds of one clock that only goes forward."""

    def __init__(self, now: float) -> None:
        self._saved, self._looked = SAVED_SECONDS_MAX, now
        self._burst_until = now

    @property
    def may_hurry(self) -> bool:
        """Whether enough is saved up for a look ahead of its time."""
        return self._saved >= IDLE_SECONDS

    def looked(self, now: float, *, changed: bool) -> float:
        """When to look next, after a look that began at ``now``."""
        passed = max(0.0, now - self._looked)
        spent = min(passed, max(0.0, self._burst_until - self._looked))
        self._saved = min(SAVED_SECONDS_MAX, max(0.0, self._saved - spent + passed * SAVED_A_SECOND))
        self._looked = now
        if changed:
            self._burst_until = now + min(AFTER_CHANGE_SECONDS, self._saved)
        return now + (BURST_SECONDS if self._burst_until - now >= BURST_SECONDS else IDLE_SECONDS)
