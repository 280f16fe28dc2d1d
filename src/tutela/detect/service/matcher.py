"""Uploads and fingerprints against the shelf's lists: the blocking core, asked from threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from tutela.detect.fingerprints.files import Fingerprinter
from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.shapes import Decision, Match
from tutela.detect.media.everything import examine_all
from tutela.detect.media.shapes import Ask, Examined, MediaFacts, Trouble
from tutela.detect.service.problems import BadInput
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Unavailable

if TYPE_CHECKING:
    from tutela.detect.fingerprints.files import FormCollector
    from tutela.detect.matching.parts import OpenList
    from tutela.detect.media.everything import Pool
    from tutela.detect.scan.recipe import Recipe

#: Seconds after which somebody asks again when no list is here yet: the follower takes one up in less.
LISTS_RETRY_SECONDS = 2.0
#: Seconds for which an upload's members are looked at (``service.look_seconds_max``).
LOOK_SECONDS_MAX = 180.0
_OUT_OF_TIME = Trouble(kind="refused", reason="the time for one upload ran out before every member was seen")


class Applied(Protocol):
    """What is needed of ``shelf.Applied``: how far this replica is."""

    @property
    def sequence(self) -> int:
        """Number of the last change that is live here."""

    @property
    def seen(self) -> int:
        """The last change that every list which is asked from now on is sure to show."""

    @property
    def behind_seconds(self) -> float:
        """Age of the oldest change that is not live here yet, 0 when there is none."""

    @property
    def holds(self) -> Iterable[str]:
        """Names of the lists that are held in an older state."""


class Shelf(Protocol):
    """What is needed of ``shelf.Shelf``: the lists as this process sees them."""

    def names(self) -> Sequence[str]:
        """Names of the lists that are there."""

    def lists(self, names: Sequence[str] = ()) -> Sequence[OpenList]:
        """The enabled lists of these names, all without any."""

    def applied(self) -> Applied:
        """How far this replica is."""

    def stale(self) -> Sequence[str]:
        """Names of the lists whose word is old or that cannot be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Freshness:
    """How far the lists are that an answer comes from: last change, seconds behind, lists by name.

    ``stale`` lists have not changed for too long, or have expired and were not asked; ``held`` ones answer
    in an older state.
    """

    change: int
    behind_seconds: float
    stale: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """One file, member or set of fingerprints, and what the lists say about it.

    ``loose`` fingerprints came as such; they need not all be of one file, whatever the caller says.
    """

    prints: FileFingerprints
    decision: Decision
    freshness: Freshness
    loose: bool = False

    @property
    def member(self) -> str | None:
        """The path inside the container, or None."""
        return self.prints.member


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    engine: MatchEngine
    freshness: Freshness


class Matcher:
    """Looks at uploads and asks lists. Threads may share it; ``close`` ends the sandbox's workers."""

    def __init__(
        self,
        shelf: Shelf,
        recipe: Recipe,
        pool: Pool,
        *,
        clock: Clock | None = None,
        look_seconds_max: float = LOOK_SECONDS_MAX,
    ) -> None:
        self.pool, self._shelf = pool, shelf
        self._clock = SystemClock() if clock is None else clock
        self._caps = recipe.caps()
        self._look_seconds_max = look_seconds_max
        self._printer = Fingerprinter(
            pool, recipe.ask(), dihedral=recipe.dihedral, hashers=recipe.picked_hashers()
        )
        self._kept: tuple[tuple[OpenList, ...], MatchEngine] | None = None

    def media(self, fd: int, *, lists: Sequence[str] = (), name_hint: str = "") -> Looked:
        """The file behind ``fd`` alone, without what is inside it. Raises Invalid, Unavailable."""
        asked = self._asked(lists)
        return self._looked(asked, self._printer.fingerprint(fd, name_hint=name_hint))

    def media_all(self, fd: int, *, lists: Sequence[str] = (), name_hint: str = "") -> Iterator[Looked]:
        """Each member of the container behind ``fd``, then the file itself; a file that is none comes alone.

        After ``look_seconds_max`` no further member is looked at; the file then has a trouble that says so.
        Raises Invalid for a list that is not there, Unavailable without lists or sandbox.
        """
        asked = self._asked(lists)
        deadline_seconds = time.monotonic() + self._look_seconds_max
        late = False

        def is_late(_member: str) -> bool:
            nonlocal late
            late = late or time.monotonic() > deadline_seconds
            return late

        for prints in self._everything(fd, name_hint, is_late):
            cut_short = late and prints.member is None and prints.trouble is None
            yield self._looked(asked, replace(prints, trouble=_OUT_OF_TIME) if cut_short else prints)

    def collector(self) -> FormCollector:
        """What takes the forms of one picture that is examined without a thread."""
        return self._printer.collector()

    def check(self, lists: Sequence[str]) -> None:
        """Returns when these lists can be asked. Raises as ``media``."""
        if lists:
            self._asked(lists)

    def looked(
        self, pictures: Sequence[tuple[FormCollector, Examined]], *, lists: Sequence[str] = ()
    ) -> list[Looked]:
        """Pictures that were examined without a thread, in one pass over each list. Raises as ``media``."""
        asked = self._asked(lists)
        files = [self._printer.finish(examined, collector) for collector, examined in pictures]
        decisions = asked.engine.decide_many(files)
        return [
            Looked(prints=file, decision=decision, freshness=asked.freshness)
            for file, decision in zip(files, decisions, strict=True)
        ]

    def _everything(self, fd: int, name: str, skip: Callable[[str], bool]) -> Iterator[FileFingerprints]:
        examine = partial(examine_all, self.pool, fd, self._printer.ask, name=name, skip=skip)
        found = self._printer.fingerprint_members(lambda sink_for: examine(sink_for=sink_for))
        return (prints for _, prints in found)

    def prints(self, prints: Sequence[Fingerprint], *, lists: Sequence[str] = ()) -> list[Match]:
        """What loose fingerprints meet, the strongest first. Raises Invalid, Unavailable."""
        return self._asked(lists).engine.lookup(prints)

    def items(
        self, items: Sequence[Sequence[Fingerprint]], *, lists: Sequence[str] = ()
    ) -> tuple[Looked, ...]:
        """The decision on each item, that is on the fingerprints of one file; one pass over each list.

        Raises Invalid for a list that is not there, Unavailable without lists.
        """
        asked = self._asked(lists)
        files = [_as_file(prints) for prints in items]
        decisions = asked.engine.decide_many(files)
        return tuple(
            Looked(prints=file, decision=decision, freshness=asked.freshness, loose=True)
            for file, decision in zip(files, decisions, strict=True)
        )

    def freshness(self) -> Freshness:
        """How far this replica is, without asking a list."""
        return self._freshness(self._shelf.applied(), ())

    @property
    def ask(self) -> Ask:
        """What the sandbox is asked about each upload, with the limits in force."""
        return self._printer.ask

    def missing_layers(self) -> tuple[str, ...]:
        """Names of the sandbox's layers that do not work here. Raises Unavailable when no worker starts."""
        missing: tuple[str, ...] = getattr(self.pool, "missing_layers", ())
        return missing

    def close(self) -> None:
        """Ends the sandbox's workers, if the pool has any."""
        close = getattr(self.pool, "close", None)
        if close is not None:
            close()

    def _looked(self, asked: _Asked, prints: FileFingerprints) -> Looked:
        return Looked(prints=prints, decision=asked.engine.decide(prints), freshness=asked.freshness)

    def _asked(self, names: Sequence[str]) -> _Asked:
        """The lists of these names as they are now, without those that have expired."""
        if names:
            self._check_names(names)
        now, applied = self._clock.now(), self._shelf.applied()  # before the lists: they may only be newer
        lists = tuple(self._shelf.lists(names))
        usable = tuple(one for one in lists if one.header.valid_to is None or one.header.valid_to > now)
        if not usable:
            raise Unavailable(
                "every list that was asked for has expired" if lists else "no list is here yet",
                retry_after_seconds=LISTS_RETRY_SECONDS,
            )
        stale = tuple(one.header.name for one in lists if one not in usable)
        return _Asked(engine=self._engine(usable), freshness=self._freshness(applied, stale))

    def _check_names(self, names: Sequence[str]) -> None:
        if not set(names) <= set(self._shelf.names()):
            raise BadInput(
                "there is no such list", field="list", right="the name of a list that GET /v1/lists gives"
            )

    def _engine(self, lists: tuple[OpenList, ...]) -> MatchEngine:
        """An engine over these very lists; the last one is kept."""
        kept = self._kept
        if kept is None or list(map(id, kept[0])) != list(map(id, lists)):
            kept = (lists, MatchEngine(lists, clock=self._clock, **self._caps))
            self._kept = kept
        return kept[1]

    def _freshness(self, applied: Applied, expired: Iterable[str]) -> Freshness:
        return Freshness(
            change=applied.seen,
            behind_seconds=applied.behind_seconds,
            stale=tuple(sorted({*expired, *self._shelf.stale()})),
            held=tuple(sorted(applied.holds)),
        )


def _as_file(prints: Sequence[Fingerprint]) -> FileFingerprints:
    return FileFingerprints(member=None, size_bytes=0, facts=MediaFacts(), trouble=None, prints=tuple(prints))
