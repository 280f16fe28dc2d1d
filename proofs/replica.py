"""Processes of a replica, for bar i2-4: ``python -m proofs.replica follow|read|put LOG FOLDER [HEX]``.

``follow`` is the follower. ``read`` asks its lists all the time for a value that is always listed and for
those it is told on standard input; it prints when it found one, and its longest gap between two answers.
``put`` appends what it is told and prints the number once it is acknowledged. All times are of
CLOCK_MONOTONIC, which processes of one machine share.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from pathlib import Path

from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.shapes import ListEntry
from tutela.detect.service.changes import Draft
from tutela.detect.service.follower import Follower
from tutela.detect.service.shelf import Shelf
from tutela.detect.service.sqlite_log import SqliteChangeLog

#: Name of the list that is asked.
LIST = "list"
#: Pause between two questions of a reader, in seconds: some hundred a second each.
_PAUSE_SECONDS = 0.004


def main(arguments: list[str]) -> None:
    """Does what the first word says until standard input ends, or for ever."""
    act, log, folder = arguments[0], Path(arguments[1]), Path(arguments[2])
    if act == "follow":
        with SqliteChangeLog(log) as opened, Follower(opened, folder) as follower:
            say("ready")
            follower.run(threading.Event())
    elif act == "put":
        with SqliteChangeLog(log) as opened:
            say("ready")
            for line in sys.stdin:
                name, value = line.split()
                say("acknowledged", name, opened.append(addition(name, bytes.fromhex(value))))
    else:
        Reader(folder, bytes.fromhex(arguments[3])).run()


def addition(name: str, value: bytes) -> Draft:
    """One more entry of the list."""
    entry = ListEntry(entry=name, kind="pdq", value=value, quality=100)
    return Draft(list=LIST, act="add", caller="proof", entries=(entry,))


def say(*words: object) -> None:
    """One line to the parent."""
    print(*words, flush=True)


class Reader:
    """Asks, and says what it found and how long it had no answer."""

    def __init__(self, folder: Path, steady: bytes) -> None:
        self._shelf = Shelf(folder)
        self._steady = _print(steady)
        self._told: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._engine: tuple[object, MatchEngine] | None = None
        self._wanted: dict[str, Fingerprint] = {}
        self._missed = self._answers = 0

    def run(self) -> None:
        """Until standard input ends."""
        threading.Thread(target=self._listen, daemon=True).start()
        while not self._shelf.lists():
            time.sleep(_PAUSE_SECONDS)
        self._ask()
        say("ready")
        last, longest, going = time.monotonic(), 0.0, True
        while going:
            going = self._take_orders()
            found, now = self._ask(), time.monotonic()
            longest, last = max(longest, now - last), now
            self._note(found, now)
            time.sleep(_PAUSE_SECONDS)
        say("end", longest, self._answers, self._missed)

    def _listen(self) -> None:
        for line in sys.stdin:
            self._told.put(line)
        self._told.put("")

    def _take_orders(self) -> bool:
        while not self._told.empty():
            line = self._told.get()
            if not line:
                return False
            name, value = line.split()
            self._wanted[name] = _print(bytes.fromhex(value))
        return True

    def _ask(self) -> set[str]:
        lists = self._shelf.lists()
        if self._engine is None or self._engine[0] is not lists:
            self._engine = (lists, MatchEngine(lists))
        matches = self._engine[1].lookup([self._steady, *self._wanted.values()])
        return {match.entry for match in matches}

    def _note(self, found: set[str], now: float) -> None:
        self._answers += 1
        self._missed += "steady" not in found
        for name in found & set(self._wanted):
            say("found", name, now)
            del self._wanted[name]


def _print(value: bytes) -> Fingerprint:
    return Fingerprint(kind="pdq", value=value, quality=100, form="f0/r0")


if __name__ == "__main__":
    main(sys.argv[1:])
