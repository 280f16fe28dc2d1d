"""Which packets of a film are decoded where its key frames are what counts (film mode ``keys``).

Encoders put a key frame at a cut, and phones and streams one at least every second or two. Between two that
follow soon on each other nothing else is decoded, which is many times faster. Where they lie further apart
all of the film is decoded, and a frame looked at for each tick as in mode ``standard``. What follows the last
one is decoded too, because a player goes on showing the last frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Protocol, TypeVar

#: Seconds of a film from one key frame to the next in which nothing else is looked at (our own: two, because
#: the pieces of streams begin with one that often: RFC 8216 and its authoring rules ask for every two).
GAP_SECONDS: Final = 2.0


class Packet(Protocol):
    """What is needed of ``av.Packet``; times are in units of the track, ``size`` in bytes."""

    @property
    def pts(self) -> int | None:
        """When it is shown."""
        ...

    @property
    def duration(self) -> int | None:
        """How long."""
        ...

    @property
    def size(self) -> int:
        """0 for the one that tells a decoder of the end."""
        ...

    @property
    def is_keyframe(self) -> bool:
        """What the container says of it."""
        ...


P = TypeVar("P", bound=Packet)


class KeyFrames:
    """Chooses packets, and remembers which key frames were decoded alone and have not been seen yet."""

    def __init__(self, tick_seconds: float) -> None:
        """``tick_seconds``: the unit of the track's times; 0 where it has none, and all is decoded."""
        self._tick_seconds = tick_seconds
        self._owed: set[int] = set()
        #: Whether the last run is being decoded.
        self.ending = False

    def chosen(self, packets: Iterable[P]) -> Iterator[P]:
        """The packets to decode, in their order."""
        for run, next_pts in _runs(packets):
            first = run[0]
            self.ending = next_pts is None
            if first.pts is None or next_pts is None or not self._is_short(run, next_pts):
                yield from run
                continue
            self._owed.add(first.pts)
            yield first

    def see(self, pts: int | None, *, is_key: bool) -> None:
        """Takes note of a decoded frame: what the decoder does not call a key frame is none."""
        if is_key and pts is not None:
            self._owed.discard(pts)

    @property
    def missing(self) -> bool:
        """Whether a key frame that was decoded alone never came, so that something was not looked at."""
        return bool(self._owed)

    def _is_short(self, run: list[P], next_pts: int) -> bool:
        """Whether a run begins with a key frame and is over soon, by the times of everything in it."""
        starts = [packet.pts for packet in run]
        ends = [one.pts + (one.duration or 0) for one in run if one.pts is not None]
        known = [one for one in (*starts, *ends, next_pts) if one is not None]
        if not self._tick_seconds or not run[0].is_keyframe or None in starts:
            return False
        return (max(known) - min(known)) * self._tick_seconds <= GAP_SECONDS


def _runs(packets: Iterable[P]) -> Iterator[tuple[list[P], int | None]]:
    """Each key frame with all that follows it, and when the next one is shown; the end is a run of its own.

    Compressed frames only: a run is never larger than the film.
    """
    run: list[P] = []
    for packet in packets:
        if run and (packet.is_keyframe or not packet.size):
            yield run, packet.pts if packet.size else None
            run = []
        if packet.size:
            run.append(packet)
        else:
            yield [packet], None
    if run:
        yield run, None
