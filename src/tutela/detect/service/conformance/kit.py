"""What the checks share: the matcher, the samples, the limits, and a record of everything made."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from tutela.detect.service.conformance.samples import Samples, sample_name
from tutela.detect.service.conformance.shapes.contract import Ability, Entry, Misbehaved, Subject
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Unavailable

#: Length of the random suffix of own lists, in bytes: no two runs meet (8 hexadecimal characters).
SUFFIX_BYTES = 4
#: First and longest pause between two looks for something new, in seconds. Doubling from 20 ms keeps a
#: fresh entry's time exact to the pause and asks a slow matcher some 60 times in two minutes at most.
PAUSE_SECONDS = 0.02
PAUSE_MAX_SECONDS = 2.0
#: What it takes to make pictures known over the shape itself.
TEACHABLE: frozenset[Ability] = frozenset({"lists", "add_picture", "ask_picture"})
#: Factor between two pauses.
PAUSE_GROWTH = 1.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How much is asked. Every time is in seconds, every distance in bits of 256.

    ``wait_seconds`` is how long something new may take to be found before the check gives up (HMA
    rebuilds each minute); ``fresh_seconds`` is what the freshness check asks for (issue 3, bar 4: a
    second). ``distance_bits`` is the matcher's threshold (31: pdq/README). ``preloaded`` says that the
    service knows the samples already.
    """

    pictures: int = 10
    many: int = 200
    askers: int = 8
    distance_bits: int = 31
    wait_seconds: float = 120.0
    fresh_seconds: float = 1.0
    seed: int = 0
    preloaded: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """One sample that the matcher knows: its number and its entry."""

    number: int
    entry: Entry


@dataclass(kw_only=True, slots=True)
class Kit:
    """One run. ``known`` adds the samples once; ``tidy`` removes everything that was made."""

    subject: Subject
    samples: Samples
    options: Options = field(default_factory=Options)
    clock: Clock = field(default_factory=SystemClock)
    pause: Callable[[float], None] = time.sleep
    suffix: str = field(default_factory=lambda: secrets.token_hex(SUFFIX_BYTES))
    _lists: list[str] = field(default_factory=list)
    _known: list[Known] = field(default_factory=list)
    #: Why the samples could not be made known: tried once, for a slow matcher takes its time to fail.
    _unknown: str = ""

    @property
    def abilities(self) -> frozenset[Ability]:
        """What the matcher's shape can do, and ``known`` when known pictures can be asked there."""
        can = self.subject.abilities
        return can | {"known"} if self.options.preloaded or can >= TEACHABLE else can

    def open_list(self, word: str) -> str:
        """The name of a new list of this run; it is taken away by ``tidy``.

        A list may be there although no answer came, or none that can be read: then it is taken away too.
        """
        name = self.subject.list_name(f"{word}-{self.suffix}")
        try:
            self.subject.create_list(name)
        except Unavailable:
            self._lists.append(name)
            raise
        except Misbehaved:
            with suppress(Misbehaved, Unavailable):
                self.subject.delete_list(name)
            raise
        self._lists.append(name)
        return name

    def known(self) -> list[Known]:
        """The samples of this run, found by the matcher from now on. Raises Misbehaved otherwise.

        A matcher that was loaded beforehand is believed: its entries then have no list of ours.
        """
        if self._unknown:
            raise Misbehaved(self._unknown)
        if not self._known:
            try:
                self._known = self._preloaded() if self.options.preloaded else self._added()
            except (Misbehaved, Unavailable) as error:
                self._unknown = str(error)
                raise
        return self._known

    def _preloaded(self) -> list[Known]:
        numbers = range(self.options.pictures)
        return [Known(number=number, entry=Entry(list="", name=sample_name(number))) for number in numbers]

    def _added(self) -> list[Known]:
        listed = self.open_list("pictures")
        known = [self._add(listed, number) for number in range(self.options.pictures)]
        if not self.reached_all([partial(self.finds, one) for one in known]):
            raise Misbehaved(self.never("a picture that was added"))
        return known

    def _add(self, listed: str, number: int) -> Known:
        entry = self.subject.add_picture(listed, sample_name(number), self.samples.original(number))
        return Known(number=number, entry=entry)

    def finds(self, known: Known) -> bool:
        """True when the sample's own bytes are found."""
        return self.subject.ask_picture(self.samples.original(known.number)).names(known.entry)

    def never(self, what: str) -> str:
        """The sentence that ``what`` was not found in the time allowed."""
        return f"{what} was not found within {self.options.wait_seconds:g} seconds"

    def seconds_until(self, reached: Callable[[], bool]) -> float | None:
        """Seconds until ``reached()`` was true, asked again and again; None after ``wait_seconds``."""
        start, pause = self.clock.monotonic_seconds(), PAUSE_SECONDS
        while not reached():
            if self.clock.monotonic_seconds() - start >= self.options.wait_seconds:
                return None
            self.pause(pause)
            pause = min(pause * PAUSE_GROWTH, PAUSE_MAX_SECONDS)
        return self.clock.monotonic_seconds() - start

    def reached_all(self, reached: Sequence[Callable[[], bool]]) -> bool:
        """True when each was true once, within ``wait_seconds`` for all: news may come in any order."""
        waiting = list(reached)

        def is_done() -> bool:
            while waiting and waiting[-1]():
                waiting.pop()
            return not waiting

        return self.seconds_until(is_done) is not None

    def tidy(self) -> int:
        """How many of the lists that were made could not be taken away."""
        left = 0
        while self._lists:
            try:
                self.subject.delete_list(self._lists.pop())
            except (Misbehaved, Unavailable):
                left += 1
        self._known = []
        return left
