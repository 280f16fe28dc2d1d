"""Whom a judge asks, and how it works. Plain data and protocols."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from tutela.detect.fingerprints.digests import Digests
from tutela.detect.media.hearing import Sink
from tutela.detect.media.shapes import Ask, Examined

#: What lists say of a picture: the very file, or one that looks like it.
Found = Literal["exact", "near"]


class Known(Protocol):
    """The lists in force. Thread-safe."""

    def ask(self, digests: Digests, prints: NDArray[np.uint8]) -> Found | None:
        """Whether a file is listed; ``prints`` are its PDQ hashes, (N, 32), N may be 0.

        Raises Unavailable where the lists cannot be used.
        """
        ...


class Examines(Protocol):
    """What is needed of ``detect.media.pool.MediaPool``."""

    def examine(self, fd: int, ask: Ask, sink: Sink, *, name_hint: str = "") -> Examined:
        """As ``MediaPool.examine``."""
        ...

    def close(self) -> None:
        """As ``MediaPool.close``."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgeRules:
    """How pictures and films are judged. The guard's settings make one; the defaults are for a laptop."""

    #: Pictures that are looked at together: one for each core of the two that the bars are measured on.
    workers: int = 2
    #: Pictures that may wait for their turn; one more is held at once (our own: ten pages at six each).
    waiting_max: int = 64
    #: Bytes of all pictures that wait or are looked at (our own).
    waiting_bytes_max: int = 128 << 20
    #: Bytes of one picture (our own: some eight times a large photograph; a larger one is held).
    bytes_max: int = 32 << 20
    #: Bytes of one film (our own: some six minutes at a megabit a second; a larger one is held).
    film_bytes_max: int = 48 << 20
    #: Films that may wait while one is looked at: never more than one is, so that pictures have their turn.
    films_waiting_max: int = 4
    #: Pictures with both sides below so many pixels pass after their digests alone. Nothing can be made out
    #: in 23 x 23 pixels: icons and tracking pixels are of this size, PDQ says nothing of them (it reduces to
    #: 64 x 64), and a page has dozens. A scene can be cut into such tiles on purpose: set 0 to look at all.
    tiny_side_pixels: int = 24
    #: Rulings that are remembered (our own: a day's browsing; 10,000 take about 2 MB).
    rulings_max: int = 10_000
    #: Refuse to open any picture where Landlock or seccomp is missing: then all of them are held.
    lockdown_required: bool = True


def digests_of(content: bytes) -> Digests:
    """The three digests by which lists know files, computed here: a worker that was taken over cannot lie."""
    return Digests(
        md5=hashlib.md5(content, usedforsecurity=False).digest(),
        sha1=hashlib.sha1(content, usedforsecurity=False).digest(),
        sha256=hashlib.sha256(content).digest(),
        size_bytes=len(content),
    )
