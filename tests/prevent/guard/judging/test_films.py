"""What of a film is looked at, what is not, and every way in which that can fail."""

from __future__ import annotations

import hashlib
import io
import threading
import time
from collections.abc import Callable, Collection, Iterator
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.detect.media.film_files import encoded, index_first
from tests.pictures import jpeg, landscape, png
from tests.prevent.guard.judging.making import Pool, form, known_of
from tutela.detect.media.hearing import Sink
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import Ask, Examined, MediaFacts
from tutela.detect.media.troubles import trouble
from tutela.prevent.guard.classes.fakes import FakeClassifier
from tutela.prevent.guard.judging import films
from tutela.prevent.guard.judging.fakes import FakeKnown
from tutela.prevent.guard.judging.films import ask_for_film, is_film, look_at_film
from tutela.prevent.guard.judging.ladder import LadderJudge, open_judge
from tutela.prevent.guard.judging.looking import Look, Unseen
from tutela.prevent.guard.judging.shapes import JudgeRules
from tutela.prevent.guard.shapes import FILM_SECONDS, SHOWN, Ruling, undecided

PATIENT = 30.0
RULES = JudgeRules(lockdown_required=False)
EXACT, NEAR = Ruling(tier="exact", why="listed"), Ruling(tier="near", why="listed")
CLASS = Ruling(tier="class", why="classified")
#: Frames a second of all films here.
RATE = 10


def still(seed: int) -> NDArray[np.uint8]:
    return np.asarray(landscape(seed, 160, 120))


KNOWN = landscape(90, 160, 120)
BENIGN, LISTED = still(91), np.asarray(KNOWN)


def film(
    *parts: tuple[NDArray[np.uint8], int],
    every: int = 300,
    keys: Collection[int] = (),
    container: str = "mp4",
) -> bytes:
    """So many frames of each picture, a key frame for each ``every`` of them, and for those in ``keys``."""
    options = {"g": str(every), "keyint_min": str(every), "sc_threshold": "0", "forced-idr": "1"}
    pictures = [one for one, count in parts for _ in range(count)]
    return encoded(pictures, rate=RATE, options=options, keys=keys, container=container)


PLAIN = film((BENIGN, 12))
HEAD = b"\0\0\0\x18ftypmp42"


@pytest.fixture(scope="module")
def judge() -> Iterator[LadderJudge]:
    """A real one that knows one picture."""
    made = open_judge(known_of(jpeg(KNOWN, quality=90)), rules=RULES)
    yield made
    made.close()


def ruled(judge: LadderJudge, content: bytes) -> Ruling:
    return judge.rule(content, within_seconds=PATIENT)


@pytest.mark.parametrize("container", ["mp4", "matroska", "mpegts"])
def test_benign_films_are_shown(judge: LadderJudge, container: str) -> None:
    assert ruled(judge, film((BENIGN, 12), (still(92), 12), container=container)) is SHOWN


LISTED_FILMS: dict[str, Callable[[], bytes]] = {
    "all of it": lambda: film((LISTED, 5)),
    "one frame, a key frame in the middle": lambda: film(
        (BENIGN, 13), (LISTED, 1), (BENIGN, 10), keys={13, 14}
    ),
    "a second that begins with a key frame": lambda: film((BENIGN, 20), (LISTED, 10), (BENIGN, 10), every=10),
    "a second without a key frame, key frames far apart": lambda: film(
        (BENIGN, 13), (LISTED, 11), (BENIGN, 10)
    ),
    "the last frame, which stays": lambda: film((BENIGN, 14), (LISTED, 1), every=10),
    "mirrored": lambda: film((BENIGN, 10), (np.ascontiguousarray(LISTED[:, ::-1]), 10), every=10),
}


@pytest.mark.parametrize("name", LISTED_FILMS)
def test_a_film_with_a_listed_frame_that_is_looked_at_is_held(judge: LadderJudge, name: str) -> None:
    assert ruled(judge, LISTED_FILMS[name]()) == NEAR


def test_what_stands_between_key_frames_that_are_near_is_not_looked_at(judge: LadderJudge) -> None:
    """The limit of the claim: less than two seconds, and none of it a key frame."""
    assert ruled(judge, film((BENIGN, 5), (LISTED, 9), (BENIGN, 16), every=20)) is SHOWN


def test_a_listed_file_is_held_by_its_digest_and_not_opened() -> None:
    pool = Pool([form()])
    judge = LadderJudge(pool, FakeKnown(sha256={hashlib.sha256(PLAIN).digest()}), rules=RULES)
    assert ruled(judge, PLAIN) == EXACT
    assert pool.asked == []
    judge.close()


FAILURES: dict[str, tuple[Callable[[], bytes], str]] = {
    "head alone": (lambda: HEAD + bytes(64), "unreadable"),
    "cut off": (lambda: film((BENIGN, 12), container="matroska")[:-2_000], "unreadable"),
    "cut off before its index": (lambda: PLAIN[: len(PLAIN) // 2], "unreadable"),
    "cut off, index first": (lambda: index_first(PLAIN)[:-1_000], "unreadable"),
    "fragments, cut off": (lambda: fragments()[:-500], "unreadable"),
    "corrupt": (lambda: PLAIN[:300] + bytes(len(PLAIN) // 2) + PLAIN[300 + len(PLAIN) // 2 :], "unreadable"),
    "a little of its only key frame corrupt": (lambda: spoilt(film((LISTED, 12))), "unreadable"),
    "a little of its first key frame corrupt": (
        lambda: spoilt(film((LISTED, 6), (BENIGN, 6), keys=(6,))),
        "unreadable",
    ),
    "sound alone": (lambda: b"OggS\0" + bytes(200), "unreadable"),
    "several tracks": (lambda: tracks(2), "unknown_kind"),
}


def spoilt(whole: bytes, at: int = 1_500) -> bytes:
    """The same film with 60 bytes gone from its first frame, for which a decoder makes something up."""
    return whole[:at] + bytes(60) + whole[at + 60 :]


def fragments() -> bytes:
    return encoded([BENIGN] * 12, muxing={"movflags": "frag_keyframe+empty_moov"}, rate=RATE)


def tracks(count: int) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as target:
        streams = [target.add_stream("mpeg4", rate=RATE) for _ in range(count)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for stream in streams:
            target.mux(stream.encode(av.VideoFrame.from_ndarray(BENIGN.copy(), format="rgb24")))
            target.mux(stream.encode(None))
    return out.getvalue()


@pytest.mark.parametrize("name", FAILURES)
def test_a_film_that_was_not_wholly_looked_at_is_held(judge: LadderJudge, name: str) -> None:
    make, why = FAILURES[name]
    assert ruled(judge, make()) == undecided(why)  # type: ignore[arg-type]  # a word of the table


def test_a_whole_film_in_fragments_is_looked_at(judge: LadderJudge) -> None:
    assert ruled(judge, fragments()) is SHOWN


def test_a_film_beyond_its_own_limit_is_held() -> None:
    pool = Pool([form()])
    judge = LadderJudge(pool, FakeKnown(), rules=JudgeRules(bytes_max=10, film_bytes_max=len(PLAIN)))
    assert ruled(judge, PLAIN) is SHOWN
    assert ruled(judge, PLAIN + b"0") == undecided("too_large")
    assert len(pool.asked) == 1
    judge.close()


def test_only_films_are_looked_at_as_films() -> None:
    assert is_film(PLAIN)
    assert not is_film(jpeg(KNOWN))
    assert look_at_film(Pool([form()]), jpeg(KNOWN), ask_for_film()) == Unseen(why="unknown_kind")


def test_no_worker_may_compute_longer_than_a_film_is_held() -> None:
    ask = ask_for_film(32)
    assert (ask.film_mode, ask.film_rate_hz, ask.limits.film_cpu_seconds) == ("keys", 1.0, FILM_SECONDS)
    assert (ask.pixels, ask.pixels_side, ask_for_film().pixels) == (True, 32, False)


def film_facts(pool: Pool, **facts: Any) -> Look | Unseen:
    class Facts(Pool):
        def examine(self, fd: int, ask: Ask, sink: Sink, *, name_hint: str = "") -> Examined:
            told = pool.examine(fd, ask, sink)
            return Examined(
                member=None,
                size_bytes=1,
                md5=b"",
                sha1=b"",
                sha256=b"",
                facts=MediaFacts(**facts),
                trouble=told.trouble,
            )

    return look_at_film(Facts(), PLAIN, ask_for_film(8))


def test_every_doubt_about_a_film_makes_it_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(film_facts(Pool([form(pixels=8)]), frames=1), Look)
    assert film_facts(Pool([form(pixels=8)]), frames=2) == Unseen(why="worker_failed")
    assert film_facts(Pool(), frames=0) == Unseen(why="worker_failed")
    deviated = Pool([form()], trouble=trouble("refused", "deviated"))
    assert film_facts(deviated, frames=1) == Unseen(why="worker_failed", doubt=True)
    slow = Pool([form()], trouble=trouble("refused", "cpu"))
    assert film_facts(slow, frames=1) == Unseen(why="too_slow")
    monkeypatch.setattr(films, "SQUARES_BYTES_MAX", 1)
    assert film_facts(Pool([form(pixels=8)]), frames=1) == Unseen(why="too_large")


def test_one_frame_of_the_class_is_enough() -> None:
    """Through the real sandbox: the second scene is bright, and the class is what is bright."""
    bright = np.full((120, 160, 3), 250, np.uint8)
    classifier = FakeClassifier(function=lambda pixels: float(pixels.mean() > 240), side_pixels=32)
    judge = LadderJudge(MediaPool(workers=2), FakeKnown(), classifier=classifier, rules=RULES)
    try:
        assert ruled(judge, film((BENIGN, 10), (bright, 10), every=10)) == CLASS
        assert classifier.shapes == {(32, 32, 3)}
        assert ruled(judge, PLAIN) is SHOWN
    finally:
        judge.close()


class Gated(Pool):
    """Keeps films waiting and no picture; ``most`` is how many films were looked at together."""

    def __init__(self) -> None:
        super().__init__([form()])
        self.films_gate, self.here, self.most = threading.Event(), 0, 0

    def examine(self, fd: int, ask: Ask, sink: Sink, *, name_hint: str = "") -> Examined:
        if ask.film_mode == "keys":
            self.here += 1
            self.most = max(self.most, self.here)
            assert self.films_gate.wait(20)
            self.here -= 1
        return super().examine(fd, ask, sink)


def test_pictures_pass_while_films_wait() -> None:
    pool = Gated()
    judge = LadderJudge(pool, FakeKnown(), rules=JudgeRules(films_waiting_max=2))
    found: list[Ruling] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(ruled(judge, PLAIN + bytes([n])))) for n in range(3)
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 10
    while judge._film_places._pictures_left:
        time.sleep(0.01)
        assert time.monotonic() < deadline
    assert ruled(judge, PLAIN + b"more") == undecided("overloaded")
    for seed in range(8):
        assert judge.rule(png(landscape(seed, 40, 40)), within_seconds=PATIENT) is SHOWN
    pool.films_gate.set()
    for thread in threads:
        thread.join()
    assert (found, pool.most) == ([SHOWN] * 3, 1)
    judge.close()


def test_a_film_that_is_late_is_held_in_time_and_known_the_next_time() -> None:
    pool = Gated()
    judge = LadderJudge(pool, FakeKnown(), rules=RULES)
    start = time.monotonic()
    assert judge.rule(PLAIN, within_seconds=0.1) == undecided("too_slow")
    assert time.monotonic() - start < 2
    pool.films_gate.set()
    assert ruled(judge, PLAIN) is SHOWN
    assert ruled(judge, PLAIN) is SHOWN
    assert len(pool.asked) == 1
    judge.close()


WHOLE = [LISTED_FILMS["all of it"](), film((LISTED, 6), container="matroska"), fragments()]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_part_of_a_listed_film_is_shown(judge: LadderJudge, data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(WHOLE[:2]))
    at = data.draw(st.integers(0, len(content)))
    assert not ruled(judge, content[:at]).shown
    assert not ruled(judge, content + content[:at]).shown


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_looked_at_wholly_or_held(judge: LadderJudge, data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(WHOLE))
    at = data.draw(st.integers(0, len(content)))
    rest = data.draw(st.sampled_from([content[at + 1 :], b"\xff" + content[at + 1 :], content[at // 2 :]]))
    look = look_at_film(judge._pool, content[:at] + rest, ask_for_film())
    assert isinstance(look, Unseen) or look.forms > 0
