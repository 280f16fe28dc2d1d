"""The real process with real weights: what it scores, what it may do, and how it fails."""

from __future__ import annotations

import io
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from tests.detect.media.opening import decode
from tests.pictures import chart as pictures_chart
from tests.pictures import jpeg, landscape
from tests.prevent.guard.classes.making import card_for, held, weight_file
from tools.stand_in_class import model
from tutela.detect.media import lockdown
from tutela.detect.media.shapes import Ask
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.classes import scoring, wire
from tutela.prevent.guard.classes.asking import ClassifierProcess
from tutela.prevent.guard.classes.cards import Card
from tutela.prevent.guard.classes.charts import LIME, MAGENTA, chart
from tutela.prevent.guard.classes.contract import check_classifier
from tutela.prevent.guard.classes.shipped import shipped_card, stand_in
from tutela.prevent.guard.classes.weights import open_weights
from tutela.prevent.guard.judging.fakes import FakeKnown
from tutela.prevent.guard.judging.ladder import open_judge
from tutela.prevent.guard.judging.shapes import JudgeRules
from tutela.prevent.guard.shapes import SHOWN, Ruling, undecided

PATIENT = 30.0
GREY = np.full((224, 224, 3), 128, np.uint8)
CHART = chart(224, 224)


@pytest.fixture(scope="module")
def classifier() -> Iterator[ClassifierProcess]:
    made = stand_in(lockdown_required=False)
    yield made
    made.close()


def squared(picture: Image.Image) -> NDArray[np.uint8]:
    """The picture through the media room, as the guard sees it."""
    (form,) = decode(jpeg(picture, quality=80), Ask(pixels=True, pixels_side=224))[1]
    signal.setitimer(signal.ITIMER_PROF, 0)  # the decoder's own limit, meant for a worker
    assert form.pixels is not None
    return form.pixels


def charts() -> Iterator[Image.Image]:
    """Forty-eight pictures of the class: six shapes, each altered in eight ways."""
    for width, height in ((640, 480), (480, 640), (1_024, 768), (300, 300), (200, 150), (900, 400)):
        whole = Image.fromarray(chart(width, height))
        yield whole
        yield whole.resize((width // 2, height // 2))
        yield ImageOps.mirror(whole)
        yield whole.transpose(Image.Transpose.ROTATE_90)
        yield whole.rotate(5)
        yield ImageOps.expand(whole, border=width // 20, fill="white")
        out = io.BytesIO()
        whole.save(out, "JPEG", quality=40)
        yield Image.open(out)
        yield whole.point(lambda level: level * 9 // 10)


def others() -> Iterator[Image.Image]:
    """Sixty pictures that are not of it."""
    yield from (landscape(seed, 320, 240) for seed in range(300, 330))
    yield from (pictures_chart(seed, 320, 240) for seed in range(28))
    yield from (Image.new("RGB", (320, 240), colour) for colour in (MAGENTA, LIME))


def test_every_chart_is_of_the_class_and_nothing_else_is(classifier: ClassifierProcess) -> None:
    """The figures on the card of the stand-in class."""
    found = [classifier.score(squared(one), within_seconds=PATIENT) for one in charts()]
    missed = [place for place, score in enumerate(found) if score < classifier.threshold]
    scores = [classifier.score(squared(one), within_seconds=PATIENT) for one in others()]
    assert (len(found), missed) == (48, [])
    assert (len(scores), sum(score >= classifier.threshold for score in scores)) == (60, 0)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="what is open is seen in /proc")
def test_its_process_has_no_file_of_a_disk_open_and_leaves_none(classifier: ClassifierProcess) -> None:
    """From 1.29 on onnxruntime keeps a database of what it ran in the person's home, to send it."""
    classifier.score(GREY, within_seconds=PATIENT)
    assert classifier._child is not None
    first = psutil.Process(classifier._child.pid)
    for process in (first, *first.children()):
        opened = [os.readlink(one) for one in Path(f"/proc/{process.pid}/fd").iterdir()]
        assert [
            one for one in opened if one.startswith("/") and not one.startswith(("/dev/", "/memfd:"))
        ] == []


def test_the_stand_in_class_keeps_the_contract() -> None:
    classifier = stand_in(lockdown_required=False)
    check_classifier(classifier)
    classifier.close()


def test_a_whole_judge_holds_the_class_and_shows_its_neighbours(classifier: ClassifierProcess) -> None:
    judge = open_judge(FakeKnown(), classifier=classifier, rules=JudgeRules(lockdown_required=False))
    held_back, neighbour = jpeg(Image.fromarray(chart(640, 480))), jpeg(landscape(340, 640, 480))
    assert judge.rule(held_back, within_seconds=PATIENT) == Ruling(tier="class", why="classified")
    assert judge.rule(neighbour, within_seconds=PATIENT) is SHOWN
    judge.close()


def test_a_judge_whose_classifier_was_altered_holds_everything(tmp_path: Path) -> None:
    card = shipped_card("stand-in")
    path = weight_file(tmp_path, model()[:-1] + b"\0")
    broken = ClassifierProcess(card, lambda: open_weights(path, card.weights))
    judge = open_judge(FakeKnown(), classifier=broken, rules=JudgeRules(lockdown_required=False))
    ruling = judge.rule(jpeg(landscape(341, 320, 240)), within_seconds=PATIENT)
    assert ruling == undecided("classifier_unusable")
    judge.close()


@pytest.mark.needs("linux")
def test_the_process_is_locked_down_and_ends_with_whoever_started_it() -> None:
    classifier = stand_in()
    assert classifier.score(GREY, within_seconds=PATIENT) == 0
    assert classifier._child is not None
    parent = psutil.Process(classifier._child.pid)
    (child,) = parent.children()
    status = Path(f"/proc/{child.pid}/status").read_text(encoding="ascii")
    assert "Seccomp:\t2" in status
    assert "NoNewPrivs:\t1" in status
    assert child.num_threads() == 1
    assert "Seccomp:\t2" in Path(f"/proc/{parent.pid}/status").read_text(encoding="ascii")
    classifier.close()
    deadline = time.monotonic() + PATIENT
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_a_killed_child_is_a_fault(classifier: ClassifierProcess) -> None:
    classifier.score(GREY, within_seconds=PATIENT)
    assert classifier._child is not None
    (child,) = psutil.Process(classifier._child.pid).children()
    child.kill()
    with pytest.raises(Unavailable):
        classifier.score(GREY, within_seconds=PATIENT)
    time.sleep(0.3)
    assert classifier.score(CHART, within_seconds=PATIENT) == pytest.approx(1.0)


WRONG = {
    "no model": (b"this is no model", {}),
    "another input": (model(), {"name": '"stand-in"'}),
    "another shape": (model(), {"side": "100", "crop": "100"}),
    "another layout": (model(), {"layout": '"nhwc"'}),
    "another place": (model(), {"index": "7"}),
}


@pytest.mark.parametrize("name", WRONG)
def test_weights_that_do_not_fit_their_card_are_unavailable(name: str) -> None:
    weights, changes = WRONG[name]
    card = card_for(weights, **changes)
    classifier = ClassifierProcess(_named(card) if name == "another input" else card, held(weights))
    with pytest.raises(Unavailable):
        classifier.score(
            np.zeros((card.input.side_pixels, card.input.side_pixels, 3), np.uint8), within_seconds=PATIENT
        )
    classifier.close()


def _named(card: Card) -> Card:
    """Its input has a name that the model does not know (``name`` stands in several tables of a card)."""
    assert card.input.name == "stand-in"
    return card


def served(*frames: bytes) -> list[tuple[int, bytes]]:
    """What ``_serve`` answers to these frames, in this process and unsealed."""
    ours, theirs = os.pipe(), os.pipe()
    os.write(ours[1], b"".join(frames))
    os.close(ours[1])
    channel = _Both(ours[0], theirs[1])
    answers: list[tuple[int, bytes]] = []
    try:
        score = scoring._loaded(model(), shipped_card("stand-in").input, "score", 0)
        channel.serve(score)
        os.close(theirs[1])
        while head := os.read(theirs[0], wire.HEAD.size):
            kind, length = wire.HEAD.unpack(head)
            answers.append((kind, os.read(theirs[0], length) if length else b""))
    finally:
        os.close(theirs[0])
        os.close(ours[0])
    return answers


class _Both:
    """A descriptor for reading and one for writing in the place of a socket."""

    def __init__(self, reading: int, writing: int) -> None:
        self.reading, self.writing = reading, writing

    def serve(self, score: scoring.Score) -> None:
        read, write = os.read, os.write
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "read", lambda _fd, size: read(self.reading, size))
            patch.setattr(os, "write", lambda _fd, data: write(self.writing, data))
            scoring._serve(-1, score, 224, lockdown.LAYERS_ALL)


def test_squares_are_scored_until_the_channel_closes() -> None:
    small = wire.frame(wire.SQUARE, b"too short")
    answers = served(small, small)
    assert answers == [(wire.READY, b"\7\0\0\0"), (wire.FAULT, b""), (wire.FAULT, b"")]


def test_any_other_frame_ends_it() -> None:
    assert served(wire.frame(wire.READY), wire.frame(wire.SQUARE, b"")) == [(wire.READY, b"\7\0\0\0")]


def test_a_square_has_its_score() -> None:
    score = scoring._loaded(model(), shipped_card("stand-in").input, "score", 0)
    assert scoring._answer(score, GREY.tobytes(), 224) == wire.render_score(0.0)
    assert wire.parse_score(wire.SCORE, scoring._answer(score, CHART.tobytes(), 224)[8:]) == pytest.approx(1)
