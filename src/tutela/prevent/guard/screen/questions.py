"""The judge asked about parts of the screen, in threads. Whatever fails is held."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from tutela.prevent.guard.screen.bitmaps import bitmap
from tutela.prevent.guard.screen.shapes import Pixels, Rectangle, part
from tutela.prevent.guard.shapes import SHOWN, Judge, Ruling, undecided

#: Questions that wait or are being answered (our own: each holds on to a frame of 8 MB).
QUESTIONS_MAX: Final = 16
#: Threads that ask; the judge decides in as many processes (``JudgeRules.workers``).
THREADS: Final = 2


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Question:
    """One picture on a frame. ``readings``: where its edges may be; it is held where one of them is."""

    pixels: Pixels
    area: Rectangle
    readings: tuple[Rectangle, ...]


class Questions:
    """Asks, and keeps the answers until they are taken. ``answered`` is called, in any thread, for each."""

    def __init__(self, judge: Judge, answered: Callable[[], None] = lambda: None) -> None:
        self._judge, self._told = judge, answered
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="screen")
        self._answers: queue.SimpleQueue[tuple[Question, Ruling]] = queue.SimpleQueue()

    def ask(self, question: Question) -> None:
        """Has a question answered, sooner or later."""
        try:
            self._threads.submit(self._answer, question)
        except RuntimeError:  # being closed
            self._answers.put((question, undecided("worker_failed")))

    def taken(self) -> list[tuple[Question, Ruling]]:
        """The answers that came since."""
        answers = []
        with contextlib.suppress(queue.Empty):
            while True:
                answers.append(self._answers.get_nowait())
        return answers

    def close(self) -> None:
        """Ends the threads; the judge is its owner's to close."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _answer(self, question: Question) -> None:
        self._answers.put((question, rule(self._judge, question)))
        self._told()


def rule(judge: Judge, question: Question) -> Ruling:
    """The ruling on all readings: the first that is held, or shown. Never raises."""
    try:
        for reading in question.readings:
            ruling: object = judge.rule(bitmap(part(question.pixels, reading)))
            if not isinstance(ruling, Ruling):
                return undecided("worker_failed")
            if not ruling.shown:
                return ruling
    except Exception:  # noqa: BLE001 - whatever fails is held
        return undecided("worker_failed")
    return SHOWN
