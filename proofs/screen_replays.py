"""Frames replayed to the guard's screen path with its real judge, and what it veiled. No display."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from proofs.benign_desktop import HEIGHT, WIDTH, as_pixels, changes, text
from tutela.demo.pictures import landscape
from tutela.prevent.guard.screen.fakes import with_veils
from tutela.prevent.guard.screen.questions import rule
from tutela.prevent.guard.screen.shapes import Pixels
from tutela.prevent.guard.screen.watching import Watch
from tutela.prevent.guard.shapes import Judge

#: Seconds between two frames.
STEP_SECONDS = 0.1
#: Frames until everything that was there at the start is ruled on.
SETTLING = 20


@dataclass(kw_only=True)
class Replayed:
    """What became of the frames. ``first`` and ``held``: veils; ``asked``: questions to the judge."""

    changes: int = 0
    first: int = 0
    held: int = 0
    asked: int = 0
    look_seconds: float = 0.0
    #: Numbers of the frames at which something was veiled.
    at: list[int] = field(default_factory=list)


class Replay:
    """One watch, one judge, and a clock that each frame turns on."""

    def __init__(self, judge: Judge) -> None:
        self.watch, self._judge, self._now = Watch(), judge, 0.0

    def play(self, frames: Iterable[Pixels]) -> Replayed:
        """What happened; each answer comes before the next frame does."""
        done = Replayed()
        for number, pixels in enumerate(frames):
            first, held = self.watch.first_veils, self.watch.held_veils
            self._now += STEP_SECONDS
            done.changes += self._look(pixels, done)
            for question in self.watch.take_questions():
                done.asked += 1
                self.watch.rule(question, rule(self._judge, question), self._now)
            done.first += self.watch.first_veils - first
            done.held += self.watch.held_veils - held
            if (self.watch.first_veils, self.watch.held_veils) != (first, held):
                done.at.append(number)
        return done

    def _look(self, pixels: Pixels, done: Replayed) -> bool:
        seen = with_veils(pixels, self.watch.veiled)
        began = time.perf_counter()
        changed = self.watch.look(seen, self._now)
        done.look_seconds += time.perf_counter() - began
        return self._look(pixels, done) or changed if self.watch.look_again else changed


def benign_desktop(judge: Judge, count: int, seed: int) -> tuple[Replayed, Replayed]:
    """What became of the first frames, and of ``count`` changes after them."""
    replay, frames = Replay(judge), changes(seed)
    start = replay.play(itertools.islice(frames, SETTLING))
    return start, replay.play(itertools.islice(frames, count))


def photographs(judge: Judge, count: int) -> Replayed:
    """What became of a viewer that shows one benign picture after another."""
    replay = Replay(judge)
    ground = text(600, WIDTH, HEIGHT, dark=False)
    replay.play([ground] * 3)
    return replay.play(_viewed(ground, count))


def control(judge: Judge, known: Pixels, seed: int) -> Replayed:
    """What became of a known picture that comes up on the same desktop: no veil makes the replay invalid."""
    replay, frames = Replay(judge), changes(seed)
    replay.play(itertools.islice(frames, SETTLING))
    before = next(frames)
    shown, (height, width) = before.copy(), known.shape[:2]
    shown[38 : 62 + height, 188 : 212 + width, :3] = 255  # a picture in a window, as a viewer shows it
    shown[50 : 50 + height, 200 : 200 + width] = known
    return replay.play([before, shown, shown])


def _viewed(ground: Pixels, count: int) -> Iterator[Pixels]:
    for number in range(count):
        shown = ground.copy()
        shown[60:660, 160:960] = 30
        shown[120:600, 240:880] = as_pixels(landscape(8_000 + number, 640, 480))
        yield from (shown, shown)
