"""Bar 4: a change is found by every worker of two replicas within a second, and a kill loses nothing.

Two data folders follow one change log; each has a follower and two readers that ask all the time, as the
workers of a service do. What a PUT does, the append, is timed from before it until each reader has found the
new entry. Then SIGKILL hits a follower, a reader or the process that appends, at random moments, while
changes go on; what was acknowledged must be on both replicas, once, and the other readers must not have been
without an answer for a second. The HTTP around it is measured with the service (bars 3 and 6).
"""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from proofs.figure import STATE, Figure, Progress, Tier, script, speed_bar
from proofs.million import random_hashes
from proofs.replica import LIST
from tutela.detect.matching.shapes import ListEntry, ListHeader
from tutela.detect.service.changes import Draft
from tutela.detect.service.shelf import Shelf
from tutela.detect.service.sqlite_log import SqliteChangeLog
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Refused

BAR = "i2-4"
ENTRIES = {"ci": 50_000, "full": 1_000_000}
CHANGES = {"ci": 20, "full": 200}
KILLS = {"ci": 5, "full": 50}
REPLICAS = ("one", "two")
READERS = 2
BLOCK = 10_000
#: Longest wait for a change that should take a second; then it counts as lost.
PATIENCE_SECONDS = 30.0
#: Longest wait for the replicas to take up the whole list.
TAKE_UP_SECONDS = 1_200.0
SEED = 204
REPLAY = f"make proofs BAR={BAR}"


def main(tier: Tier) -> int:
    """Exit code of the bar."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    found = progress.step("all", lambda: measured(tier))
    figure.count("entries of the list", ENTRIES[tier])
    figure.count("changes measured", CHANGES[tier])
    figure.count("readers (two replicas)", len(REPLICAS) * READERS)
    figure.count("kills", len(found["victims"]))
    figure.note(f"killed: {', '.join(found['victims'])}")
    figure.note("the log and both replicas are on one disk; the HTTP around an append is not part of this")
    _record(figure, found, tier)
    code = figure.save()
    progress.finish()
    return code


def _record(figure: Figure, found: dict[str, Any], tier: Tier) -> None:
    times = np.array(found["found_ms"])
    figure.record("list taken up by both replicas", found["taken_up_seconds"], "s")
    figure.record("change found by the last reader, median", float(np.median(times)), "ms")
    figure.record(
        "change found by the last reader, p99",
        float(np.percentile(times, 99)),
        "ms",
        speed_bar("< 1000", tier),
    )
    figure.record("change acknowledged, p99", float(np.percentile(found["acknowledged_ms"], 99)), "ms")
    figure.record("changes never found", found["never"], "changes", "== 0")
    figure.record("longest gap between answers, nothing killed", found["calm_gap_ms"], "ms")
    figure.record(
        "longest gap of a reader that was not killed", found["gap_ms"], "ms", speed_bar("< 1000", tier)
    )
    figure.record("answers", found["answers"], "answers")
    figure.record("answers without the entry that is always there", found["missed"], "answers", "== 0")
    figure.record("acknowledged while processes were killed", found["acknowledged"], "changes", "> 0")
    figure.record("acknowledged and not on both replicas", found["lost"], "changes", "== 0")
    figure.record("on a replica twice", found["twice"], "entries", "== 0")
    for text in found["faults"]:
        figure.failure(REPLAY, text)


class Child:
    """A process of ``proofs.replica``, with what it said."""

    def __init__(self, *arguments: str) -> None:
        self.arguments = arguments
        self.found: dict[str, float] = {}
        self.acknowledged: dict[str, tuple[int, float]] = {}
        self.ended: tuple[float, int, int] | None = None
        self._ready = threading.Event()
        self._start()

    def _start(self) -> None:
        self._ready.clear()
        command = [sys.executable, "-m", "proofs.replica", *self.arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._listener = threading.Thread(target=self._listen, args=(self.process,), daemon=True)
        self._listener.start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            word, *rest = line.split()
            if word == "ready":
                self._ready.set()
            elif word == "found":
                self.found[rest[0]] = float(rest[1])
            elif word == "acknowledged":
                self.acknowledged[rest[0]] = (int(rest[1]), time.monotonic())
            elif word == "end":
                self.ended = (float(rest[0]), int(rest[1]), int(rest[2]))

    def wait_ready(self) -> None:
        """Returns when it said so; raises RuntimeError when it never does."""
        if not self._ready.wait(TAKE_UP_SECONDS):
            raise RuntimeError(f"{self.arguments[0]} did not begin")

    def tell(self, name: str, value: bytes) -> None:
        """One line to it; a process that was killed hears nothing."""
        with contextlib.suppress(BrokenPipeError, ValueError):  # ValueError: its input was closed
            stream = self.process.stdin
            if stream is not None:
                stream.write(f"{name} {value.hex()}\n")
                stream.flush()

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self._gone()
        with contextlib.suppress(BrokenPipeError):
            if self.process.stdin is not None:
                self.process.stdin.close()

    def restart(self) -> None:
        """Begins anew."""
        self._start()

    def end(self) -> None:
        """Ends its input, and waits for its last word; a follower has none."""
        if self.arguments[0] == "follow":
            self.process.kill()
        elif self.process.stdin is not None:
            self.process.stdin.close()
        self._gone()

    def _gone(self) -> None:
        self.process.wait()
        self._listener.join()
        if self.process.stdout is not None:
            self.process.stdout.close()


def measured(tier: Tier) -> dict[str, Any]:
    """Everything that the bar asks, as a JSON value."""
    place = STATE / f"replicas-{ENTRIES[tier]}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    steady = bytes(range(32))
    try:
        with SqliteChangeLog(place / "changes.sqlite") as log:
            _fill(log, ENTRIES[tier], steady)
            with _replicas(place, log, steady) as (followers, readers, putter, taken_up_seconds):
                calm = _freshness(readers, putter, CHANGES[tier])
                _end_all(readers)
                gap_calm = max(one.ended[0] for one in readers if one.ended) * 1_000
                calm_answers = [sum(one.ended[n] for one in readers if one.ended) for n in (1, 2)]
                for one in readers:
                    one.ended = None
                    one.restart()
                    one.wait_ready()
                kills = _kills(followers, readers, putter, KILLS[tier])
                checked = _checked(place, log, kills.pop("names"))
        answers = {
            "answers": calm_answers[0] + kills.pop("answers"),
            "missed": calm_answers[1] + kills.pop("missed"),
        }
        return (
            calm
            | kills
            | checked
            | answers
            | {
                "taken_up_seconds": taken_up_seconds,
                "calm_gap_ms": gap_calm,
            }
        )
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _fill(log: SqliteChangeLog, count: int, steady: bytes) -> None:
    header = ListHeader(name=LIST, version="1", created=SystemClock().now())
    log.append(Draft(list=LIST, act="create", caller="proof", header=header))
    entry = ListEntry(entry="steady", kind="pdq", value=steady, quality=100)
    log.append(Draft(list=LIST, act="add", caller="proof", entries=(entry,)))
    hashes = random_hashes(count, SEED)
    for first in range(0, count, BLOCK):
        block = tuple(
            replace(entry, entry=f"e{first + place}", value=row.tobytes())
            for place, row in enumerate(hashes[first : first + BLOCK])
        )
        log.append(Draft(list=LIST, act="add", caller="proof", entries=block))


@contextlib.contextmanager
def _replicas(
    place: Path, log: SqliteChangeLog, steady: bytes
) -> Iterator[tuple[list[Child], list[Child], Child, float]]:
    """Followers, readers and the process that appends, all ready, and how long it took."""
    path, began = str(place / "changes.sqlite"), time.monotonic()
    everybody: list[Child] = []
    try:
        followers = [Child("follow", path, str(place / name)) for name in REPLICAS]
        everybody += followers
        for name in REPLICAS:
            if not Shelf(place / name).wait(log.head(), TAKE_UP_SECONDS).applied:
                raise RuntimeError("a replica did not take up the list")
        taken_up_seconds = time.monotonic() - began
        readers = [
            Child("read", path, str(place / name), steady.hex()) for name in REPLICAS for _ in range(READERS)
        ]
        everybody += readers
        putter = Child("put", path, str(place))
        everybody.append(putter)
        for one in everybody:
            one.wait_ready()
        yield followers, readers, putter, taken_up_seconds
    finally:
        for one in everybody:
            one.kill()


def _value(name: str) -> bytes:
    """A value for each name, far from every other."""
    return np.random.default_rng([SEED, int(name[1:])]).bytes(32)


def _freshness(readers: list[Child], putter: Child, count: int) -> dict[str, Any]:
    """Milliseconds from before each append until the last reader had found it."""
    found_ms, acknowledged_ms, never = [], [], 0
    for number in range(count):
        name = f"n{number}"
        for reader in readers:
            reader.tell(name, _value(name))
        time.sleep(0.05)
        began = time.monotonic()
        putter.tell(name, _value(name))
        while time.monotonic() < began + PATIENCE_SECONDS and not all(name in one.found for one in readers):
            time.sleep(0.005)
        if all(name in one.found for one in readers):
            found_ms.append((max(one.found[name] for one in readers) - began) * 1_000)
            acknowledged_ms.append((putter.acknowledged[name][1] - began) * 1_000)
        else:
            never += 1
    return {
        "found_ms": found_ms or [PATIENCE_SECONDS * 1_000],
        "acknowledged_ms": acknowledged_ms or [PATIENCE_SECONDS * 1_000],
        "never": never,
    }


def _end_all(readers: list[Child]) -> None:
    for one in readers:
        one.end()


def _kills(followers: list[Child], readers: list[Child], putter: Child, count: int) -> dict[str, Any]:
    """Appends all the time while one process after another is killed and begun again."""
    chance = random.Random(SEED)
    names: dict[str, None] = {}
    stop = threading.Event()
    appending = threading.Thread(target=_append_until, args=(putter, stop, names))
    appending.start()
    victims, spared = [], {id(one) for one in readers}
    gaps, answers, missed, faults = [0.0], 0, 0, []
    try:
        for _ in range(count):
            time.sleep(chance.uniform(0.1, 0.9))
            victim = chance.choice([*followers, *readers, putter])
            victims.append(victim.arguments[0])
            victim.kill()
            time.sleep(chance.uniform(0.0, 0.3))
            victim.restart()
            victim.wait_ready()
            spared.discard(id(victim))
    finally:
        stop.set()
        appending.join()
    time.sleep(1.0)
    _end_all(readers)
    for one in readers:
        if one.ended is None:
            faults.append("a reader ended without its last word")
        else:
            gaps.append(one.ended[0])
            answers, missed = answers + one.ended[1], missed + one.ended[2]
    return {
        "victims": victims,
        "names": sorted(set(putter.acknowledged)),
        "acknowledged": len(set(putter.acknowledged) & set(names)),
        "gap_ms": max(gaps) * 1_000,
        "answers": answers,
        "missed": missed,
        "faults": faults,
        "never_killed": len(spared),
    }


def _append_until(putter: Child, stop: threading.Event, names: dict[str, None]) -> None:
    number = 1_000_000
    while not stop.wait(0.02):
        name = f"n{number}"
        names[name] = None
        putter.tell(name, _value(name))
        number += 1


def _checked(place: Path, log: SqliteChangeLog, names: list[str]) -> dict[str, int]:
    """How many acknowledged entries a replica has not, or has twice."""
    lost = twice = 0
    for name in REPLICAS:
        shelf = Shelf(place / name)
        if not shelf.wait(log.head(), PATIENCE_SECONDS).applied:
            lost += len(names)
            continue
        for entry in names:
            try:
                twice += shelf.entry(LIST, entry).forms - 1
            except Refused:
                lost += 1
    return {"lost": lost, "twice": twice}


if __name__ == "__main__":
    script(main)
