"""Pools and lists for tests of the judge."""

from __future__ import annotations

import hashlib
import signal
import threading
from collections.abc import Iterable

import numpy as np

from tests.detect.media.opening import decode
from tutela.detect.fingerprints.pdq import pdq_print
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.media.hearing import Sink
from tutela.detect.media.shapes import Ask, Examined, MediaFacts, ShownForm, Trouble
from tutela.prevent.guard.judging.fakes import FakeKnown


def form(side: int = 300, seed: int = 1, *, pixels: int = 0, flat: bool = False) -> ShownForm:
    """A shown form full of detail, or an even one."""
    luma = np.random.default_rng(seed).integers(0, 256, (64, 64)).astype(np.float32)
    return ShownForm(
        form="f0/r0",
        frame=0,
        full_width=side,
        full_height=side,
        luma64=np.full_like(luma, 99) if flat else luma,
        pixels=np.full((pixels, pixels, 3), seed, np.uint8) if pixels else None,
    )


class Pool:
    """Says of every file what it was told to say; ``gate`` keeps it waiting, ``fault`` is raised."""

    def __init__(
        self,
        forms: Iterable[ShownForm] = (),
        *,
        trouble: Trouble | None = None,
        frames: int = 1,
        fault: Exception | None = None,
        gate: threading.Event | None = None,
    ) -> None:
        self.forms, self.trouble, self.frames, self.fault, self.gate = (
            tuple(forms),
            trouble,
            frames,
            fault,
            gate,
        )
        self.asked: list[Ask] = []
        self.closed = 0

    def examine(self, fd: int, ask: Ask, sink: Sink, *, name_hint: str = "") -> Examined:
        self.asked.append(ask)
        if self.gate is not None:
            assert self.gate.wait(10)
        if self.fault is not None:
            raise self.fault
        for one in self.forms:
            sink(one)
        return Examined(
            member=None,
            size_bytes=1,
            md5=b"m" * 16,
            sha1=b"s" * 20,
            sha256=b"t" * 32,
            facts=MediaFacts(container="jpeg", frames=self.frames),
            trouble=self.trouble,
        )

    def close(self) -> None:
        self.closed += 1


def known_of(*contents: bytes, files: Iterable[bytes] = ()) -> FakeKnown:
    """Lists with the upright PDQ of the first form of these pictures, and the digests of these files."""
    prints = []
    for content in contents:
        found = pdq_print(decode(content)[1][0], mode="fast")
        signal.setitimer(signal.ITIMER_PROF, 0)  # the decoder's own limit, meant for a worker
        assert isinstance(found, Fingerprint)
        prints.append(found.value)
    return FakeKnown(prints=prints, sha256={hashlib.sha256(one).digest() for one in files})
