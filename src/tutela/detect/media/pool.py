"""The media pool: hands open files to sealed workers and trusts nothing that comes back.

Typical use::

    with MediaPool(workers=2) as pool:
        examined = pool.examine(fd, Ask(), sink)

``examine`` never raises for what a file does to a worker: a killed, slow or lying worker is a
``Trouble``, the digests are computed again in a fresh one, and the run goes on. It raises
``Unavailable`` only when no worker can be started at all.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tutela.detect.media import lockdown, protocol
from tutela.detect.media.hearing import Answer, FormDigest, Sink, WorkerLiedError, no_form
from tutela.detect.media.nursery import Ended, Nursery, Worker, WorkerGoneError, WorkerSlowError
from tutela.detect.media.opened import Kind, Opened
from tutela.detect.media.shapes import WEB, Ask, Examined
from tutela.detect.media.spares import Spares
from tutela.detect.media.troubles import trouble
from tutela.detect.media.underway import FAULTS, Part, Underway
from tutela.kernel.errors import Unavailable
from tutela.kernel.log import get_logger

_log = get_logger("media")


@dataclass(frozen=True, kw_only=True, slots=True)
class PoolRules:
    """How workers live and die; ``settings.MediaSettings`` makes one from the configuration."""

    worker_items_max: int = WEB.worker_items_max
    worker_bytes_max: int = WEB.worker_bytes_max
    #: Share of items that a fresh worker examines again, in percent (decisions.md section 1: 1 %).
    recheck_share_percent: float = 1.0
    #: Refuse to work on Linux without Landlock and seccomp (``up`` and ``serve``).
    lockdown_required: bool = False


@dataclass(slots=True)
class PoolCounts:
    """What happened to the workers of a pool so far. Numbers only."""

    items: int = 0
    workers: int = 0
    killed: int = 0
    slow: int = 0
    protocol_faults: int = 0
    rechecked: int = 0
    deviations: int = 0
    peak_bytes: int = 0
    cpu_seconds: float = 0.0


class MediaPool:
    """Up to ``workers`` sealed workers of each kind. Thread-safe; not to be used after a fork."""

    def __init__(self, rules: PoolRules | None = None, *, workers: int = 1) -> None:
        self.rules = rules or PoolRules()
        self.counts = PoolCounts()
        self._workers_max = max(1, workers)
        self._free = threading.Condition()
        self._idle: dict[str, list[Worker]] = {}
        self._busy: dict[str, int] = {}
        self._nurseries: dict[str, Nursery] = {}
        self._spares = Spares()
        #: Workers that nobody has buried yet.
        self._leaving: set[Worker] = set()
        self._batch = 0
        self._random = random.SystemRandom()
        self._layers: int | None = None
        self._closed = False
        with self._free:
            self._idle["picture"] = [self._nursery("picture").worker()]

    def examine(self, fd: int, ask: Ask, sink: Sink, *, name_hint: str = "") -> Examined:
        """Digests, facts and trouble of ONE open file; its shown forms go to ``sink`` as they come.

        ``fd`` stays the caller's and is only read. An archive is not opened here: it gives the
        trouble ``container not opened``, which ``everything.examine_all`` takes away after
        opening it. ``name_hint`` only serves the reason ``name_differs``; it never leaves the parent.
        Raises Unavailable when no worker can be started.
        """
        opened = Opened.of(fd)
        if opened.trouble is not None:
            return Examined(member=None, size_bytes=0, md5=b"", sha1=b"", sha256=b"", trouble=opened.trouble)
        try:
            answer = self._examine_checked(opened, ask, sink)
        finally:
            opened.close()
        with self._free:
            self.counts.items += 1
        return answer.examined(opened, name_hint)

    def begin(self, files: Sequence[tuple[Opened, Sink]], ask: Ask) -> Underway | None:
        """Files that an idle worker begins to look at, as ``examine`` would; see ``underway``.

        None where one is no JPEG or no worker is idle: ``examine`` them then. They must stay open until the
        end, and stay the caller's.
        """
        usable = not ask.pixels and all(opened.kind == "jpeg" for opened, _ in files)
        worker = self._idle_one("picture", len(files)) if usable else None
        if worker is None:
            return None
        parts = [Part.of(opened, sink, twice=self._is_drawn()) for opened, sink in files]
        underway = Underway(pool=self, worker=worker, ask=ask, parts=parts)
        try:
            for one in parts:
                _order(worker, one.opened, ask, protocol.EXAMINE)
        except (WorkerGoneError, Unavailable):
            underway.abandon()
            return None
        with self._free:
            self.counts.items += len(parts)
            with suppress(Unavailable, OSError):  # whoever needs it says so
                self._spares.keep(self._nursery("picture"))
        return underway

    def take_back(self, worker: Worker) -> Worker | None:
        """Takes a worker that answered ``begin`` back; the one to be buried for it. Returns at once."""
        out = self._returned("picture", worker)
        if out is not None:
            with self._free:
                self._leaving.add(out)
        return out

    def bury(self, worker: Worker) -> None:
        """Ends a worker that ``take_back`` named. May block."""
        with self._free:
            self._leaving.discard(worker)
        self._bury("picture", worker)

    def end(self, worker: Worker, answer: Answer, fault: Exception | None) -> None:
        """Ends a worker after its answer to ``begin``, or after its fault, which becomes a trouble."""
        if fault is None:
            self._retire("picture", worker)
        else:
            self._after_fault("picture", worker, fault, answer)

    def digest_again(self, opened: Opened, ask: Ask, answer: Answer) -> None:
        """The digests of a file whose worker failed, from a fresh one."""
        answer.digests = self._digests_only(opened, ask)

    def new_batch(self) -> None:
        """Lets no worker live on: the next item meets fresh ones (one batch per worker life)."""
        with self._free:
            self._batch += 1
            stale = [(kind, worker) for kind, idle in self._idle.items() for worker in idle]
            for idle in self._idle.values():
                idle.clear()
        for kind, worker in stale:
            self._bury(kind, worker)

    @contextmanager
    def borrow(self, kind: Kind) -> Iterator[Worker]:
        """A worker of ``kind`` for one order of one's own; replaced if the block raises.

        For ``containers``: send with ``worker.order``, read with ``worker.read_frame`` until
        ``END``. The worker returns to the pool only when the block ends normally.
        """
        worker = self._take(kind)
        try:
            yield worker
        except BaseException:
            worker.ended = self._retire(kind, worker)
            raise
        self._give_back(kind, worker)

    @property
    def layers(self) -> int:
        """Bits of the sandbox layers in force (``lockdown``); starts a worker if there is none."""
        if self._layers is None:
            with self.borrow("picture") as worker:
                worker.greet()
        return self._layers or 0

    @property
    def missing_layers(self) -> tuple[str, ...]:
        """Names of the sandbox layers that do not work here: say so visibly when not empty."""
        return lockdown.missing_layers(self.layers)

    def close(self) -> None:
        """Ends every worker and nursery. Safe to call twice."""
        with self._free:
            self._closed = True
            nurseries = list(self._nurseries.values())
            self._spares.close()
            stale = [(kind, worker) for kind, idle in self._idle.items() for worker in idle]
            self._idle.clear()
            stale += [("picture", worker) for worker in self._leaving]
            self._leaving.clear()
        for kind, worker in stale:
            self._bury(kind, worker)
        for nursery in nurseries:
            nursery.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def look_again(self, opened: Opened, ask: Ask, answer: Answer, forms: bytes) -> None:
        """A second look by a fresh worker, compared with ``answer`` and a digest of its forms. May block."""
        second = FormDigest(None)
        again = self._examine_once(opened, ask, second, fresh=True)
        with self._free:
            self.counts.rechecked += 1
        if answer.comparable(again) and (answer.digests, forms) != (again.digests, second.value):
            self._record_deviation()
            answer.trouble = trouble("refused", "deviated")
            answer.digests = again.digests

    def _examine_checked(self, opened: Opened, ask: Ask, sink: Sink) -> Answer:
        """One item, and for a random share of them a second look by a fresh worker."""
        if not self._is_drawn():
            return self._examine_once(opened, ask, sink, fresh=False)
        forms = FormDigest(sink)
        answer = self._examine_once(opened, ask, forms, fresh=False)
        self.look_again(opened, ask, answer, forms.value)
        return answer

    def _is_drawn(self) -> bool:
        return self._random.random() * 100 < self.rules.recheck_share_percent

    def _examine_once(self, opened: Opened, ask: Ask, sink: Sink, *, fresh: bool) -> Answer:
        kind = opened.worker_kind
        answer = Answer()
        worker = self._take(kind, fresh=fresh)
        try:
            _order(worker, opened, ask, protocol.EXAMINE)
            answer.read(worker, ask, opened, sink)
        except FAULTS as fault:
            self._after_fault(kind, worker, fault, answer)
            if answer.digests is None or not isinstance(fault, WorkerSlowError):
                answer.digests = self._digests_only(opened, ask)
        except BaseException:
            self._retire(kind, worker)
            raise
        else:
            (self._retire if answer.ends_worker else self._give_back)(kind, worker)
        return answer

    def _digests_only(self, opened: Opened, ask: Ask) -> protocol.Digests | None:
        """Digests from a worker that has seen nothing and decodes nothing; None if that fails too."""
        answer = Answer()
        worker = self._take("picture", fresh=True)
        try:
            _order(worker, opened, ask, protocol.DIGESTS_ONLY)
            answer.read(worker, ask, opened, no_form)
        except FAULTS:
            return None
        finally:
            self._retire("picture", worker)
        return answer.digests

    def _after_fault(self, kind: Kind, worker: Worker, fault: Exception, answer: Answer) -> None:
        """Buries the worker and turns its end into a trouble."""
        ended = self._retire(kind, worker)
        with self._free:
            if isinstance(fault, WorkerSlowError):
                self.counts.slow += 1
                answer.trouble = trouble("refused", "wall")
            elif isinstance(fault, WorkerLiedError):
                self.counts.protocol_faults += 1
                answer.trouble = trouble("unreadable", "protocol")
            else:
                self.counts.killed += 1
                answer.trouble = ended.trouble

    def _record_deviation(self) -> None:
        with self._free:
            self.counts.deviations += 1
            _log.error("recheck_deviated", deviations=self.counts.deviations, items=self.counts.items)
        self.new_batch()

    def _nursery(self, kind: str) -> Nursery:
        """The living nursery of a kind; a dead one is replaced. Call with the lock held."""
        nursery = self._nurseries.get(kind)
        if nursery is None or not nursery.alive:
            nursery = Nursery(kind, bytes_max=self.rules.worker_bytes_max)
            self._nurseries[kind] = nursery
        return nursery

    def _take(self, kind: Kind, *, fresh: bool = False) -> Worker:
        """A worker for one item: an idle one of this batch, else a new one; waits for its turn."""
        with self._free:
            # A walk waits for the walk of a container inside it, so these are never made to wait.
            self._free.wait_for(
                lambda: fresh or kind == "container" or self._busy.get(kind, 0) < self._workers_max
            )
            if self._closed:
                raise Unavailable("the media pool is closed")
            idle = self._idle.setdefault(kind, [])
            worker = idle.pop() if idle and not fresh else self._spares.new_one(self._nursery(kind))
            worker.beside = fresh
            self._busy[kind] = self._busy.get(kind, 0) + (not fresh)
            self._enrol(worker)
        try:
            self._note_layers(worker.greet().layers)
        except BaseException:
            self._retire(kind, worker)
            raise
        return worker

    def _idle_one(self, kind: Kind, files: int) -> Worker | None:
        """A worker that is there, has nothing to do and may see so many files, or None."""
        with self._free:
            idle = self._idle.get(kind, [])
            if self._closed or self._busy.get(kind, 0) >= self._workers_max:
                return None
            seen_max = self.rules.worker_items_max - files
            there = (one for one in reversed(idle) if one.ready is not None and one.batch >= 0)
            worker = next((one for one in there if one.items <= seen_max), None)
            if worker is not None:
                idle.remove(worker)
            elif not lockdown.missing_layers(self._spares.layers(kind) or 0):
                worker = self._spares.new_one(self._nursery(kind))
                self._enrol(worker)
            if worker is not None:
                self._busy[kind] = self._busy.get(kind, 0) + 1
            return worker

    def _enrol(self, worker: Worker) -> None:
        """Makes a new worker one of this batch. Call with the lock held."""
        if worker.batch < 0:
            self.counts.workers += 1
            worker.batch = self._batch

    def _is_fit(self, worker: Worker) -> bool:
        """Whether a worker may see another file. Call with the lock held."""
        return worker.items < self.rules.worker_items_max and worker.batch == self._batch and not self._closed

    def _note_layers(self, layers: int) -> None:
        self._layers = layers
        if self.rules.lockdown_required and lockdown.missing_layers(layers):
            missing = ", ".join(lockdown.missing_layers(layers))
            raise Unavailable(f"this system cannot lock a media worker down: {missing} missing")

    def _give_back(self, kind: Kind, worker: Worker) -> None:
        out = self._returned(kind, worker)
        if out is not None:
            self._bury(kind, out)

    def _returned(self, kind: Kind, worker: Worker) -> Worker | None:
        """Takes a worker back; the one that has to be buried for it, itself where it has seen enough."""
        with self._free:
            room = self._workers_max + worker.beside  # it soon takes the place of an older one
            self._let_go(kind, worker)
            if not self._is_fit(worker):
                return worker
            idle = self._idle.setdefault(kind, [])
            idle.append(worker)
            if len(idle) + self._busy.get(kind, 0) <= room:
                return None
            oldest = max(idle, key=lambda one: one.items)
            idle.remove(oldest)
            return oldest

    def _retire(self, kind: Kind, worker: Worker) -> Ended:
        ended = self._bury(kind, worker)
        with self._free:
            self._let_go(kind, worker)
        return ended

    def _let_go(self, kind: Kind, worker: Worker) -> None:
        """Counts a worker as busy no longer. Call with the lock held."""
        if not worker.beside:
            self._busy[kind] -= 1
            self._free.notify_all()  # some may wait for another kind
        worker.beside = False

    def _bury(self, kind: str, worker: Worker) -> Ended:
        with self._free:
            nursery = self._nurseries[kind]
        ended = nursery.bury(worker)
        with self._free:
            self.counts.peak_bytes = max(self.counts.peak_bytes, ended.peak_bytes)
            self.counts.cpu_seconds += ended.cpu_seconds
        return ended


def _order(worker: Worker, opened: Opened, ask: Ask, operation: int) -> None:
    """Asks a worker about a file. Raises WorkerGoneError."""
    request = protocol.Request(operation=operation, size_bytes=opened.size_bytes, ask=ask)
    worker.order(request, opened.fd, opened.pieces)
