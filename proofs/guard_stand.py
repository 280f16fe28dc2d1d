"""The guard of one folder as a process of its own in the guard's environment, with what a proof must change.

``PYTHON -m proofs.guard_stand FILE`` reads from a JSON file (``guard_house``) the folder that was set up,
the certificates that sites are checked against, and, if wished, another folder of models. It says its port
and how many lists are in use in one JSON line, and obeys one line after another: ``counts`` (blocks by tier
since the start), ``lists`` (how many are in use), ``clock SECONDS`` (its wall clock is turned by so much
from the true time). It ends with its standard input.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tutela.kernel.clock import SystemClock
from tutela.prevent.guard.classes import shipped
from tutela.prevent.guard.person.folder import Folder
from tutela.prevent.guard.running.guard import RunningGuard, Start
from tutela.prevent.guard.shapes import Path as Way
from tutela.prevent.guard.shapes import Tier


class TurnedClock(SystemClock):
    """The clock of this machine, turned by somebody."""

    def __init__(self) -> None:
        self.turned = timedelta()

    def now(self) -> datetime:
        """Wall time as it was turned."""
        return super().now() + self.turned


class Counted(RunningGuard):
    """The guard, with its blocks counted in memory besides."""

    def __init__(self, start: Start) -> None:
        super().__init__(start)
        self.counts: Counter[str] = Counter()

    def _blocked(self, way: Way, tier: Tier) -> None:
        self.counts[tier] += 1
        super()._blocked(way, tier)

    @property
    def lists(self) -> int:
        """Lists in use."""
        lists = self._parts.lists
        return 0 if lists is None else len(lists.in_use(self._start.clock))


def main(configuration: str) -> None:
    """Serves until its standard input ends."""
    told = json.loads(Path(configuration).read_text(encoding="utf-8"))
    if told.get("models"):
        shipped.FOLDER = Path(told["models"])  # type: ignore[misc]  # the proof turns it
    clock = TurnedClock()
    start = Start(
        folder=Folder(Path(told["folder"])), clock=clock, port=0, page_port=0, trusted=Path(told["trusted"])
    )
    guard = Counted(start)
    with guard:
        _tell({"port": guard.port, "lists": guard.lists})
        for line in sys.stdin:
            word, _, rest = line.strip().partition(" ")
            if word == "clock":
                clock.turned = timedelta(seconds=float(rest))
            _tell({"lists": guard.lists} if word == "lists" else dict(guard.counts))


def _tell(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
