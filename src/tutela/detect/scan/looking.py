"""One file of a scan, in a worker thread: opened, compared with what was seen, examined, fingerprinted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol

from tutela.detect.fingerprints.digests import Digests, digest_descriptor, digest_prints
from tutela.detect.fingerprints.files import Fingerprinter, Sink
from tutela.detect.fingerprints.shapes import FileFingerprints, Fingerprint
from tutela.detect.matching.shapes import Decision
from tutela.detect.media.shapes import Ask, Examined, MediaFacts
from tutela.detect.media.sniff import HEAD_BYTES, family, sniff
from tutela.detect.scan.journal import Journal, Verdict
from tutela.detect.scan.segments import open_segments
from tutela.detect.scan.shapes import ScanFile
from tutela.detect.scan.sources.folders import reason_of
from tutela.detect.scan.twins import probe

if TYPE_CHECKING:
    from tutela.detect.media.everything import Pool
    from tutela.detect.media.nursery import Worker

KnownGood = Callable[[Sequence[Fingerprint]], Decision | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """What was known about a content before the sandbox: its probe, and perhaps what it came to."""

    probe: bytes | None = None
    verdict: Verdict | None = None
    decision: Decision | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """One file or member, looked at. ``prints`` is None when it could not even be opened.

    A ``container`` comes after its members; a ``shortcut`` with verdict or decision needs no look-up.
    ``deleted`` marks a deleted entry of a disk image.
    """

    file: ScanFile
    member: str | None = None
    prints: FileFingerprints | None = None
    trouble: str = ""
    shortcut: Shortcut = Shortcut()
    container: bool = False
    deleted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """Nothing more comes from this file."""

    file: ScanFile


class ExamineAll(Protocol):
    """What is needed of ``detect.media.everything.examine_all``: the members, then the file."""

    def __call__(
        self,
        pool: Pool,
        fd: int,
        ask: Ask,
        *,
        name: str,
        sink_for: Callable[[str | None], Sink],
        skip: Callable[[str], bool],
        segments: Sequence[int] = (),
        at_once: int = 1,
    ) -> Iterator[Examined]:
        """What the sandbox says about each, in order; ``skip`` names members that are not wanted.

        ``segments`` are the further parts of an E01 image.
        """


class Names(Protocol):
    """What is needed of ``names.NameLooker``."""

    def prints(self, untrusted_name: str) -> tuple[Fingerprint, ...]:
        """Fingerprints of a name's words."""


class FrugalPool:
    """A pool that asks the sandbox only about content that was not seen before and is not known good.

    Containers always go through: their members need findings of their own. What was known goes along
    as ``Examined.note``. Threads may share it.
    """

    def __init__(
        self, pool: Pool, journal: Journal, known_good: KnownGood | None, *, reuse: bool = True
    ) -> None:
        self._pool, self._journal, self._known_good, self._reuse = pool, journal, known_good, reuse

    def examine(self, fd: int, ask: Ask, sink: Sink, *, name_hint: str = "") -> Examined:
        """The sandbox's answer, or one made of digests when that is all that is needed."""
        size_bytes = os.lseek(fd, 0, os.SEEK_END)
        os.lseek(fd, 0, os.SEEK_SET)
        probe_ = probe(fd, size_bytes) if size_bytes else None
        short = self._short(fd, probe_)
        if short is not None:
            return short
        examined = self._pool.examine(fd, ask, sink, name_hint=name_hint)
        return replace(examined, note=Shortcut(probe=probe_))

    def borrow(self, kind: Literal["container"]) -> AbstractContextManager[Worker]:
        """A worker of the pool behind, for walking through a container."""
        return self._pool.borrow(kind)

    def _short(self, fd: int, probe_: bytes | None) -> Examined | None:
        twin = self._reuse and probe_ is not None and self._journal.may_be_twin(probe_)
        if not twin and self._known_good is None:
            return None
        kind = sniff(os.pread(fd, HEAD_BYTES, 0))
        if family(kind) == "container":
            return None
        digests = digest_descriptor(fd)
        verdict = self._journal.verdict_of_twin(probe_, digests.sha256) if twin and probe_ else None
        decision = None
        if verdict is None and self._known_good is not None:
            decision = self._known_good(digest_prints(digests))
        if verdict is None and decision is None:
            return None
        facts = MediaFacts(container=verdict.media_kind if verdict else kind)
        return _examined(digests, facts, Shortcut(probe=probe_, verdict=verdict, decision=decision))


def shortcut_of(examined: Examined) -> Shortcut:
    """What a ``FrugalPool`` knew about this content; nothing where it was never asked."""
    return examined.note if isinstance(examined.note, Shortcut) else Shortcut()


def _examined(digests: Digests, facts: MediaFacts, shortcut: Shortcut) -> Examined:
    return Examined(
        member=None,
        size_bytes=digests.size_bytes,
        md5=digests.md5,
        sha1=digests.sha1,
        sha256=digests.sha256,
        facts=facts,
        note=shortcut,
    )


class Looker:
    """Looks at files; shared by all worker threads of a scan.

    ``known_good`` is given only where a list of known good files is asked, ``names`` only where a list
    has keywords: then what an equal content came to says nothing about this name, and nothing is reused.
    ``at_once`` members of one container are examined at the same time.
    """

    def __init__(
        self,
        pool: Pool,
        fingerprinter: Fingerprinter,
        journal: Journal,
        *,
        examine_all: ExamineAll,
        known_good: KnownGood | None = None,
        names: Names | None = None,
        at_once: int = 1,
    ) -> None:
        self._pool, self._fingerprinter, self._journal = pool, fingerprinter, journal
        self._names, self._at_once = names, at_once
        self._examine_all, self._known_good = examine_all, known_good

    def look(self, file: ScanFile) -> Iterator[Looked | Finished]:
        """What is seen of the file and its members, and then that it is finished."""
        reusable = file.identity is not None and self._names is None
        linked = self._journal.verdict_of_link(file.identity) if reusable and file.identity else None
        if linked is not None:
            yield _looked_of_link(file, linked)
        elif file.opener is None:
            yield Looked(file=file, trouble=file.trouble)
        else:
            yield from self._open(file, file.opener)
        yield Finished(file=file)

    def _open(self, file: ScanFile, opener: Callable[[], int]) -> Iterator[Looked]:
        try:
            fd = opener()
        except OSError as error:
            yield Looked(file=file, trouble=reason_of(error))
            return
        try:
            with open_segments(file.path) as segments:
                yield from self._members(file, fd, segments)
        except OSError as error:
            yield Looked(file=file, trouble=reason_of(error))
        finally:
            os.close(fd)

    def _members(self, file: ScanFile, fd: int, segments: Sequence[int]) -> Iterator[Looked]:
        pool = FrugalPool(self._pool, self._journal, self._known_good, reuse=self._names is None)
        examine = partial(
            self._examine_all,
            pool,
            fd,
            self._fingerprinter.ask,
            name=os.path.basename(file.path),
            skip=lambda member: self._journal.is_done(file.path, member),
            segments=segments,
            at_once=self._at_once,
        )
        found = self._fingerprinter.fingerprint_members(lambda sink_for: examine(sink_for=sink_for))
        for examined, prints in found:
            container = family(examined.facts.container) == "container"
            yield Looked(
                file=file,
                member=examined.member,
                prints=self._named(file, prints),
                shortcut=Shortcut() if container else shortcut_of(examined),
                container=container,
                deleted=examined.deleted,
            )

    def _named(self, file: ScanFile, prints: FileFingerprints) -> FileFingerprints:
        if self._names is None:
            return prints
        name = os.path.basename(file.path) if prints.member is None else prints.member
        return replace(prints, prints=(*prints.prints, *self._names.prints(name)))


def _looked_of_link(file: ScanFile, verdict: Verdict) -> Looked:
    digest = Fingerprint(kind="sha256", value=verdict.sha256)
    prints = FileFingerprints(
        member=None,
        size_bytes=file.size_bytes,
        facts=MediaFacts(container=verdict.media_kind),
        trouble=None,
        prints=(digest,),
    )
    return Looked(file=file, prints=prints, shortcut=Shortcut(verdict=verdict))
