"""Simulators answer from the digest, find what was planted, and say that they are simulators."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import pytest

from tutela.detect.service.outside.opinions import OutsideQuestion
from tutela.detect.service.outside.simulators import (
    ContentSafetySimulator,
    PhotoDnaSimulator,
    VendorSimulator,
)

KINDS = [PhotoDnaSimulator, ContentSafetySimulator, VendorSimulator]


def question(content: bytes) -> OutsideQuestion:
    return OutsideQuestion(medium="picture", content=content, prints=())


@pytest.mark.parametrize("kind", KINDS)
def test_a_simulator_says_that_it_is_one(kind: Any) -> None:
    simulator = kind()
    assert simulator.about.simulated
    assert "simulator" in simulator.name
    assert "simulator" in simulator.about.operator


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_content_gets_the_same_answer_everywhere(kind: Any) -> None:
    assert kind().ask(question(b"abc")) == kind().ask(question(b"abc"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_planted_gets_the_highest_score_and_nothing_else_does(kind: Any) -> None:
    planted = kind(planted=[hashlib.sha256(b"abc").hexdigest()])
    assert planted.ask(question(b"abc")).score == 1.0
    assert all(planted.ask(question(b"%d" % number)).score < 1.0 for number in range(200))


def test_the_shapes_are_those_of_the_services() -> None:
    assert PhotoDnaSimulator().ask(question(b"abc")).label == "no_match"
    words = Counter(ContentSafetySimulator().ask(question(b"%d" % number)).label for number in range(400))
    assert set(words) == {"very_low", "low", "medium", "high"}
    vendor = VendorSimulator().ask(question(b"abc"))
    assert set(vendor.reasons) == {"review", "review_soon"}
