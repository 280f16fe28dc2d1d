"""``ListWorker``: answers while there is a good list, Unavailable with a reason while there is none."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.detect.matching.bundles.making import (
    CREATED,
    EXPIRES,
    NOW,
    PDQ,
    PRINTS_KEY,
    SHA256,
    TRUST,
    draft,
    sealed,
)
from tests.detect.matching.making import entry, flipped, value
from tutela.detect.matching.bundles.buckets import fill_buckets
from tutela.detect.matching.bundles.content import ExactSection
from tutela.detect.matching.bundles.prints import PrintShape, commitment, gather_prints
from tutela.detect.matching.bundles.sealing import Draft
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.lists import asking
from tutela.prevent.guard.lists.asking import ListWorker
from tutela.prevent.guard.lists.child import Child, ChildGoneError
from tutela.prevent.guard.lists.shapes import Digests, Known

pytestmark = pytest.mark.slow
NO_PRINTS = np.empty((0, 32), np.uint8)
LISTED = Digests(sha256=SHA256[0])
OTHER = Digests(sha256=value(1))
FILE = sealed()
SECONDS = 60.0


class Shelf:
    """A list's file and its worker."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "known.tdevice"
        self.clock = FixedClock(NOW)
        self.key = PRINTS_KEY
        self.worker: ListWorker
        self.started: list[Child] = []

    def start(self, file: bytes | None = FILE, *, begin: Callable[[], Child] = Child) -> ListWorker:
        if file is not None:
            self.put(file)

        def started() -> Child:
            self.started.append(begin())
            return self.started[-1]

        self.worker = ListWorker(
            self.path, TRUST, prints_key=lambda: self.key, clock=self.clock, start=started
        )
        return self.worker

    def put(self, file: bytes) -> None:
        beside = self.path.with_suffix(".new")
        beside.write_bytes(file)
        os.replace(beside, self.path)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    one = Shelf(tmp_path)
    yield one
    one.worker.close()
    assert not any(child.alive for child in one.started)


def until(true: Callable[[], bool], seconds: float = SECONDS) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.01)


def reason(worker: ListWorker) -> str:
    """Why it does not answer."""
    with pytest.raises(Unavailable) as caught:
        worker.ask(LISTED, NO_PRINTS)
    return caught.value.message


def test_it_answers_from_the_file(shelf: Shelf) -> None:
    worker: Known = shelf.start()
    assert shelf.worker.ready(SECONDS)
    assert worker.ask(LISTED, NO_PRINTS) == "exact"
    assert worker.ask(OTHER, np.frombuffer(PDQ[0], np.uint8)[None]) == "near"
    assert worker.ask(OTHER, NO_PRINTS) is None
    opened = shelf.worker.opened
    assert opened is not None and opened.header.content.laws == ("Example Act, section 1",)
    assert (shelf.worker.why, shelf.worker.number) == ("", 3)


def test_more_prints_than_one_question_holds_are_asked_one_after_another(shelf: Shelf) -> None:
    worker = shelf.start()
    assert worker.ready(SECONDS)
    prints = np.random.default_rng(1).integers(0, 256, (5_000, 32), dtype=np.uint8)
    assert worker.ask(OTHER, prints) is None
    prints[-1] = np.frombuffer(PDQ[0], np.uint8)
    assert worker.ask(OTHER, prints) == "near"
    assert worker.ask(LISTED, prints) == "exact"


def test_before_it_is_open_it_is_unavailable(shelf: Shelf) -> None:
    go = threading.Event()

    def late() -> Child:
        go.wait(SECONDS)
        return Child()

    worker = shelf.start(begin=late)
    assert "being opened" in reason(worker)
    assert worker.opened is None
    go.set()
    assert worker.ready(SECONDS)


@pytest.mark.parametrize(
    ("file", "word"),
    [
        (None, "no list in its place"),
        (b"", "not a device list"),
        (FILE[:-70], "cut off"),
        (flipped(FILE, 8 * len(FILE) - 700), "signature does not fit"),
        (sealed(draft(number=3, created=CREATED - timedelta(days=60), expires=NOW)), "expired"),
        (sealed(draft(created=NOW + timedelta(days=1))), "set back"),
    ],
)
def test_without_a_good_list_it_says_why(shelf: Shelf, file: bytes | None, word: str) -> None:
    worker = shelf.start(file)
    assert not worker.ready(SECONDS)
    assert word in reason(worker)
    assert word in worker.why
    shelf.put(sealed(draft(number=4)))
    assert worker.ready(SECONDS)
    assert worker.ask(LISTED, NO_PRINTS) == "exact"


def test_without_its_key_it_says_so_and_takes_it_when_it_comes(shelf: Shelf) -> None:
    shelf.key = b""
    worker = shelf.start()
    assert not worker.ready(SECONDS)
    assert "key of the PDQ values" in reason(worker)
    shelf.key = PRINTS_KEY
    assert worker.ready(SECONDS)


def test_a_list_that_expires_in_use_is_unavailable(shelf: Shelf) -> None:
    worker = shelf.start()
    assert worker.ready(SECONDS)
    shelf.clock.advance((EXPIRES - NOW).total_seconds() - 1)
    assert worker.ask(LISTED, NO_PRINTS) == "exact"
    shelf.clock.advance(1)
    assert "expired on 2026-03-31" in reason(worker)


def test_a_clock_set_back_makes_no_list_last_longer(shelf: Shelf) -> None:
    worker = shelf.start()
    assert worker.ready(SECONDS)
    shelf.clock.advance((EXPIRES - NOW).total_seconds())
    shelf.clock._now = NOW
    assert "set back" in reason(worker)
    shelf.clock._now = CREATED - timedelta(days=1)
    assert "set back" in reason(worker)


def test_a_killed_process_is_unavailable_and_then_back(shelf: Shelf) -> None:
    worker = shelf.start()
    assert worker.ready(SECONDS)
    for _ in range(2):
        count = len(shelf.started)
        shelf.started[-1]._process.kill()
        shelf.started[-1]._process.wait()
        assert "started again" in reason(worker)
        until(lambda count=count: len(shelf.started) > count and worker.opened is not None)  # type: ignore[misc]  # bound
        assert worker.ask(LISTED, NO_PRINTS) == "exact"


def test_a_process_that_dies_unseen_is_replaced_without_a_question(shelf: Shelf) -> None:
    worker = shelf.start()
    assert worker.ready(SECONDS)
    shelf.started[-1]._process.kill()
    until(lambda: len(shelf.started) > 1 and worker.opened is not None and shelf.started[-1].alive)
    assert worker.ask(LISTED, NO_PRINTS) == "exact"


def test_a_process_that_keeps_dying_is_started_less_and_less_often(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "LOOK_SECONDS", 0.02)
    times: list[float] = []

    class Dying(Child):
        def __init__(self) -> None:
            super().__init__()
            times.append(time.monotonic())

        def open(self, order: object) -> object:  # type: ignore[override]  # it opens nothing
            raise ChildGoneError

    worker = shelf.start(begin=Dying)
    until(lambda: len(times) >= 5)
    pauses = [later - sooner for sooner, later in pairwise(times)]
    assert all(pause >= 0.1 * 2**place for place, pause in enumerate(pauses[:4]))
    assert "started again" in reason(worker)


def test_a_system_that_starts_no_process_is_tried_again(shelf: Shelf) -> None:
    full = [OSError(11, "Resource temporarily unavailable")] * 2

    def begin() -> Child:
        if full:
            raise full.pop()
        return Child()

    worker = shelf.start(begin=begin)
    until(lambda: not full)
    until(lambda: worker.opened is not None)
    assert worker.ask(LISTED, NO_PRINTS) == "exact"


def test_a_list_that_comes_after_days_is_opened(shelf: Shelf) -> None:
    worker = shelf.start(None)
    assert not worker.ready(SECONDS)
    worker._failures = 5_000
    assert not worker.ready(SECONDS)
    assert worker._failures > 5_000
    assert 55 < worker._retry_at - time.monotonic() <= 60
    shelf.put(FILE)
    assert worker.ready(SECONDS)


def test_a_long_life_forgives_earlier_deaths(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SOUND_SECONDS", 0.0)
    worker = shelf.start()
    assert worker.ready(SECONDS)
    worker._failures = 20
    shelf.started[-1]._process.kill()
    until(lambda: len(shelf.started) > 1 and worker.opened is not None)
    assert worker._failures == 1


def test_a_new_list_takes_over_without_a_question_unanswered(shelf: Shelf) -> None:
    worker = shelf.start()
    assert worker.ready(SECONDS)
    new = value(7777)
    faults: list[Exception] = []
    answers: list[object] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                answers.append(worker.ask(LISTED, NO_PRINTS))
            except Exception as error:  # noqa: BLE001 - the test looks at whatever it was
                faults.append(error)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for one in askers:
        one.start()
    listed = [entry("e", "sha256", SHA256[0]), entry("n", "sha256", new)]
    for number in (4, 5):
        shelf.put(sealed(draft(listed, number=number)))
        until(lambda number=number: worker.number == number)  # type: ignore[misc]  # bound
    stop.set()
    for one in askers:
        one.join()
    assert not faults
    assert len(answers) > 10 and set(answers) == {"exact"}
    assert worker.ask(Digests(sha256=new), NO_PRINTS) == "exact"


def test_a_question_caught_in_the_change_is_asked_again(shelf: Shelf) -> None:
    worker = shelf.start()
    assert worker.ready(SECONDS)
    following = worker._serving
    assert following is not None

    class Replaced(Child):
        """The process of an old list, which ends while it is asked."""

        alive = True

        def __init__(self) -> None:
            """Starts nothing."""

        def ask(self, digests: Digests, prints: object) -> None:
            worker._serving = following
            raise ChildGoneError

    worker._serving = replace(following, child=Replaced())
    assert worker.ask(LISTED, NO_PRINTS) == "exact"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda shelf: shelf.path.unlink(), "no list in its place"),
        (lambda shelf: shelf.put(FILE[:-1]), "cut off"),
        (lambda shelf: shelf.put(sealed(draft(number=2))), "number 3 was in use"),
    ],
)
def test_a_bad_file_ends_the_list_in_use(shelf: Shelf, change: Callable[[Shelf], None], word: str) -> None:
    worker = shelf.start()
    assert worker.ready(SECONDS)
    change(shelf)
    assert not worker.ready(SECONDS)
    assert word in reason(worker)
    shelf.put(FILE)
    assert worker.ready(SECONDS)


def test_a_picture_is_asked_within_two_milliseconds_among_100_000(shelf: Shelf) -> None:
    rng = np.random.default_rng(5)
    worker = shelf.start(sealed(large_draft(rng, 100_000)))
    assert worker.ready(SECONDS)
    taken = []
    for _ in range(60):
        digests = Digests(sha256=rng.bytes(32), sha1=rng.bytes(20), md5=rng.bytes(16))
        prints = rng.integers(0, 256, (8, 32), dtype=np.uint8)
        began = time.perf_counter()
        assert worker.ask(digests, prints) is None
        taken.append(time.perf_counter() - began)
    assert sorted(taken)[10] < 0.002  # not the median: other processes may have the cores


def large_draft(rng: np.random.Generator, count: int) -> Draft:
    """A draft of so many digests and PDQ values, made without a list."""
    small = draft([entry("e", "sha256", SHA256[0]), entry("e", "pdq", PDQ[0], quality=90)])
    shape, section = fill_buckets("sha256", [rng.bytes(32) for _ in range(count)], small.content.salt)
    clear = gather_prints([(rng.bytes(32), 90) for _ in range(count)], bytes(32))
    content = replace(
        small.content,
        exact=(ExactSection(shape=shape, sha256=hashlib.sha256(section).digest()),),
        prints=PrintShape(entries=count, distance_bits=31, quality_min=50, commitment=commitment(clear)),
    )
    return Draft(content=content, exact=(section,), clear_prints=clear)


def test_the_end_is_the_end(shelf: Shelf) -> None:
    worker = shelf.start()
    assert worker.ready(SECONDS)
    worker.close()
    worker.close()
    assert "closed" in reason(worker)


def test_nothing_is_written(shelf: Shelf, tmp_path: Path) -> None:
    worker = shelf.start()
    assert worker.ready(SECONDS)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    for number in range(50):
        worker.ask(Digests(sha256=value(number)), np.frombuffer(PDQ[number % 12], np.uint8)[None])
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
