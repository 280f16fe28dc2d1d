"""The judge: exact digest, then a picture that looks like a known one, then the classifier, then shown.

A film goes the same way with its key frames. One is looked at at a time, beside the pictures.

Typical use::

    judge = open_judge(known)
    ruling = judge.rule(content)

Whatever goes wrong on the way is ``undecided``, and an undecided picture is held.
"""

from __future__ import annotations

import math
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTimeError
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tutela.detect.fingerprints.digests import Digests
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.kernel.errors import Unavailable
from tutela.kernel.log import get_logger
from tutela.prevent.guard.classes.shapes import Classifier
from tutela.prevent.guard.judging.films import ask_for_film, is_film, look_at_film
from tutela.prevent.guard.judging.looking import Look, Unseen, ask_for, look_at
from tutela.prevent.guard.judging.places import Places
from tutela.prevent.guard.judging.rulings import Mark, Rulings
from tutela.prevent.guard.judging.shapes import Examines, JudgeRules, Known, digests_of
from tutela.prevent.guard.shapes import HOLD_SECONDS, SHOWN, Ruling, undecided

_log = get_logger("guard")

_EXACT: Final = Ruling(tier="exact", why="listed")
_NEAR: Final = Ruling(tier="near", why="listed")
_CLASS: Final = Ruling(tier="class", why="classified")
_NO_PRINTS: Final = np.empty((0, 32), np.uint8)


class LadderJudge:
    """Implements ``guard.shapes.Judge``. It closes the pool that it was given; lists and classifier stay.

    ``forget`` it its rulings whenever lists or policy have changed.
    """

    def __init__(
        self,
        pool: Examines,
        known: Known,
        *,
        classifier: Classifier | None = None,
        rules: JudgeRules | None = None,
    ) -> None:
        self._pool, self._known, self._classifier = pool, known, classifier
        self._rules = rules or JudgeRules()
        self._rulings = Rulings(self._rules.rulings_max)
        self._ask = ask_for(classifier.side_pixels if classifier else 0)
        self._film_ask = ask_for_film(classifier.side_pixels if classifier else 0)
        self._places = Places(
            pictures_max=self._rules.workers + self._rules.waiting_max,
            bytes_max=self._rules.waiting_bytes_max,
        )
        self._film_places = Places(
            pictures_max=1 + self._rules.films_waiting_max,
            bytes_max=(1 + self._rules.films_waiting_max) * self._rules.film_bytes_max,
        )
        self._threads = ThreadPoolExecutor(self._rules.workers, thread_name_prefix="judging")
        self._film_threads = ThreadPoolExecutor(1, thread_name_prefix="judging-films")

    def rule(self, untrusted_content: bytes, *, within_seconds: float = HOLD_SECONDS) -> Ruling:
        """The ruling on one file's bytes, at most ``within_seconds`` later. Never raises."""
        try:
            return self._rule(untrusted_content, time.monotonic() + within_seconds)
        except Exception:  # noqa: BLE001 - the promise of this class: whatever happens, the picture is held
            _log.exception("picture_not_judged")
            return undecided("worker_failed")

    def forget(self) -> None:
        """Throws away what was remembered: call it when lists, classifier or policy have changed."""
        self._rulings.forget()

    def close(self) -> None:
        """Ends workers and threads; what is asked afterwards is held. Safe to call twice."""
        for threads in (self._threads, self._film_threads):
            threads.shutdown(wait=False, cancel_futures=True)
        self._pool.close()

    def _rule(self, content: bytes, deadline: float) -> Ruling:
        if not content:
            return undecided("unreadable")
        film = is_film(content)
        if len(content) > (self._rules.film_bytes_max if film else self._rules.bytes_max):
            return undecided("too_large")
        mark = self._rulings.mark(content)
        kept = self._rulings.find(mark)
        return kept if kept is not None else self._in_turn(content, mark, deadline, film=film)

    def _in_turn(self, content: bytes, mark: Mark, deadline: float, *, film: bool) -> Ruling:
        """The ruling by a thread of ours, waited for until the deadline."""
        places, threads = (self._film_places, self._film_threads) if film else (self._places, self._threads)
        size_bytes = len(content)
        if not places.take(size_bytes):
            return undecided("overloaded")
        try:
            future = threads.submit(self._decide, content, mark, deadline, film=film)
        except BaseException:
            places.leave(size_bytes)
            raise
        future.add_done_callback(lambda _: places.leave(size_bytes))
        return _awaited(future, deadline)

    def _decide(self, content: bytes, mark: Mark, deadline: float, *, film: bool) -> Ruling:
        """The ruling, remembered where a tier gave it: also for a caller that has stopped waiting."""
        if _seconds_left(deadline) <= 0:
            return undecided("too_slow")
        kept = self._rulings.find(mark)
        if kept is not None:  # the same one was looked at while this one waited
            return kept
        digests = digests_of(content)
        # A film takes seconds to look at, and its digests alone may decide.
        ruling = self._listed(digests, _NO_PRINTS) if film else SHOWN
        if ruling is SHOWN:
            ruling = self._looked_at(content, digests, deadline, film=film)
        self._rulings.keep(mark, ruling)
        return ruling

    def _looked_at(self, content: bytes, digests: Digests, deadline: float, *, film: bool) -> Ruling:
        try:
            look = (
                look_at_film(self._pool, content, self._film_ask)
                if film
                else look_at(self._pool, content, self._ask)
            )
        except Unavailable:
            return undecided("worker_failed")
        if isinstance(look, Unseen):
            if look.doubt:
                self.forget()
            return undecided(look.why)
        return self._climb(digests, look, deadline)

    def _climb(self, digests: Digests, look: Look, deadline: float) -> Ruling:
        """The tiers in their order."""
        tiny = look.side_pixels < self._rules.tiny_side_pixels
        listed = self._listed(digests, _NO_PRINTS if tiny else look.prints)
        if listed is not SHOWN or tiny or self._classifier is None:
            return listed
        if len(look.squares) != look.forms:
            return undecided("classifier_unusable")
        return self._classified(self._classifier, look.squares, deadline)

    def _listed(self, digests: Digests, prints: NDArray[np.uint8]) -> Ruling:
        try:
            found = self._known.ask(digests, prints)
        except Exception:  # noqa: BLE001 - a list that fails in any way has not said no
            return undecided("list_unusable")
        if found is None:
            return SHOWN
        return {"exact": _EXACT, "near": _NEAR}.get(found, undecided("list_unusable"))

    def _classified(
        self, classifier: Classifier, squares: list[NDArray[np.uint8]], deadline: float
    ) -> Ruling:
        """Held as soon as one shown form is of the class; shown only when every one was scored and is not."""
        for square in squares:
            left = _seconds_left(deadline)
            if left <= 0:
                return undecided("too_slow")
            try:
                score = float(classifier.score(square, within_seconds=left))
            except Exception:  # noqa: BLE001 - a classifier that fails in any way has not said no
                return undecided("classifier_unusable")
            if not math.isfinite(score):
                return undecided("classifier_unusable")
            if score >= classifier.threshold:
                return _CLASS
        return SHOWN


def open_judge(
    known: Known, *, classifier: Classifier | None = None, rules: JudgeRules | None = None
) -> LadderJudge:
    """A judge with sandboxed workers of its own, warm when this returns.

    Raises Unavailable where no worker can be started or locked down.
    """
    chosen = rules or JudgeRules()
    pool = MediaPool(PoolRules(lockdown_required=chosen.lockdown_required), workers=chosen.workers)
    try:
        _ = pool.layers
    except BaseException:
        pool.close()
        raise
    return LadderJudge(pool, known, classifier=classifier, rules=chosen)


def _awaited(future: Future[Ruling], deadline: float) -> Ruling:
    try:
        return future.result(timeout=max(0.0, _seconds_left(deadline)))
    except NotInTimeError:
        future.cancel()
        return undecided("too_slow")


def _seconds_left(deadline: float) -> float:
    return deadline - time.monotonic()
