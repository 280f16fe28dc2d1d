"""Builders for the tests of the scan: a folder with benign stand-ins, and a scanner over fakes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tutela.detect.fingerprints.contract import sample_form
from tutela.detect.fingerprints.fakes import FakeAnswer, FakePool
from tutela.detect.fingerprints.files import Fingerprinter, Sink
from tutela.detect.fingerprints.shapes import FileFingerprints
from tutela.detect.matching.shapes import Decision, Match
from tutela.detect.media.everything import Pool
from tutela.detect.media.shapes import Ask, Examined, MediaFacts, Trouble
from tutela.detect.scan.engines import Engine, SerialEngine
from tutela.detect.scan.findings import FindingsSink, StreamSink
from tutela.detect.scan.journal import Journal
from tutela.detect.scan.looking import KnownGood, Looker
from tutela.detect.scan.progress import NullProgress
from tutela.detect.scan.scanner import Scanner

KNOWN = b"picture: known"


def answer(content: bytes) -> FakeAnswer:
    """A fake sandbox: contents that begin with ``picture`` have one form, ``broken`` ones a trouble."""
    if content.startswith(b"picture"):
        return FakeAnswer(forms=(sample_form(),), facts=MediaFacts(container="jpeg"))
    if content.startswith(b"broken"):
        return FakeAnswer(
            facts=MediaFacts(container="jpeg"), trouble=Trouble(kind="unreadable", reason="truncated")
        )
    return FakeAnswer(trouble=Trouble(kind="not_media", reason="an ordinary file"))


class FakeDecider:
    """Knows the SHA-256 of ``KNOWN``; ``batches`` records how many files each call brought."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def decide_many(self, files: Sequence[FileFingerprints]) -> list[Decision]:
        self.batches.append(len(files))
        return [self._decide(file) for file in files]

    def _decide(self, file: FileFingerprints) -> Decision:
        if file.digest("sha256") == hashlib.sha256(KNOWN).digest():
            match = Match(
                list="demo", version="1", entry="e1", kind="sha256", form="file", distance_bits=None
            )
            return Decision(status="known", confirmed="sha256", reason="SHA-256 is equal", matches=(match,))
        if file.trouble is not None and file.trouble.kind != "not_media":
            return Decision(status=file.trouble.kind, confirmed=None, reason=file.trouble.reason)
        return Decision(status="unknown", confirmed=None, reason="nothing is near")


def examine_all(
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
    """No containers here: the file alone."""
    yield pool.examine(fd, ask, sink_for(None), name_hint=name)


@dataclass(kw_only=True)
class Bench:
    """A scanner over fakes; ``lines`` is what it wrote."""

    journal: Journal
    pool: FakePool = field(default_factory=lambda: FakePool(answer))
    engine: Engine = field(default_factory=SerialEngine)
    decider: FakeDecider = field(default_factory=FakeDecider)
    known_good: KnownGood | None = None
    written: io.BytesIO = field(default_factory=io.BytesIO)

    def scanner(
        self, sink: FindingsSink | None = None, *, walk_all: Callable[..., Iterator[Examined]] = examine_all
    ) -> Scanner:
        looker = Looker(
            self.pool,
            Fingerprinter(self.pool, Ask()),
            self.journal,
            examine_all=walk_all,
            known_good=self.known_good,
        )
        return Scanner(
            journal=self.journal,
            sink=sink or StreamSink(self.written),
            looker=looker,
            decider=self.decider,
            engine=self.engine,
            progress=NullProgress(),
        )

    @property
    def lines(self) -> list[str]:
        return self.written.getvalue().decode().splitlines()


def folder_of(folder: Path, contents: Iterable[tuple[str, bytes]]) -> Path:
    """A folder with these files; names may hold ``/``."""
    for name, content in contents:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
