"""The one process of a replica that writes its lists: it works in what is new in the change log.

A kill at any moment loses nothing and doubles nothing: each list says itself which change it saw last
(``keeper``), a new list appears by rename, a retired one leaves a mark, and ``applied.json`` is never ahead
of the lists. A change that cannot be worked in now stops everything behind it until it can, and the replica
says that it is behind: no acknowledged change is passed over. Only where a later change ends the list is it
of no account, so that a damaged list can be retired and the others go on.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, Self

from tutela.detect.matching.live_writer import TAIL_ROWS_MAX
from tutela.detect.service.applied import (
    APPLIED,
    HEARTBEAT_SECONDS,
    PROBLEMS_MAX,
    Problem,
    Progress,
    last_touched,
    problem_of,
    read_progress,
    touch,
    write_progress,
)
from tutela.detect.service.changes import CHANGES_AT_ONCE, Change, ChangeLog
from tutela.detect.service.folders import ListFolders
from tutela.detect.service.holds import HoldRules
from tutela.detect.service.joining import joined
from tutela.detect.service.keeper import Held, ListKeeper
from tutela.detect.service.standing import read_standing
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.errors import Conflict, Invalid, TutelaError, Unavailable
from tutela.kernel.formats import NewerFormatError
from tutela.kernel.log import declare_words, get_logger
from tutela.kernel.metrics import Metric, Metrics, NullMetrics

#: Lists that are open for writing at once: three descriptors each and those of their segments.
OPEN_LISTS_MAX = 64
#: Lists of one replica; every service process maps all their segments (four descriptors or so each).
LISTS_MAX = 500
#: A step says how far it is at least so often, in seconds, while others wait for its first changes.
SAY_SECONDS = 0.1
#: Pauses between looks at the log, in seconds: while changes come, when none came for a while, after faults.
ACTIVE_SECONDS = 0.01
IDLE_SECONDS = 0.05
FAULT_SECONDS = 0.5
#: How long after the last change the follower counts as active, in seconds.
ACTIVE_FOR_SECONDS = 5.0
_LOCK = "follower.lock"

declare_words("list_held", "list_released", "change_refused", "follower_stopped", "follower_goes_on")
declare_words("shrink", "rollback", "invalid", "refused", "conflict")
_log = get_logger("service")

CHANGES = Metric(
    name="tutela_follower_changes_total",
    kind="counter",
    help="Changes worked in, by what became of them.",
    labels={"outcome": frozenset({"applied", "held", "refused"})},
)
HELD_LISTS = Metric(
    name="tutela_follower_held_lists_count", kind="gauge", help="Lists whose changes wait for a release."
)
FAULTS = Metric(
    name="tutela_follower_faults_total", kind="counter", help="Times that the follower could not go on."
)
METRICS = (CHANGES, HELD_LISTS, FAULTS)


class Stop(Protocol):
    """What ends ``run``: a ``threading.Event``."""

    def is_set(self) -> bool:
        """True when the follower is to end."""

    def wait(self, timeout: float | None = None) -> bool:
        """True as soon as it is set, False after ``timeout`` seconds."""


class Follower:
    """See the module. ``close`` it, or use it as a context manager; one at a time for a folder."""

    def __init__(
        self,
        log: ChangeLog,
        folder: Path | str,
        *,
        clock: Clock | None = None,
        metrics: Metrics | None = None,
        rules: HoldRules | None = None,
        lists_max: int = LISTS_MAX,
        tail_rows_max: int = TAIL_ROWS_MAX,
    ) -> None:
        """Raises Conflict when another follower runs or the folder followed another log; Invalid when a newer
        release wrote it; Unavailable.
        """
        self._log = log
        self._folder = Path(folder)
        self._clock = SystemClock() if clock is None else clock
        self._metrics = NullMetrics() if metrics is None else metrics
        self._rules = HoldRules() if rules is None else rules
        self._lists_max = lists_max
        self._tail_rows_max = tail_rows_max
        self._keepers: OrderedDict[str, ListKeeper] = OrderedDict()
        with _as_unavailable():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = _locked(self._folder / _LOCK)
        try:
            with _as_unavailable():
                self._lists = ListFolders(self._folder)
                self._progress = _begun(self._folder, log)
                self._lists.forget_retired(self._progress.sequence)
                self._caught_up = last_touched(self._folder) or self._clock.now()
        except BaseException:
            os.close(self._lock)
            raise
        self._is_doubtful = self._progress.made is not None
        self._sought: tuple[str, int] = ("", 0)
        self._problems: list[Problem] = list(self._progress.problems)
        self._said_seconds, self._touched_seconds = time.monotonic(), -HEARTBEAT_SECONDS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends merges and gives up all locks; what was acknowledged is on disk already."""
        while self._keepers:
            self._keepers.popitem()[1].close()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    @property
    def sequence(self) -> int:
        """Number of the last change that is live here."""
        return self._progress.sequence

    def run(self, stop: Stop) -> None:
        """Follows until ``stop`` is set. What cannot be done now is tried again, and said once."""
        fault, active_until = "", 0.0
        while not stop.is_set():
            pause_seconds = ACTIVE_SECONDS if time.monotonic() < active_until else IDLE_SECONDS
            try:
                if self.step():
                    active_until = time.monotonic() + ACTIVE_FOR_SECONDS
                    continue
                if fault:
                    _log.info("follower_goes_on")
                fault = ""
            except TutelaError as error:
                if error.message != fault:
                    _log.exception("follower_stopped", sequence=self.sequence)
                fault, pause_seconds = error.message, FAULT_SECONDS
                self._metrics.count(FAULTS)
            stop.wait(pause_seconds)

    def step(self) -> int:
        """How many changes were worked in: all that are new, up to a thousand.

        Raises Unavailable, and Invalid for a damaged log, when it must be tried again; what was worked in
        before that counts.
        """
        changes = self._log.after(self._progress.sequence, CHANGES_AT_ONCE)
        if not changes:
            self._rest()
            return 0
        if self._is_doubtful:
            self._check_log()
        if not self._progress.sequence:  # the lists are made anew: they are as old as what they lack first
            self._caught_up = min(self._caught_up, changes[0].made)
        last = None
        try:
            for group in joined(changes):
                self._work_in(group)
                last = group[-1]
                if time.monotonic() - self._said_seconds >= SAY_SECONDS:
                    self._say(last)
        finally:
            if last is not None and last.sequence > self._progress.sequence:
                self._say(last)
        return len(changes)

    def _check_log(self) -> None:
        """Returns when the log still has the change that was worked in last. Raises Unavailable.

        A log from an older backup gives out the same numbers again; what has them now was never worked in.
        """
        found = self._log.after(self._progress.sequence - 1, 1)
        if not found or (found[0].sequence, found[0].made) != (self._progress.sequence, self._progress.made):
            raise Unavailable("the change log was taken back: it has other changes than were worked in")
        self._is_doubtful = False

    def _rest(self) -> None:
        """Nothing is left to do: say so now and then."""
        now = time.monotonic()
        if now - self._touched_seconds < HEARTBEAT_SECONDS:
            return
        if self._log.head() < self._progress.sequence:
            self._is_doubtful = self._progress.made is not None
            raise Unavailable("the change log went back: it has less than was worked in already")
        if self._is_doubtful:
            self._check_log()
        self._caught_up, self._touched_seconds = self._clock.now(), now
        with _as_unavailable():
            try:
                touch(self._folder, self._caught_up)
            except FileNotFoundError:
                self._say(None)

    def _say(self, last: Change | None) -> None:
        """Makes it known that everything up to ``last`` is live; without one, as far as before."""
        sequence = self._progress.sequence if last is None else last.sequence
        made = self._progress.made if last is None else last.made
        problems, forgotten = self._problems[-PROBLEMS_MAX:], self._progress.forgotten
        if len(problems) < len(self._problems):
            forgotten = self._problems[-PROBLEMS_MAX - 1].sequence
        said = replace(
            self._progress, sequence=sequence, made=made, problems=tuple(problems), forgotten=forgotten
        )
        with _as_unavailable():
            write_progress(self._folder, said, self._caught_up)
            self._progress, self._problems = said, problems
            self._lists.forget_retired(sequence)
        self._said_seconds = time.monotonic()
        self._metrics.set(HELD_LISTS, len(self._progress.holds))

    def _work_in(self, group: Sequence[Change]) -> None:
        try:
            if len(group) > 1 and self._join(group):
                self._note(group[-1], applied=len(group))
                return
            for change in group:
                self._work_in_one(change)
        except Unavailable:
            self._drop(group[0].list)
            if not self._ends_later(group[-1]):
                raise
            self._note(group[-1], applied=len(group))

    def _ends_later(self, change: Change) -> bool:
        """True when a later change of the log ends the list. Raises Unavailable."""
        name, sequence = self._sought
        if name != change.list or sequence < change.sequence:
            sequence = change.sequence
        while found := self._log.after(sequence, CHANGES_AT_ONCE):
            if any(one.list == change.list and one.act == "retire" for one in found):
                return True
            sequence = found[-1].sequence
        self._sought = (change.list, sequence)  # so much is known when it is tried again
        return False

    def _work_in_one(self, change: Change) -> None:
        try:
            self._apply(change)
        except Unavailable:
            raise
        except TutelaError as error:
            self._refused(change, error)
        else:
            self._note(change, applied=1)

    def _join(self, group: Sequence[Change]) -> bool:
        """True when all changes of the group were written together."""
        name = group[0].list
        if not self._lists.is_there(name) or group[0].sequence <= self._lists.retired_at(name):
            return False
        keeper = self._keeper(name)
        if group[0].act == "disable":
            return keeper.silence_together(group)
        if not all(keeper.can_join(change) for change in group):
            return False
        keeper.add_together(group)
        return True

    def _apply(self, change: Change) -> None:
        name = change.list
        if change.sequence <= self._lists.retired_at(name):
            return  # a kill came after the list was retired: what was before is over
        if change.act == "create":
            with _as_unavailable():
                self._lists.create(change, lists_max=self._lists_max)
        elif not self._lists.is_there(name):
            raise Invalid("there is no such list", field="list")
        elif change.act == "retire":
            self._retire(change)
        else:
            self._keeper(name).apply(change, self._past)

    def _drop(self, name: str) -> None:
        """Closes the writing side of a list; the next change opens it anew, which repairs what it can."""
        keeper = self._keepers.pop(name, None)
        if keeper is not None:
            keeper.close()

    def _retire(self, change: Change) -> None:
        """Also a damaged list can go."""
        with _as_unavailable():
            if _born(self._lists.path(change.list)) > change.sequence:
                return  # it ended an earlier list of this name
            self._drop(change.list)
            self._lists.retire(change)

    def _past(self, sequence: int) -> Change:
        found = self._log.after(sequence - 1, 1)
        if not found or found[0].sequence != sequence:
            raise Unavailable("the change log no longer has a change that waits for a release")
        return found[0]

    def _keeper(self, name: str) -> ListKeeper:
        """The writing side of a list; the one unused for longest is closed when there are many."""
        if name not in self._keepers:
            while len(self._keepers) >= OPEN_LISTS_MAX:
                self._keepers.popitem(last=False)[1].close()
            path = self._lists.path(name)
            self._keepers[name] = ListKeeper(path, self._rules, tail_rows_max=self._tail_rows_max)
        self._keepers.move_to_end(name)
        return self._keepers[name]

    def _note(self, change: Change, *, applied: int) -> None:
        """What everybody may know after a change of this list."""
        self._metrics.count(CHANGES, applied, outcome="applied")
        lists, holds = dict(self._progress.lists), dict(self._progress.holds)
        if not self._lists.is_there(change.list):
            lists.pop(change.list, None)
            holds.pop(change.list, None)
        else:
            lists[change.list] = change.made
            if change.act == "release" and holds.pop(change.list, None) is not None:
                _log.info("list_released", sequence=change.sequence)
        self._progress = replace(self._progress, lists=lists, holds=holds)

    def _refused(self, change: Change, error: TutelaError) -> None:
        """Keeps for those who wait why a change was not applied; says loudly that a list is held."""
        held = isinstance(error, Held)
        self._problems = [one for one in self._problems if one.sequence < change.sequence]
        self._problems.append(problem_of(change.sequence, error, held=held))
        self._metrics.count(CHANGES, outcome="held" if held else "refused")
        if not held:
            _log.warning("change_refused", sequence=change.sequence, code=error.code)
            return
        hold = self._keeper(change.list).standing.hold
        if hold is not None:
            if change.list not in self._progress.holds:
                _log.error("list_held", sequence=change.sequence, reason=hold.reason, entries=hold.entries)
            self._progress = replace(self._progress, holds={**self._progress.holds, change.list: hold})


def _begun(folder: Path, log: ChangeLog) -> Progress:
    """How far the folder is. Raises Conflict when it followed another log, Invalid when a newer release
    wrote it, ValueError, OSError.
    """
    try:
        progress = read_progress(folder)
    except NewerFormatError as error:
        raise Invalid(str(error), field=APPLIED) from error
    if progress.log not in ("", log.identity):
        raise Conflict("this data folder belongs to another change log; begin with an empty one")
    return replace(progress, log=log.identity)


def _born(folder: Path) -> int:
    """Number of the change that made the list; 0 where what stands beside it is damaged. Raises OSError."""
    try:
        return read_standing(folder).born
    except (ValueError, FileNotFoundError):
        return 0


def _locked(path: Path) -> int:
    """A descriptor that holds the follower's lock. Raises Conflict, OSError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise Conflict("another follower runs on this data folder") from error
    return descriptor


@contextlib.contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except NewerFormatError as error:
        raise Unavailable(str(error), retry_after_seconds=1.0) from error
    except (OSError, ValueError) as error:
        raise Unavailable("the data folder cannot be read or written", retry_after_seconds=1.0) from error
