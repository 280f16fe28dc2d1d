"""Who looks at the screen all the time: ``python -m tutela.demo.guard.sampling FILE``, a process of its own.

It is told in lines on its standard input: ``load NUMBER`` to count for another load from now on, ``now`` to
say what was seen in this one so far. At the end of the input it says everything, and ends.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from tutela.demo.guard.behind import own_environment
from tutela.demo.guard.marks import Kind, Seen, look
from tutela.demo.guard.screen import pixels_of

#: Looks a second that it tries for: twice the hundred that are asked for, since others use the machine too.
LOOKS_PER_SECOND: Final = 200.0
_KINDS: Final[tuple[Kind, ...]] = ("known", "class", "benign")


@dataclass(kw_only=True, slots=True)
class Tally:
    """What was seen during one load: looks, and those in which each kind was on the screen.

    ``stopped``: looks at which either of those was there that should not be seen. ``last`` says which kinds
    were there at the last look.
    """

    load: int = -1
    looks: int = 0
    known: int = 0
    of_class: int = 0
    benign: int = 0
    stopped: int = 0
    last: list[str] = field(default_factory=list)

    def add(self, seen: Seen) -> None:
        """Counts one look."""
        self.looks += 1
        self.last = [kind for kind in _KINDS if seen.shows(kind)]
        self.known += "known" in self.last
        self.of_class += "class" in self.last
        self.benign += "benign" in self.last
        self.stopped += bool({"known", "class"} & set(self.last))

    def showed(self, kind: Kind) -> int:
        """Looks in which this kind was there."""
        return {"known": self.known, "class": self.of_class, "benign": self.benign}[kind]


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """A whole watch: a tally of each load, looks a second, and seconds between two looks."""

    tallies: tuple[Tally, ...]
    seconds: float
    gap_max_seconds: float
    #: Share of the time that lay in gaps longer than a frame of a screen of 60 a second.
    blind_share: float

    @property
    def looks(self) -> int:
        """All looks."""
        return sum(one.looks for one in self.tallies)

    @property
    def stopped(self) -> int:
        """Looks at which something was there that should not be seen."""
        return sum(one.stopped for one in self.tallies)

    @property
    def per_second(self) -> float:
        """Looks a second."""
        return self.looks / self.seconds if self.seconds else 0.0


#: Seconds of one frame of a screen of 60 a second: what is shown is shown as long.
FRAME_SECONDS: Final = 1 / 60


class Sampler:
    """The other process, while the block runs; ``watch`` has what it said at its end."""

    def __init__(self, file: Path) -> None:
        self._command = [sys.executable, "-m", "tutela.demo.guard.sampling", str(file)]

    def __enter__(self) -> Self:
        self.watch: Watch | None = None
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=own_environment()
        )
        self.now()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        said, _ = self._process.communicate()
        if said.strip():
            self.watch = parse_watch(json.loads(said))

    def load(self, number: int) -> None:
        """Counts for this load from now on."""
        self._tell(f"load {number}")

    def now(self) -> Tally:
        """What was seen in this load so far."""
        self._tell("now")
        return Tally(**json.loads(self._process.stdout.readline() if self._process.stdout else "{}"))

    def _tell(self, line: str) -> None:
        if self._process.stdin is not None:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()


def parse_watch(row: dict[str, Any]) -> Watch:
    """The watch that a sampler told."""
    return Watch(**{**row, "tallies": tuple(Tally(**one) for one in row["tallies"])})


@dataclass(kw_only=True, slots=True)
class _Looking:
    pixels: NDArray[np.uint8]
    #: What came of a line that has not ended yet.
    came: bytes = b""
    tallies: list[Tally] = field(default_factory=lambda: [Tally()])
    gap_max_seconds: float = 0.0
    blind_seconds: float = 0.0

    def run(self) -> float:
        """Looks until the input ends. The seconds that it took."""
        began = before = time.monotonic()
        while self._heard():
            self.tallies[-1].add(look(self.pixels))
            now = time.monotonic()
            gap, before = now - before, now
            self.gap_max_seconds = max(self.gap_max_seconds, gap)
            self.blind_seconds += max(0.0, gap - FRAME_SECONDS)
            time.sleep(max(0.0, 1 / LOOKS_PER_SECOND - (time.monotonic() - now) - _LOOK_SECONDS))
        return before - began

    def _heard(self) -> bool:
        """Whether to go on, after whatever was said was done."""
        while select.select([0], [], [], 0)[0]:
            piece = os.read(0, _PIECE_BYTES)
            if not piece:
                return False
            *lines, self.came = (self.came + piece).split(b"\n")
            for line in lines:
                self._do(line.decode())
        return True

    def _do(self, line: str) -> None:
        word, _, number = line.partition(" ")
        if word == "load":
            self.tallies.append(Tally(load=int(number)))
        else:
            _say(asdict(self.tallies[-1]))


#: Steps of priority above the browser's, where the system lets it.
_MORE_URGENT: Final = -5
#: Bytes that are read of the input at a time.
_PIECE_BYTES: Final = 4_096
#: Seconds that a look takes, about.
_LOOK_SECONDS: Final = 0.001


def _say(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    """Looks until the input ends, and says what was seen."""
    with suppress(PermissionError):  # a screen that is looked at late is one that nobody saw
        os.nice(_MORE_URGENT)
    looking = _Looking(pixels=pixels_of(Path(arguments[0])))
    seconds = looking.run()
    _say(
        {
            "tallies": [asdict(one) for one in looking.tallies],
            "seconds": seconds,
            "gap_max_seconds": looking.gap_max_seconds,
            "blind_share": looking.blind_seconds / seconds if seconds else 1.0,
        }
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
