"""Pictures shown on a virtual screen behind the guard's screen path, timed by reading the screen's memory."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from proofs import machine
from tests.prevent.guard.screen.stage import Stage
from tutela.prevent.guard.screen.shapes import Pixels, Rectangle

#: Points of a picture that are read in each sample, along each side.
_POINTS = 9
#: Share of them from which a picture counts as seen: single pixels stay open in a veil.
SEEN_SHARE = 0.1
#: Seconds for which a trial is watched after the picture came.
WATCHED_SECONDS = 1.0


def guard_python() -> str:
    """The Python of the guard's environment, with the screen packages."""
    named = os.environ.get("GUARD_PYTHON")
    return named or str(machine.ROOT / os.environ.get("GUARD_VENV", ".venv-guard") / "bin" / "python")


def child_environment(display: str) -> dict[str, str]:
    """For the programs on the stage: their screen, and this checkout."""
    outer = {k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "XDG_SESSION_TYPE")}
    paths = [str(machine.ROOT / "src"), str(machine.ROOT), *filter(None, [outer.get("PYTHONPATH")])]
    return {**outer, "DISPLAY": display, "PYTHONPATH": os.pathsep.join(paths)}


class Talker:
    """A program that answers each line with a line."""

    def __init__(self, command: Sequence[str], display: str) -> None:
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=child_environment(display),
            cwd=machine.ROOT,
        )

    def hear(self) -> str:
        """The next line. Raises RuntimeError where there is none."""
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise RuntimeError("the program ended")
        return line.strip()

    def say(self, line: str) -> None:
        """Says a line, and does not wait."""
        if self.process.stdin is not None:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()


@contextmanager
def talking(command: Sequence[str], display: str) -> Iterator[Talker]:
    """A program, ended at the end."""
    talker = Talker(command, display)
    try:
        yield talker
    finally:
        if talker.process.stdin is not None:
            talker.process.stdin.close()
        try:
            talker.process.wait(10)
        except subprocess.TimeoutExpired:
            talker.process.kill()
        if talker.process.stdout is not None:
            talker.process.stdout.close()


@dataclass(kw_only=True)
class Seen:
    """What was seen of one picture. Times in milliseconds, from the first sample that showed it."""

    shown: bool
    covered_after: float
    shown_in_all: float
    rest_after: float | None
    shown_last: bool
    samples: int
    seconds: float


@dataclass(kw_only=True)
class Trials:
    """All trials of one kind."""

    seen: list[Seen] = field(default_factory=list)

    def exposures(self) -> list[float]:
        """Milliseconds from first seen to first covered."""
        return [one.covered_after for one in self.seen if one.shown]

    def rate(self) -> float:
        """Samples a second."""
        return sum(one.samples for one in self.seen) / sum(one.seconds for one in self.seen)


def points(place: Rectangle, picture: Pixels) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, columns and colours by which a picture at ``place`` is told."""
    rows = np.linspace(5, place.height - 6, _POINTS).astype(np.intp)
    columns = np.linspace(7, place.width - 8, _POINTS).astype(np.intp)
    down, across = (one.ravel() for one in np.meshgrid(rows, columns, indexing="ij"))
    return down + place.top, across + place.left, picture[down, across, :3]


def watch(stage: Stage, place: Rectangle, picture: Pixels, seconds: float = WATCHED_SECONDS) -> Seen:
    """What is seen at ``place`` until so many seconds after it was first seen, or after now."""
    down, across, expected = points(place, picture)
    began = time.perf_counter()
    first = covered = rest = None
    samples, shown, last, visible = 0, 0.0, began, False
    while (now := time.perf_counter()) < (first or began) + seconds:
        visible = bool((stage.shown[down, across, :3] == expected).all(axis=1).mean() > SEEN_SHARE)
        samples += 1
        if visible:
            first = now if first is None else first
            shown += now - last if covered is None or rest is not None else 0.0
            rest = now if covered is not None and rest is None else rest
        elif first is not None and covered is None:
            covered = now
        last = now
        time.sleep(0.002)
    end = time.perf_counter()
    began_at = first or end
    return Seen(
        shown=first is not None,
        covered_after=((covered or end) - began_at) * 1e3,
        shown_in_all=shown * 1e3,
        rest_after=None if rest is None else (rest - began_at) * 1e3,
        shown_last=visible,
        samples=samples,
        seconds=end - began,
    )


def processor_share(talker: Talker, seconds: float) -> float:
    """Per cent of one core that a program and all its children use."""
    root = psutil.Process(talker.process.pid)
    began, before = time.monotonic(), _seconds_used(root)
    time.sleep(seconds)
    return 100 * (_seconds_used(root) - before) / (time.monotonic() - began)


def _seconds_used(root: psutil.Process) -> float:
    used = 0.0
    for one in [root, *root.children(recursive=True)]:
        times = one.cpu_times()
        used += times.user + times.system
    return used


def report(talker: Talker) -> dict[str, object]:
    """What the guard says of itself."""
    talker.say("report")
    return dict(json.loads(talker.hear()))


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, int(np.ceil(share * len(ordered))) - 1))]


def median(values: Sequence[float]) -> float:
    """The middle value, 0 for none."""
    return statistics.median(values) if values else 0.0


def anywhere(dice: random.Random, width: int, height: int, picture: Pixels) -> Rectangle:
    """A place on the screen for a picture."""
    high, wide = picture.shape[:2]
    return Rectangle(
        left=dice.randrange(10, width - wide - 10),
        top=dice.randrange(10, height - high - 10),
        width=wide,
        height=high,
    )


def files(folder: Path, pictures: Sequence[Pixels]) -> list[str]:
    """The pictures as PNG files."""
    from PIL import Image

    names = []
    for number, picture in enumerate(pictures):
        name = folder / f"known-{number}.png"
        Image.fromarray(picture[..., 2::-1].copy()).save(name)
        names.append(str(name))
    return names
