"""Whether the guard looks at what comes: on, paused or stopped. Seen from the folder within a second."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from tutela.kernel.errors import TutelaError
from tutela.prevent.guard.lists.files import Stamp, stamp_of
from tutela.prevent.guard.person.choices import Choices
from tutela.prevent.guard.person.delays import is_paused
from tutela.prevent.guard.person.device_time import DeviceClock
from tutela.prevent.guard.person.folder import CLASSES, POLICY, STOPPED, WAITS, Folder
from tutela.prevent.guard.person.policy import Policy
from tutela.prevent.guard.person.stopping import is_stopped

#: What the guard does now.
Mode = Literal["on", "paused", "stopped"]
#: The files that say so, and that somebody else may change: the page, a command.
_WATCHED: Final = (POLICY, WAITS, STOPPED, CLASSES)


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """What holds now."""

    policy: Policy
    mode: Mode


class Following:
    """Looks at the folder whenever a file in it changed. Writes in ``count`` alone, where a wish waits."""

    def __init__(self, folder: Folder, clock: DeviceClock) -> None:
        self._folder, self._clock = folder, clock
        self._choices = Choices(folder, clock)
        self._seen = self._stamps()
        self._policy, self._waits = self._choices.tick()
        self._stopped = folder.read(STOPPED) is not None and is_stopped(folder, clock.read())

    def look(self) -> State:
        """What holds now. Where the folder cannot be read, what held before: that is never looser.

        The emergency stop comes first, and is seen where nothing else can be read. It does not end with the
        folder: whoever left by then is not looked after again.
        """
        seen = self._stamps()
        if seen != self._seen:
            with suppress(TutelaError):
                stopped = is_stopped(self._folder, self._clock.read())
                self._stopped = stopped or (self._stopped and not self._folder.exists)
                self._policy, self._waits = self._choices.look()
                self._seen = seen
        return self._state()

    def count(self) -> None:
        """Keeps what has been waited until now; once in ``choices.TICK_SECONDS``."""
        self._seen = ()
        with suppress(TutelaError):
            self._choices.tick()

    def _state(self) -> State:
        return State(policy=self._policy, mode=self._mode())

    def _mode(self) -> Mode:
        if self._stopped:
            return "stopped"
        return "paused" if is_paused(self._waits, self._clock.read()) else "on"

    def _stamps(self) -> tuple[Stamp, ...]:
        return tuple(stamp_of(self._folder.path / name) for name in _WATCHED)
