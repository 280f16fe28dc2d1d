"""The supervisor: starts every process, starts again what ended, ends all in order.

A process that was told something wrong ends all of them while they come up: an operator is there to mend it.
Later on it ends by itself: a notary that signs no more, or a mandate that expired, must not stop the intake.

It holds no key and opens no file but what it starts. Whoever asks ends before whoever answers, so that what
is in hand can be finished.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Unavailable
from tutela.kernel.log import declare_words, get_logger
from tutela.processes.restarting import HOPELESS, LONGEST, WELL_SECONDS, Pause, is_hopeless, pause_after
from tutela.processes.starting import Running, start

#: Seconds between two looks at the processes.
LOOK_SECONDS = 0.2
#: Seconds in which a process finishes what it has in hand, then it is killed (that of ``serve match``).
END_SECONDS = 30.0

Say = Callable[[str], None]

declare_words("process_started", "process_ended", "process_killed")
declare_words("fetcher", "opener", "notary", "worker", "sender", "public", "desk", "visitor")
_log = get_logger("processes")


def always() -> bool:
    """True: for a process that listens nowhere."""
    return True


class Start(Protocol):
    """What is needed of ``starting.start``."""

    def __call__(
        self, command: Sequence[str], environment: Mapping[str, str], *, secrets: Mapping[str, str]
    ) -> Running:
        """The process. Raises Unavailable where it cannot be started."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One process as it is to be started. ``is_ready`` says whether it answers at ``address``.

    Several of one kind have a number in their ``name``: ``worker``, ``worker_2``.

    ``secrets`` stand in no environment.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False, default_factory=dict)
    address: str = ""
    is_ready: Callable[[], bool] = always
    first_to_end: bool = True

    @property
    def process(self) -> str:
        """Its kind, a name of the process map."""
        return self.name.partition("_")[0]


@dataclass(kw_only=True)
class _Kept:
    """One part while the supervisor keeps it alive."""

    part: Part
    running: Running | None = None
    started_seconds: float = 0.0
    next_seconds: float = 0.0
    pause: Pause = field(default_factory=Pause)
    announced: bool = False


class Supervisor:
    """Keeps ``parts`` alive until it is told to stop; ``say`` gets a line for each that starts or ends."""

    def __init__(
        self, parts: Sequence[Part], say: Say, *, clock: Clock | None = None, starting: Start = start
    ) -> None:
        self._kept = [_Kept(part=part) for part in parts]
        self._say, self._start = say, starting
        self._clock = clock or SystemClock()
        self._began_seconds = self._clock.monotonic_seconds()

    def run(self, stop: threading.Event) -> int:
        """The exit code, when ``stop`` is set: 0, or 2 where one ended at the start as it was told wrong."""
        code = 0
        try:
            while not code and not stop.is_set():
                code = self.look()
                stop.wait(LOOK_SECONDS)
        finally:
            self.end()
        return code

    def look(self) -> int:
        """0 after one look at every process, each started where it is time; 2 where one ends all of them."""
        for kept in self._kept:
            ended = kept.running.poll() if kept.running else None
            if ended is not None:
                self._note_end(kept, ended)
                if is_hopeless(ended) and self._comes_up():
                    return HOPELESS
            if kept.running is None and self._clock.monotonic_seconds() >= kept.next_seconds:
                self._begin(kept)
            elif not kept.announced:
                self._announce(kept)
        return 0

    def is_ready(self) -> bool:
        """Whether every process was started and answers."""
        return all(kept.announced for kept in self._kept)

    def end(self) -> None:
        """Ends them all, askers before answerers; what does not end in its time is killed."""
        for first in (True, False):
            wave = [kept for kept in self._kept if kept.running and kept.part.first_to_end is first]
            for kept in wave:
                _terminate(kept.running)
            self._wait_for(wave)

    def _comes_up(self) -> bool:
        return self._clock.monotonic_seconds() - self._began_seconds < WELL_SECONDS

    def _begin(self, kept: _Kept) -> None:
        now = kept.started_seconds = self._clock.monotonic_seconds()
        try:
            kept.running = self._start(kept.part.command, kept.part.environment, secrets=kept.part.secrets)
        except Unavailable as error:
            self._say(f"{kept.part.name}: {error.public_message()}")
            self._postpone(kept, now)
            return
        kept.announced = False
        _log.info("process_started", process=kept.part.process, pid=kept.running.pid)

    def _announce(self, kept: _Kept) -> None:
        if kept.running is None or not kept.part.is_ready():
            return
        kept.announced = True
        place = f" on {kept.part.address}" if kept.part.address else ""
        self._say(f"{kept.part.name}: runs{place} (process {kept.running.pid})")

    def _note_end(self, kept: _Kept, code: int) -> None:
        _log.error("process_ended", process=kept.part.process, code=code)
        kept.running, kept.announced = None, False
        self._postpone(kept, self._clock.monotonic_seconds(), code)
        if is_hopeless(code):
            rest = "" if self._comes_up() else f"; the others go on, it {_again(kept.pause)}"
            self._say(f"{kept.part.name}: ended with {code}, and what it was told is wrong{rest}")
        else:
            self._say(f"{kept.part.name}: ended with {code}, {_again(kept.pause)}")

    def _postpone(self, kept: _Kept, now: float, code: int = 0) -> None:
        after = pause_after(kept.pause, ran_seconds=now - kept.started_seconds)
        kept.pause = LONGEST if is_hopeless(code) else after
        kept.next_seconds = now + kept.pause.seconds

    def _wait_for(self, wave: Sequence[_Kept]) -> None:
        deadline = self._clock.monotonic_seconds() + END_SECONDS
        waiting = threading.Event()
        while any(kept.running and kept.running.poll() is None for kept in wave):
            if self._clock.monotonic_seconds() >= deadline:
                self._kill(wave)
                return
            waiting.wait(LOOK_SECONDS / 4)

    def _kill(self, wave: Sequence[_Kept]) -> None:
        for kept in wave:
            if kept.running and kept.running.poll() is None:
                _log.error("process_killed", process=kept.part.process)
                self._say(f"{kept.part.name}: did not end within {END_SECONDS:.0f} seconds and is killed")
                kept.running.kill()


def _again(pause: Pause) -> str:
    return f"starts again in {pause.seconds:g} seconds"


def _terminate(running: Running | None) -> None:
    if running is not None and running.poll() is None:
        running.terminate()
