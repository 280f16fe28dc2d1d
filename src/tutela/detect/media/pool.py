"""The media pool: hands open files to sealed workers and trusts nothing that comes back.

Typical use::

    with MediaPool(workers=2) as pool:
        examined = pool.examine(fd, Ask(), sink)

``examine`` never raises for what a file does to a worker: a killed, slow or lying worker is a
``Trouble``, the digests are computed again in a fresh one, and the run goes on. It raises
``Unavailable`` only when no worker can be started at all.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePath
from types import TracebackType
from typing import Final, Literal, Self

from tutela.detect.media import lockdown, protocol
from tutela.detect.media.nursery import Ended, Nursery, Patience, Worker, WorkerGoneError, WorkerSlowError
from tutela.detect.media.shapes import WEB, Ask, Examined, Limits, MediaFacts, ShownForm, Trouble
from tutela.detect.media.sniff import HEAD_BYTES, family, sniff
from tutela.detect.media.troubles import trouble
from tutela.kernel.errors import Unavailable

Kind = Literal["picture", "heic", "film", "container"]
Sink = Callable[[ShownForm], None]

#: Slowest rate at which a file is read and digested before the wall time runs out (bytes/s):
#: a tenth of one hard disk.
READ_RATE_MIN: Final = 10 << 20
#: Wall seconds a film may take for one CPU second of its budget (other films run beside it).
FILM_WALL_FACTOR: Final = 3.0


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
        self._batch = 0
        self._random = random.SystemRandom()
        self._layers: int | None = None
        self._closed = False
        with self._free:
            self._idle["picture"] = [self._nursery("picture").worker()]

    # --- the interface -----------------------------------------------------------------------

    def examine(self, fd: int, ask: Ask, sink: Sink, *, name_hint: str = "") -> Examined:
        """Digests, facts and trouble of ONE open file; its shown forms go to ``sink`` as they come.

        ``fd`` stays the caller's and is only read. An archive is not opened here: it gives the
        trouble ``container not opened``, which ``everything.examine_all`` takes away after
        opening it. ``name_hint`` only serves the reason ``name_differs``; it never leaves the parent.
        Raises Unavailable when no worker can be started.
        """
        opened = _Opened.of(fd)
        if opened.trouble is not None:
            return Examined(member=None, size_bytes=0, md5=b"", sha1=b"", sha256=b"", trouble=opened.trouble)
        try:
            answer = self._examine_checked(opened, ask, sink)
        finally:
            opened.close()
        with self._free:
            self.counts.items += 1
        return answer.examined(opened, name_hint)

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
            self._retire(kind, worker)
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
            stale = [(kind, worker) for kind, idle in self._idle.items() for worker in idle]
            self._idle.clear()
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

    # --- one item ----------------------------------------------------------------------------

    def _examine_checked(self, opened: _Opened, ask: Ask, sink: Sink) -> _Answer:
        """One item, and for a random share of them a second look by a fresh worker."""
        if self._random.random() * 100 >= self.rules.recheck_share_percent:
            return self._examine_once(opened, ask, sink, fresh=False)
        first_forms, second_forms = _FormDigest(sink), _FormDigest(None)
        answer = self._examine_once(opened, ask, first_forms, fresh=False)
        again = self._examine_once(opened, ask, second_forms, fresh=True)
        with self._free:
            self.counts.rechecked += 1
        if answer.comparable(again) and (answer.digests, first_forms.value) != (again.digests, second_forms.value):
            self._record_deviation()
            answer.trouble = trouble("refused", "deviated")
            answer.digests = again.digests
        return answer

    def _examine_once(self, opened: _Opened, ask: Ask, sink: Sink, *, fresh: bool) -> _Answer:
        kind = opened.worker_kind
        answer = _Answer()
        worker = self._take(kind, fresh=fresh)
        try:
            worker.order(_message(opened, ask, protocol.EXAMINE), opened.fd)
            answer.read(worker, ask, opened, sink)
        except (WorkerGoneError, WorkerSlowError, ValueError) as fault:
            self._after_fault(kind, worker, fault, answer)
            if answer.digests is None or not isinstance(fault, WorkerSlowError):
                answer.digests = self._digests_only(opened, ask)
        except BaseException:
            self._retire(kind, worker)
            raise
        else:
            (self._retire if fresh or answer.ends_worker else self._give_back)(kind, worker)
        return answer

    def _digests_only(self, opened: _Opened, ask: Ask) -> protocol.Digests | None:
        """Digests from a worker that has seen nothing and decodes nothing; None if that fails too."""
        answer = _Answer()
        worker = self._take("picture", fresh=True)
        try:
            worker.order(_message(opened, ask, protocol.DIGESTS_ONLY), opened.fd)
            answer.read(worker, ask, opened, _no_sink)
        except (WorkerGoneError, WorkerSlowError, ValueError):
            return None
        finally:
            self._retire("picture", worker)
        return answer.digests

    def _after_fault(self, kind: Kind, worker: Worker, fault: Exception, answer: _Answer) -> None:
        """Buries the worker and turns its end into a trouble."""
        ended = self._retire(kind, worker)
        with self._free:
            if isinstance(fault, WorkerSlowError):
                self.counts.slow += 1
                answer.trouble = trouble("refused", "wall")
            elif isinstance(fault, ValueError):
                self.counts.protocol_faults += 1
                answer.trouble = trouble("unreadable", "protocol")
            else:
                self.counts.killed += 1
                answer.trouble = _trouble_of_end(ended)

    def _record_deviation(self) -> None:
        with self._free:
            self.counts.deviations += 1
        self.new_batch()

    # --- workers -----------------------------------------------------------------------------

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
            self._free.wait_for(lambda: fresh or self._busy.get(kind, 0) < self._workers_max)
            if self._closed:
                raise Unavailable("the media pool is closed")
            self._busy[kind] = self._busy.get(kind, 0) + 1
            idle = self._idle.setdefault(kind, [])
            try:
                worker = idle.pop() if idle and not fresh else self._nursery(kind).worker()
            except BaseException:
                self._busy[kind] -= 1
                raise
            if worker.batch < 0:
                self.counts.workers += 1
                worker.batch = self._batch
        try:
            self._note_layers(worker.greet().layers)
        except BaseException:
            self._retire(kind, worker)
            raise
        return worker

    def _note_layers(self, layers: int) -> None:
        self._layers = layers
        if self.rules.lockdown_required and lockdown.missing_layers(layers):
            missing = ", ".join(lockdown.missing_layers(layers))
            raise Unavailable(f"this system cannot lock a media worker down: {missing} missing")

    def _give_back(self, kind: Kind, worker: Worker) -> None:
        with self._free:
            fit = worker.items < self.rules.worker_items_max and worker.batch == self._batch
            if fit and not self._closed:
                self._idle.setdefault(kind, []).append(worker)
                self._busy[kind] -= 1
                self._free.notify()
                return
        self._retire(kind, worker)

    def _retire(self, kind: Kind, worker: Worker) -> Ended:
        ended = self._bury(kind, worker)
        with self._free:
            self._busy[kind] -= 1
            self._free.notify()
        return ended

    def _bury(self, kind: str, worker: Worker) -> Ended:
        with self._free:
            nursery = self._nurseries[kind]
        ended = nursery.bury(worker)
        with self._free:
            self.counts.peak_bytes = max(self.counts.peak_bytes, ended.peak_bytes)
            self.counts.cpu_seconds += ended.cpu_seconds
        return ended


@dataclass(kw_only=True, slots=True)
class _Opened:
    """One file as the parent sees it: a read-only descriptor, its size, its kind by content."""

    fd: int
    size_bytes: int
    kind: str
    own: bool
    trouble: Trouble | None = None

    @classmethod
    def of(cls, fd: int) -> _Opened:
        """The file behind ``fd``; ``trouble`` says why it cannot be examined."""
        try:
            status = os.fstat(fd)
            if not stat.S_ISREG(status.st_mode):
                return cls(fd=fd, size_bytes=0, kind="unknown", own=False, trouble=trouble("unreadable", "not_regular"))
            kind = _kind_of(fd)
            mine = _read_only(fd)
        except OSError:
            return cls(fd=fd, size_bytes=0, kind="unknown", own=False, trouble=trouble("unreadable", "unreadable"))
        return cls(fd=mine, size_bytes=status.st_size, kind=kind, own=mine != fd)

    @property
    def family(self) -> str:
        """Family of the kind (``sniff.family``)."""
        return family(self.kind)

    @property
    def worker_kind(self) -> Kind:
        """Which workers decode this kind; the picture workers also say no to everything else."""
        if self.kind == "heic":
            return "heic"
        return "film" if self.family == "film" else "picture"

    def close(self) -> None:
        """Closes the descriptor if it is a reopened one."""
        if self.own:
            os.close(self.fd)


#: Enough to know every kind but tar archives and disk images.
_FIRST_BYTES: Final = 4_096


def _kind_of(fd: int) -> str:
    kind = sniff(os.pread(fd, _FIRST_BYTES, 0))
    return sniff(os.pread(fd, HEAD_BYTES, 0)) if kind == "unknown" else kind


def _read_only(fd: int) -> int:
    """``fd`` itself when it is read-only, else a read-only one onto the same file."""
    import fcntl  # noqa: PLC0415 - POSIX only, as SCM_RIGHTS is

    if fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        return fd
    return os.open(f"/dev/fd/{fd}", os.O_RDONLY | os.O_CLOEXEC)


_FAULT: Final = trouble("unreadable", "fault")


class _Answer:
    """What one worker said about one file, checked while it arrives."""

    def __init__(self) -> None:
        self.digests: protocol.Digests | None = None
        self.facts: MediaFacts | None = None
        self.trouble: Trouble | None = None

    def read(self, worker: Worker, ask: Ask, opened: _Opened, sink: Sink) -> None:
        """Reads frames until ``END``; ValueError for any that breaks a rule."""
        patience = Patience(wall_seconds(opened.size_bytes, ask.limits, film=opened.family == "film"))
        forms_left = forms_max(ask, film=opened.family == "film")
        payload_max = protocol.form_payload_max(ask)
        while True:
            frame_type, payload = worker.read_frame(patience, payload_max)
            if frame_type == protocol.FORM and forms_left > 0 and self.digests is not None:
                forms_left -= 1
                sink(protocol.parse_form(payload, ask=ask))
            elif frame_type == protocol.DIGESTS and self.digests is None:
                self.digests = protocol.parse_digests(payload, size_bytes=opened.size_bytes)
            elif frame_type == protocol.FACTS and self.facts is None:
                self.facts = protocol.parse_facts(payload)
            elif frame_type == protocol.TROUBLE and self.trouble is None:
                self.trouble = protocol.parse_trouble(payload)
            elif frame_type == protocol.END:
                return
            else:
                raise ValueError("a frame that is not expected here")

    @property
    def ends_worker(self) -> bool:
        """Whether the worker must not see another file: a limit was hit or the decoder failed."""
        return self.trouble is not None and (self.trouble.kind == "refused" or self.trouble == _FAULT)

    def comparable(self, other: _Answer) -> bool:
        """Whether two looks at one file must agree: neither hit a limit that depends on time."""
        return all(answer.trouble is None or answer.trouble.kind == "not_media" for answer in (self, other))

    def examined(self, opened: _Opened, name_hint: str) -> Examined:
        """The answer as the outside sees it."""
        facts = self.facts or MediaFacts(container=opened.kind)
        if name_hint and name_differs(name_hint, opened.kind):
            facts = replace(facts, ambiguous=(*facts.ambiguous, "name_differs"))
        digests = self.digests
        return Examined(
            member=None,
            size_bytes=digests.size_bytes if digests else 0,
            md5=digests.md5 if digests else b"",
            sha1=digests.sha1 if digests else b"",
            sha256=digests.sha256 if digests else b"",
            facts=facts,
            trouble=self.trouble if digests else self.trouble or trouble("unreadable", "unreadable"),
        )


class _FormDigest:
    """A sink that passes forms on and keeps a digest of all that went through."""

    def __init__(self, sink: Sink | None) -> None:
        self._sink = sink
        self._digest = hashlib.blake2b(digest_size=16)

    def __call__(self, form: ShownForm) -> None:
        self._digest.update(form.form.encode() + form.luma64.tobytes())
        if self._sink is not None:
            self._sink(form)

    @property
    def value(self) -> bytes:
        """Digest of names and reductions in their order, 16 bytes."""
        return self._digest.digest()


def wall_seconds(size_bytes: int, limits: Limits, *, film: bool) -> float:
    """Wall seconds after which a worker is killed: reading, then decoding one item."""
    decoding = limits.film_cpu_seconds * FILM_WALL_FACTOR if film else 0.0
    return limits.item_wall_seconds + decoding + size_bytes / READ_RATE_MIN


def forms_max(ask: Ask, *, film: bool) -> int:
    """Most shown forms that one file may give: frames, two grounds, crops of each."""
    frames = ask.limits.film_frames_max if film else 2 * ask.limits.frames_max
    return (frames + 2) * (1 + len(ask.crops_percent))


#: Extensions that media of each kind usually have; others make the name suspicious.
_USUAL: Final[dict[str, frozenset[str]]] = {
    "jpeg": frozenset({"jpg", "jpeg", "jpe", "jfif", "thm", "mpo"}),
    "png": frozenset({"png", "apng"}),
    "gif": frozenset({"gif"}),
    "webp": frozenset({"webp"}),
    "avif": frozenset({"avif", "avifs"}),
    "heic": frozenset({"heic", "heif", "hif", "heics", "heifs"}),
    "tiff": frozenset({"tif", "tiff", "dng", "nef", "cr2", "arw"}),
    "bmp": frozenset({"bmp", "dib"}),
}


def name_differs(name: str, kind: str) -> bool:
    """Whether a picture has an extension that says something else (none at all is no lie)."""
    suffix = PurePath(name).suffix.lower().lstrip(".")
    return bool(suffix) and kind in _USUAL and suffix not in _USUAL[kind]


def _message(opened: _Opened, ask: Ask, operation: int) -> bytes:
    return protocol.render_request(protocol.Request(operation=operation, size_bytes=opened.size_bytes, ask=ask))


def _trouble_of_end(ended: Ended) -> Trouble:
    if ended.signal_number in (signal.SIGPROF, signal.SIGXCPU):
        return trouble("refused", "cpu")
    return trouble("unreadable", "killed")


def _no_sink(form: ShownForm) -> None:
    """Takes nothing: a digests-only answer must hold no form."""
    raise ValueError("a form in an answer of digests only")
