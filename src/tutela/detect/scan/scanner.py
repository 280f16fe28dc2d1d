"""The scan itself: files looked at by an engine, decided in batches, recorded in the journal."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import compress, islice
from typing import Protocol

from tutela.detect.fingerprints.shapes import FileFingerprints
from tutela.detect.matching.ladder import confirmed_entries
from tutela.detect.matching.shapes import Decision, Match
from tutela.detect.scan.engines import Engine
from tutela.detect.scan.findings import FindingsSink
from tutela.detect.scan.journal import Entry, Journal
from tutela.detect.scan.looking import Finished, Looked, Looker
from tutela.detect.scan.shapes import Finding, FoundMatch, ScanFile
from tutela.kernel.clock import Clock, SystemClock

#: Files whose fingerprints are looked up together, unless ``COMMIT_SECONDS`` pass before. One in a batch of
#: 8,000 prints costs half of one in a batch of 2,000, and that half of one in a batch of 500
#: (performance.md section 4.8: sorted probes); nobody waits for a single file.
FILES_PER_LOOKUP = 1_024
#: New objects after which the youngest are looked through for cycles. Prints and findings have none, so a
#: scan does it every few dozen files, not every file.
COLLECT_OBJECTS = 20_000
#: Files that are compared with the journal together when a scan is taken up.
FILES_PER_SKIP = 256
#: Seconds after which waiting files are decided and committed even if they are few: bounds what a
#: crash costs, and one sync of the disk is paid for many findings.
COMMIT_SECONDS = 1.0
#: What the reason of a deleted entry ends with.
DELETED = "This is a deleted entry of the disk image."
#: Findings after which a commit is due in any case.
FINDINGS_PER_COMMIT = 1_024


class Decider(Protocol):
    """What is needed of ``detect.matching.engine.MatchEngine``."""

    def decide_many(self, files: Sequence[FileFingerprints]) -> list[Decision]:
        """One decision a file, in order."""


class Seen(Protocol):
    """What is needed of the store for retro-match: fingerprints of everything seen."""

    def remember(self, path: str, prints: FileFingerprints) -> None:
        """Keeps the fingerprints of one file or member."""


class Progress(Protocol):
    """Told how far a scan is; ``progress.NullProgress`` says nothing."""

    def found(self, findings: Sequence[Finding]) -> None:
        """These findings are now durable."""

    def finished(self, files: int, size_bytes: int) -> None:
        """So many more files, with so many bytes, are through."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How one run ended: files and bytes of this run, and its seconds on the monotonic clock."""

    files: int
    size_bytes: int
    seconds: float


@dataclass(kw_only=True)
class Scanner:
    """One run of a scan. ``looker`` works in the engine's threads, everything else in the caller's."""

    journal: Journal
    sink: FindingsSink
    looker: Looker
    decider: Decider
    engine: Engine
    progress: Progress
    seen: Seen | None = None
    clock: Clock = field(default_factory=SystemClock)

    def run(self, files: Iterable[ScanFile]) -> Outcome:
        """Looks at every file that no earlier run finished. What was found is durable when it returns,
        and up to a second before the end when it is killed.
        """
        self._begin()
        with _seldom_collecting():
            looked = self.engine.run(not_done(self.journal, files, self.progress.finished), self.looker.look)
            try:
                for result in looked:
                    self._take(result)
            finally:
                close = getattr(looked, "close", None)
                if close is not None:
                    close()
                self._settle()
                self._commit()
        seconds = self.clock.monotonic_seconds() - self._began_seconds
        return Outcome(files=self._files, size_bytes=self._size_bytes, seconds=seconds)

    def _begin(self) -> None:
        self._began_seconds = self._committed_seconds = self.clock.monotonic_seconds()
        self._files = self._size_bytes = 0
        self._waiting: list[Looked | Finished] = []
        self._undecided = 0

    def _take(self, result: Looked | Finished | None) -> None:
        if result is not None:
            self._waiting.append(result)
            self._undecided += isinstance(result, Looked)
        elapsed = self.clock.monotonic_seconds() - self._committed_seconds
        if self._undecided >= FILES_PER_LOOKUP or elapsed >= COMMIT_SECONDS:
            self._settle()
        if self.journal.waiting_count >= FINDINGS_PER_COMMIT or elapsed >= COMMIT_SECONDS:
            self._commit()

    def _settle(self) -> None:
        """Decides what waits and hands it to the journal, in the order in which it came."""
        waiting, self._waiting, self._undecided = self._waiting, [], 0
        asked = [item.prints for item in waiting if isinstance(item, Looked) and _needs_look_up(item)]
        decisions = iter(self.decider.decide_many([prints for prints in asked if prints]) if asked else ())
        for item in waiting:
            if isinstance(item, Finished):
                self._finish(item)
            else:
                decision = next(decisions) if _needs_look_up(item) else item.shortcut.decision
                self._record(item, decision)

    def _record(self, looked: Looked, decision: Decision | None) -> None:
        if self.seen is not None and looked.prints is not None and looked.shortcut.verdict is None:
            self.seen.remember(looked.file.path, looked.prints)
        self.journal.record(
            Entry(
                finding=finding_of(looked, decision),
                probe=None if looked.container else looked.shortcut.probe,
                identity=looked.file.identity if looked.member is None and not looked.container else None,
                pdq=picture_hash(looked),
            )
        )

    def _finish(self, finished: Finished) -> None:
        self._files += 1
        self._size_bytes += finished.file.size_bytes
        self.progress.finished(1, finished.file.size_bytes)

    def _commit(self) -> None:
        self._committed_seconds = self.clock.monotonic_seconds()
        pace = (self._committed_seconds - self._began_seconds, self._files, self._size_bytes)
        self.progress.found(self.journal.commit(self.sink, pace=pace))


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """What is loaded by now stays: looking through it again and again costs 2 % of a scan.

    Whoever froze objects before keeps them frozen.
    """
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()
    gc.freeze()
    gc.set_threshold(COLLECT_OBJECTS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        if not frozen:
            gc.unfreeze()


def not_done(
    journal: Journal, files: Iterable[ScanFile], finished: Callable[[int, int], None]
) -> Iterator[ScanFile]:
    """The files that no earlier run finished; the others are told to ``finished`` (files, bytes)."""
    if not journal.resumed_count:
        yield from files
        return
    remaining = iter(files)
    while several := list(islice(remaining, FILES_PER_SKIP)):
        wanted = journal.not_done([file.path for file in several])
        yield from compress(several, wanted)
        done = [file for file, want in zip(several, wanted, strict=True) if not want]
        finished(len(done), sum(file.size_bytes for file in done))


def _needs_look_up(looked: Looked) -> bool:
    shortcut = looked.shortcut
    return looked.prints is not None and shortcut.verdict is None and shortcut.decision is None


def finding_of(looked: Looked, decision: Decision | None) -> Finding:
    """The finding of one file or member: its decision, or what an equal content came to, or its trouble."""
    verdict, prints = looked.shortcut.verdict, looked.prints
    if prints is None:
        return Finding(
            path=looked.file.path, member=looked.member, sha256=None, status=looked.file.status,
            reason=looked.trouble, size_bytes=looked.file.size_bytes,
        )  # fmt: skip
    if verdict is not None:
        status, reason, matches = verdict.status, verdict.reason, verdict.matches
    elif decision is not None:
        status, reason, matches = decision.status, decision.reason, found_matches(decision)
    else:
        raise ValueError("a readable file needs a decision")
    if looked.deleted:
        reason = f"{reason} {DELETED}"
    return Finding(
        path=looked.file.path,
        member=looked.member,
        sha256=prints.digest("sha256").hex() or None,
        status=status,
        reason=reason,
        matches=matches,
        media_kind=prints.facts.container,
        size_bytes=prints.size_bytes,
    )


def found_matches(decision: Decision) -> tuple[FoundMatch, ...]:
    """The matches of a decision as they are printed; each says by what its entry is confirmed."""
    confirmed = confirmed_entries(decision.matches) if decision.confirmed else {}
    return tuple(
        _found_match(match, confirmed.get((match.list, match.version, match.entry)))
        for match in decision.matches
    )


def _found_match(match: Match, confirmed: str | None) -> FoundMatch:
    return FoundMatch(
        list=match.list,
        version=match.version,
        entry=match.entry,
        kind=match.kind,
        form=match.form,
        distance_bits=match.distance_bits,
        confirmed=confirmed,
        query_percent=match.query_percent,
        target_percent=match.target_percent,
    )


def picture_hash(looked: Looked) -> bytes | None:
    """The upright PDQ of a picture's first hashed form, for groups of near-duplicates; None for films."""
    if looked.shortcut.verdict is not None:
        return looked.shortcut.verdict.pdq
    if looked.prints is None or looked.prints.film:
        return None
    return next((p.value for p in looked.prints.prints if p.kind == "pdq"), None)
