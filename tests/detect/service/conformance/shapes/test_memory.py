"""The fake: finds what it knows, and has only the holes it was told to have."""

from __future__ import annotations

from typing import get_args

import pytest

from tutela.detect.service.conformance.samples import PlainSamples
from tutela.detect.service.conformance.shapes.contract import Misbehaved, Upload
from tutela.detect.service.conformance.shapes.memory import NOTICED_BY, Hole, MemorySubject


def test_entries_are_found_by_any_copy_within_the_threshold() -> None:
    subject, samples = MemorySubject(), PlainSamples()
    subject.create_list("a")
    entry = subject.add_picture("a", "one", samples.original(1))
    assert subject.ask_picture(samples.copy(1, "turned")).distance_bits(entry) == 0
    assert not subject.ask_picture(samples.original(2)).names(entry)
    subject.remove(entry)
    assert not subject.ask_picture(samples.original(1)).hits


def test_bad_input_is_refused() -> None:
    subject = MemorySubject()
    assert subject.send(Upload(data=b"x")).status == 422
    assert subject.send(Upload(data=b"x", declared_bytes=1 << 40)).status == 413
    assert subject.send(Upload(data=b"x"), token="wrong").status == 401
    assert subject.send_hash(b"x").status == 422
    with pytest.raises(Misbehaved):
        subject.parse(subject.send(Upload(data=b"x")))
    with pytest.raises(Misbehaved):
        subject.ask_picture(b"x")


def test_every_hole_but_the_lists_that_stay_has_its_check() -> None:
    assert set(NOTICED_BY) == set(get_args(Hole)) - {"lists stay"}
