"""The order of the tiers, and that whatever goes wrong on the way holds the picture."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pictures import animation, flat, jpeg, landscape, moving, png
from tests.prevent.guard.judging.making import Pool, form, known_of
from tests.prevent.guard.judging.test_looking import FAILURES
from tutela.demo.copies import as_gif, as_webp, grey, half_size, mirrored, reencoded, turned
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.troubles import trouble
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.classes.fakes import FakeClassifier
from tutela.prevent.guard.judging.fakes import FakeKnown
from tutela.prevent.guard.judging.ladder import LadderJudge, open_judge
from tutela.prevent.guard.judging.shapes import JudgeRules
from tutela.prevent.guard.shapes import SHOWN, Ruling, undecided

PICTURE, OTHER = landscape(90, 200, 150), landscape(91, 200, 150)
CONTENT, NEIGHBOUR = jpeg(PICTURE, quality=85), jpeg(OTHER, quality=85)
EXACT, NEAR = Ruling(tier="exact", why="listed"), Ruling(tier="near", why="listed")
CLASS = Ruling(tier="class", why="classified")
#: So that a machine under load does not fail a test that is not about time.
PATIENT = 20.0
RULES = JudgeRules(lockdown_required=False)


@pytest.fixture(scope="module")
def judge() -> Iterator[LadderJudge]:
    """A real one that knows the picture, and a file by its digest."""
    made = open_judge(known_of(CONTENT, files=[NEIGHBOUR + b"0"]), rules=RULES)
    yield made
    made.close()


def judge_of(pool: Any = None, known: Any = None, **options: Any) -> LadderJudge:
    """A judge over doubles: a pool that sees one form, and lists that know nothing."""
    return LadderJudge(pool or Pool([form(pixels=64)]), known or FakeKnown(), **options)


@pytest.mark.parametrize(
    "copy", [reencoded, as_webp, grey, half_size, mirrored, turned, as_gif, png], ids=lambda one: one.__name__
)
def test_copies_of_a_listed_picture_are_held_and_neighbours_are_shown(
    judge: LadderJudge, copy: Callable[[Any], bytes]
) -> None:
    assert judge.rule(copy(PICTURE), within_seconds=PATIENT) == NEAR
    assert judge.rule(copy(OTHER), within_seconds=PATIENT) is SHOWN


def test_the_listed_file_is_held_by_its_digest(judge: LadderJudge) -> None:
    assert judge.rule(NEIGHBOUR + b"0", within_seconds=PATIENT) == EXACT


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_a_listed_picture_as_the_last_frame_is_held(judge: LadderJudge, kind: str) -> None:
    frames = [*moving(OTHER, 2), PICTURE]
    assert judge.rule(animation(kind, frames), within_seconds=PATIENT) == NEAR


@pytest.mark.parametrize("name", sorted(FAILURES.keys() - {"film"}))
def test_every_failure_of_a_file_holds_it(judge: LadderJudge, name: str) -> None:
    content, why = FAILURES[name]
    assert judge.rule(content, within_seconds=PATIENT) == undecided(why)  # type: ignore[arg-type]  # a word


def test_a_killed_worker_holds_what_it_had_and_the_next_picture_is_judged() -> None:
    pool = MediaPool(workers=1)
    judge = LadderJudge(pool, FakeKnown(), rules=RULES)
    try:
        with pool._free:  # its own end of the worker is gone while nobody looks
            pool._idle["picture"][0].greet()
            pool._idle["picture"][0]._channel._socket.shutdown(2)
        assert judge.rule(CONTENT, within_seconds=PATIENT) == undecided("worker_failed")
        assert judge.rule(CONTENT, within_seconds=PATIENT) is SHOWN
    finally:
        judge.close()


def test_a_system_without_a_sandbox_holds_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutela.detect.media.lockdown.missing_layers", lambda _layers: ("seccomp",))
    with pytest.raises(Unavailable):
        open_judge(FakeKnown())


SHOWN_BY_NOBODY: dict[str, Callable[[], tuple[LadderJudge, str]]] = {
    "pool unavailable": lambda: (judge_of(Pool(fault=Unavailable("x"))), "worker_failed"),
    "pool fails": lambda: (judge_of(Pool(fault=RuntimeError("x"))), "worker_failed"),
    "worker killed": lambda: (judge_of(Pool(trouble=trouble("unreadable", "killed"))), "worker_failed"),
    "worker slow": lambda: (judge_of(Pool(trouble=trouble("refused", "wall"))), "too_slow"),
    "worker lied": lambda: (judge_of(Pool(trouble=trouble("unreadable", "protocol"))), "worker_failed"),
    "no form": lambda: (judge_of(Pool()), "worker_failed"),
    "lists unusable": lambda: (judge_of(known=FakeKnown(broken=True)), "list_unusable"),
    "lists fail": lambda: (judge_of(known=Saying(RuntimeError("x"))), "list_unusable"),
    "lists lie": lambda: (judge_of(known=Saying("perhaps")), "list_unusable"),
    "lists say no in another way": lambda: (judge_of(known=Saying(False)), "list_unusable"),
    "classifier dead": lambda: (judge_of(classifier=FakeClassifier(broken=True)), "classifier_unusable"),
    "classifier fails": lambda: (judge_of(classifier=scoring(RuntimeError("x"))), "classifier_unusable"),
    "classifier says nothing": lambda: (judge_of(classifier=scoring(None)), "classifier_unusable"),
    "classifier says no number": lambda: (judge_of(classifier=scoring(float("nan"))), "classifier_unusable"),
    "classifier got no pixels": lambda: (
        judge_of(Pool([form()]), classifier=FakeClassifier()),
        "classifier_unusable",
    ),
    "classifier got the pixels of some forms alone": lambda: (
        judge_of(Pool([form(pixels=64), form(seed=2)]), classifier=FakeClassifier()),
        "classifier_unusable",
    ),
    "too many bytes": lambda: (judge_of(rules=JudgeRules(bytes_max=9)), "too_large"),
    "closed": lambda: (closed(judge_of()), "worker_failed"),
}


class Saying:
    """Lists that say anything."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def ask(self, _digests: Any, _prints: Any) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def scoring(answer: Any) -> FakeClassifier:
    def score(_pixels: Any) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return FakeClassifier(function=score)


def closed(judge: LadderJudge) -> LadderJudge:
    judge.close()
    judge.close()
    return judge


@pytest.mark.parametrize("name", SHOWN_BY_NOBODY)
def test_every_fault_on_the_way_holds_the_picture(name: str) -> None:
    judge, why = SHOWN_BY_NOBODY[name]()
    assert judge.rule(CONTENT, within_seconds=PATIENT) == undecided(why)  # type: ignore[arg-type]  # a word
    assert len(judge._rulings) == 0
    judge.close()


@pytest.mark.parametrize("seconds", [0.05, 0.0, -1.0])
def test_the_answer_comes_in_time_and_is_kept_for_the_next_one(seconds: float) -> None:
    gate = threading.Event()
    judge = judge_of(Pool([form()], gate=gate))
    start = time.monotonic()
    assert judge.rule(CONTENT, within_seconds=seconds) == undecided("too_slow")
    assert time.monotonic() - start < 2
    gate.set()
    assert judge.rule(CONTENT, within_seconds=PATIENT) is SHOWN
    judge.close()


def test_a_time_that_is_no_number_holds() -> None:
    judge = judge_of(Pool([form()]))
    assert not judge.rule(CONTENT, within_seconds=float("nan")).shown or judge.rule(CONTENT) is SHOWN
    assert judge.rule(CONTENT, within_seconds="soon") == undecided("worker_failed")  # type: ignore[arg-type]  # wrong
    judge.close()


def test_what_comes_beyond_the_places_is_turned_away_at_once() -> None:
    gate = threading.Event()
    judge = judge_of(Pool([form()], gate=gate), rules=JudgeRules(workers=1, waiting_max=1))
    found: list[Ruling] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(judge.rule(bytes([n]) + CONTENT[1:])))
        for n in (0xFF, 0xFF)
    ]
    for thread in threads:
        thread.start()
    while judge._places.take(1):  # until both are there
        judge._places.leave(1)
        time.sleep(0.01)
    assert judge.rule(CONTENT) == undecided("overloaded")
    gate.set()
    for thread in threads:
        thread.join()
    assert found == [SHOWN, SHOWN]
    assert judge.rule(CONTENT + b"1", within_seconds=PATIENT) is SHOWN
    judge.close()


def test_tiers_come_in_their_order() -> None:
    asked = FakeClassifier(function=lambda _: 1.0)
    known = FakeKnown(sha256={hashlib.sha256(CONTENT).digest()})
    judge = judge_of(known=known, classifier=asked)
    assert judge.rule(CONTENT, within_seconds=PATIENT) == EXACT
    assert asked.asked == 0
    assert judge.rule(NEIGHBOUR, within_seconds=PATIENT) == CLASS
    assert known.counts == [8, 8]
    judge.close()


@pytest.mark.parametrize(("score", "ruling"), [(0.5, CLASS), (0.49, SHOWN), (1.0, CLASS), (0.0, SHOWN)])
def test_a_score_at_the_threshold_holds(score: float, ruling: Ruling) -> None:
    classifier = FakeClassifier(function=lambda _: score)
    judge = judge_of(classifier=classifier)
    assert judge.rule(CONTENT, within_seconds=PATIENT) == ruling
    assert classifier.shapes == {(64, 64, 3)}
    judge.close()


def test_one_frame_of_the_class_is_enough() -> None:
    classifier = FakeClassifier(function=lambda pixels: float(pixels[0, 0, 0] == 3))
    judge = judge_of(Pool([form(seed=n, pixels=64) for n in (1, 2, 3)]), classifier=classifier)
    assert judge.rule(CONTENT, within_seconds=PATIENT) == CLASS
    assert classifier.asked == 3
    judge.close()


def test_a_classifier_without_time_left_holds() -> None:
    def slow(_pixels: Any) -> float:
        time.sleep(0.2)
        return 0.0

    judge = judge_of(
        Pool([form(seed=n, pixels=64) for n in range(50)]), classifier=FakeClassifier(function=slow)
    )
    assert judge.rule(CONTENT, within_seconds=0.3) == undecided("too_slow")
    judge.close()


def test_a_picture_without_detail_goes_on_to_the_classifier() -> None:
    classifier = FakeClassifier(function=lambda _: 0.9)
    known = FakeKnown()
    judge = judge_of(Pool([form(flat=True, pixels=64)]), known, classifier=classifier)
    assert judge.rule(CONTENT, within_seconds=PATIENT) == CLASS
    assert known.counts == [0]
    judge.close()


@pytest.mark.parametrize(("side", "looked_at"), [(23, 0), (24, 1)])
def test_tiny_pictures_pass_after_their_digests_alone(side: int, looked_at: int) -> None:
    classifier = FakeClassifier(function=lambda _: 1.0)
    known = FakeKnown(sha256={hashlib.sha256(NEIGHBOUR).digest()})
    judge = judge_of(Pool([form(side=side, pixels=64)]), known, classifier=classifier)
    assert judge.rule(CONTENT, within_seconds=PATIENT) == (CLASS if looked_at else SHOWN)
    assert judge.rule(NEIGHBOUR, within_seconds=PATIENT) == EXACT
    assert classifier.asked == looked_at
    assert known.counts == [8 * looked_at] * 2
    judge.close()


def test_nothing_is_tiny_where_the_setting_says_so() -> None:
    judge = judge_of(
        Pool([form(side=1, pixels=64)]),
        classifier=FakeClassifier(function=lambda _: 1.0),
        rules=JudgeRules(tiny_side_pixels=0),
    )
    assert judge.rule(CONTENT, within_seconds=PATIENT) == CLASS
    judge.close()


def test_a_picture_that_comes_again_is_not_looked_at_again_until_the_lists_change() -> None:
    pool, known = Pool([form()]), FakeKnown()
    judge = judge_of(pool, known)
    for _ in range(3):
        assert judge.rule(CONTENT, within_seconds=PATIENT) is SHOWN
    assert (len(pool.asked), known.asked) == (1, 1)
    known.sha256.add(hashlib.sha256(CONTENT).digest())
    judge.forget()
    assert judge.rule(CONTENT, within_seconds=PATIENT) == EXACT
    judge.close()


def test_what_was_asked_before_the_lists_changed_is_not_remembered_after_it() -> None:
    class Changing(FakeKnown):
        def ask(self, digests: Any, prints: Any) -> Any:
            asking.forget()
            return super().ask(digests, prints)

    asking = judge_of(known=Changing())
    assert asking.rule(CONTENT, within_seconds=PATIENT) is SHOWN
    assert len(asking._rulings) == 0
    asking.close()


def test_a_worker_that_answered_wrongly_puts_all_rulings_in_doubt() -> None:
    pool = Pool([form()])
    judge = judge_of(pool)
    judge.rule(CONTENT, within_seconds=PATIENT)
    assert len(judge._rulings) == 1
    pool.trouble = trouble("refused", "deviated")
    judge.rule(NEIGHBOUR, within_seconds=PATIENT)
    assert len(judge._rulings) == 0
    judge.close()


def test_six_at_a_time_are_all_judged_rightly(judge: LadderJudge) -> None:
    contents = [jpeg(landscape(n, 200, 150)) for n in range(200, 209)] + [
        jpeg(PICTURE, quality=q) for q in (50, 60, 70)
    ]
    found: dict[int, Ruling] = {}
    threads = [
        threading.Thread(target=lambda n=n, c=c: found.update({n: judge.rule(c, within_seconds=PATIENT)}))
        for n, c in enumerate(contents)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[n].shown for n in range(12)] == [True] * 9 + [False] * 3


def test_closing_ends_the_pool_and_leaves_the_classifier() -> None:
    pool = Pool([form()])
    closed(judge_of(pool))
    assert pool.closed == 2


def test_an_even_picture_is_shown_where_no_classifier_is_set(judge: LadderJudge) -> None:
    assert judge.rule(png(flat()), within_seconds=PATIENT) is SHOWN


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_bytes_are_shown_that_lists_know(judge: LadderJudge, data: st.DataObject) -> None:
    """Whatever the bytes are: what lists say yes to is held."""
    base = data.draw(
        st.sampled_from([CONTENT, NEIGHBOUR, png(PICTURE), as_gif(PICTURE), as_webp(OTHER), b""])
    )
    at = data.draw(st.integers(0, len(base)))
    content = base[:at] + data.draw(st.binary(max_size=20)) + base[at:]
    answer = data.draw(st.sampled_from(["exact", "near"]))
    ladder = LadderJudge(judge._pool, Saying(answer), rules=RULES)
    try:
        assert not ladder.rule(content, within_seconds=PATIENT).shown
    finally:
        ladder._threads.shutdown()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(1_000, 100_000), encode=st.sampled_from([jpeg, png, as_gif, as_webp]))
def test_benign_pictures_are_shown(judge: LadderJudge, seed: int, encode: Callable[[Any], bytes]) -> None:
    assert judge.rule(encode(landscape(seed, 160, 120)), within_seconds=PATIENT) is SHOWN


def test_a_square_is_what_the_classifier_wants() -> None:
    pool = Pool([form(pixels=64)])
    judge = judge_of(pool, classifier=FakeClassifier(side_pixels=64))
    assert judge.rule(CONTENT, within_seconds=PATIENT) is SHOWN
    assert (pool.asked[0].pixels, pool.asked[0].pixels_side) == (True, 64)
    judge.close()
