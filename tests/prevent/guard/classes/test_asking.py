"""Every fault of a classifier's process is Unavailable, in time, and the next start waits longer."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from tests.prevent.guard.classes.making import GREETING, card, held, program
from tutela.kernel.errors import Refused, Unavailable
from tutela.prevent.guard.classes import asking
from tutela.prevent.guard.classes.asking import ClassifierProcess

SQUARE = np.full((16, 16, 3), 7, np.uint8)
CARD = card(side="16", crop="16")
#: Seconds that a machine under load may take to start an interpreter.
PATIENT = 30.0
#: Answers with the first byte of each square, as a share of 255.
HONEST = "while True:\n    score(frame()[1][0] / 255)\n"


@contextmanager
def asked(text: str, **options: Any) -> Iterator[ClassifierProcess]:
    classifier = ClassifierProcess(CARD, held(), program=text, **options)
    try:
        yield classifier
    finally:
        classifier.close()


def fails(classifier: ClassifierProcess, seconds: float = PATIENT) -> str:
    with pytest.raises(Unavailable) as found:
        classifier.score(SQUARE, within_seconds=seconds)
    return found.value.message


def test_scores_come_from_the_process() -> None:
    with asked(program(HONEST)) as classifier:
        classifier.begin()
        assert classifier.score(SQUARE, within_seconds=PATIENT) == 7 / 255
        assert classifier.score(SQUARE + 1, within_seconds=PATIENT) == 8 / 255
        assert (classifier.name, classifier.version, classifier.side_pixels) == ("stand-in", "1", 16)
        assert classifier.threshold == 0.25


DYING = {
    "at once": "raise SystemExit\n",
    "before an answer": program("frame(); os._exit(1)\n"),
    "in an answer": program("frame(); os.write(0, b'\\4\\0\\0\\0\\x08'); os._exit(1)\n"),
    "without a greeting": program("", greeting=""),
    "with another greeting": program(HONEST, greeting="score(1.0)\n"),
    "unlocked": program(HONEST, greeting="say(2, struct.pack('<I', 1))\n"),
    "with a fault": program("frame(); say(5, b''); time.sleep(60)\n"),
    "with a score out of range": program("frame(); score(1.5); time.sleep(60)\n"),
    "with no number": program("frame(); score(float('nan')); time.sleep(60)\n"),
    "with too long an answer": program("frame(); say(4, bytes(9)); time.sleep(60)\n"),
    "with nonsense": program("frame(); os.write(0, b'x' * 64); time.sleep(60)\n"),
}


@pytest.mark.parametrize("how", DYING)
def test_a_process_that_fails_is_unavailable_and_not_started_again_at_once(how: str) -> None:
    with asked(DYING[how]) as classifier:
        assert fails(classifier) == "the classifier failed"
        assert classifier._child is None
        classifier._not_before += 60
        assert fails(classifier) == "the classifier failed lately"


def test_a_process_that_is_not_locked_down_serves_where_that_is_allowed() -> None:
    with asked(
        program(HONEST, greeting="say(2, struct.pack('<I', 0))\n"), lockdown_required=False
    ) as classifier:
        assert classifier.score(SQUARE, within_seconds=PATIENT) == 7 / 255


def test_a_killed_process_is_started_again_after_a_wait() -> None:
    with asked(program(HONEST)) as classifier:
        classifier.score(SQUARE, within_seconds=PATIENT)
        assert classifier._child is not None
        os.kill(classifier._child.pid, signal.SIGKILL)
        assert fails(classifier) == "the classifier failed"
        with pytest.raises(Unavailable) as found:
            classifier.score(SQUARE)
        assert found.value.retry_after_seconds is not None
        classifier._not_before = 0.0
        assert classifier.score(SQUARE, within_seconds=PATIENT) == 7 / 255
        assert classifier._faults == 0


def test_the_wait_doubles_with_each_fault_up_to_a_limit() -> None:
    waits = []
    with asked("raise SystemExit\n") as classifier:
        for _ in range(10):
            classifier._not_before = 0.0
            fails(classifier)
            waits.append(classifier._not_before - time.monotonic())
    assert waits[0] <= 0.25 < waits[1] <= 0.5 < waits[2] <= 1.0
    assert 20 < waits[-1] <= 30


def test_days_of_faults_are_waited_for_as_long_as_an_hour_of_them() -> None:
    with asked("raise SystemExit\n") as classifier:
        classifier._faults = 5_000
        fails(classifier)
        assert 20 < classifier._not_before - time.monotonic() <= 30


def test_a_slow_process_is_unavailable_in_time_and_what_it_owes_is_not_taken_for_the_next_answer() -> None:
    slow = "while True:\n    n = frame()[1][0]; time.sleep(0.5 if n == 7 else 0); score(n / 255)\n"
    with asked(program(slow)) as classifier:
        classifier.score(SQUARE + 1, within_seconds=PATIENT)
        start = time.monotonic()
        assert fails(classifier, 0.1) == "the classifier did not answer in time"
        assert time.monotonic() - start < 0.45
        assert classifier._child is not None
        assert classifier.score(SQUARE + 2, within_seconds=PATIENT) == 9 / 255


def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    with asked(program("score(frame()[1][0] / 255); time.sleep(600)\n")) as classifier:
        classifier.score(SQUARE, within_seconds=PATIENT)
        fails(classifier, 0.05)
        assert classifier._child is not None
        monkeypatch.setattr(asking, "ANSWER_SECONDS_MAX", 0.0)
        fails(classifier, 0.05)
        assert classifier._child is None


def test_a_process_that_takes_nothing_in_is_ended() -> None:
    large = card(side="1024", crop="1024")
    classifier = ClassifierProcess(large, held(), program=program("time.sleep(600)\n"))
    with pytest.raises(Unavailable):
        classifier.score(np.zeros((1_024, 1_024, 3), np.uint8), within_seconds=3.0)
    assert (
        classifier._child is None or not classifier._child._greeted
    )  # nothing greeted on a machine under load
    classifier.close()


def test_a_start_that_takes_long_goes_on_while_nobody_waits() -> None:
    with asked(program(HONEST, greeting="time.sleep(0.5)\n" + GREETING)) as classifier:
        assert fails(classifier, 0.05) == "the classifier did not answer in time"
        assert classifier._child is not None
        assert classifier.score(SQUARE, within_seconds=PATIENT) == 7 / 255


@pytest.mark.parametrize("error", [Unavailable("the weight file is missing"), Refused("altered")])
def test_weights_that_cannot_be_opened_are_told(error: Exception) -> None:
    def weights() -> Any:
        raise error

    classifier = ClassifierProcess(CARD, weights)
    classifier.begin()
    classifier._not_before = 0.0
    assert str(error) in fails(classifier)
    classifier.close()


def test_a_program_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with asked(program(HONEST)) as classifier:
        assert fails(classifier) == "the classifier could not be started"


def test_a_square_of_another_shape_is_unavailable() -> None:
    with asked(program(HONEST)) as classifier, pytest.raises(Unavailable):
        classifier.score(np.zeros((8, 8, 3), np.uint8))


def test_who_waits_for_another_one_waits_no_longer_than_asked() -> None:
    with asked(program(HONEST)) as classifier, classifier._lock:
        assert fails(classifier, 0.05) == "the classifier is busy"


def test_several_at_once_get_each_their_own_answer() -> None:
    found: dict[int, float] = {}
    with asked(program(HONEST)) as classifier:
        threads = [
            threading.Thread(
                target=lambda n=n: found.update({n: classifier.score(SQUARE * 0 + n, within_seconds=PATIENT)})
            )
            for n in range(1, 9)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {n: n / 255 for n in range(1, 9)}


def test_closed_is_closed() -> None:
    with asked(program(HONEST)) as classifier:
        classifier.score(SQUARE, within_seconds=PATIENT)
        child = classifier._child
        classifier.close()
        classifier.close()
        assert child is not None
        assert child._process.returncode is not None
        assert fails(classifier) == "the classifier was closed"
