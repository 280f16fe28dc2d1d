"""What the checks share: known pictures once, waiting within limits, and nothing left behind."""

from __future__ import annotations

import pytest

from tests.detect.service.conformance.running import FEW, kit_of
from tutela.detect.service.conformance.kit import PAUSE_MAX_SECONDS, Kit
from tutela.detect.service.conformance.samples import PlainSamples
from tutela.detect.service.conformance.shapes.contract import Misbehaved
from tutela.detect.service.conformance.shapes.memory import MemorySubject


def test_pictures_are_made_known_once() -> None:
    subject = MemorySubject()
    kit = kit_of(subject)
    assert kit.known() == kit.known()
    assert [len(entries) for entries in subject.lists.values()] == [FEW.pictures]
    assert all(map(kit.finds, kit.known()))


def test_a_matcher_that_finds_nothing_new_is_waited_for_once() -> None:
    kit = kit_of(MemorySubject(holes={"slow"}))
    for _ in range(2):
        with pytest.raises(Misbehaved, match="within 5 seconds"):
            kit.known()
    assert kit.clock.monotonic_seconds() < 2 * FEW.wait_seconds


def test_waiting_ends_as_soon_as_it_is_reached_and_at_the_limit() -> None:
    kit = kit_of(MemorySubject())
    assert kit.seconds_until(lambda: True) == 0
    seconds = kit.seconds_until(lambda: kit.clock.monotonic_seconds() > 1)
    assert seconds is not None
    assert 1 < seconds < 1 + PAUSE_MAX_SECONDS
    assert kit.seconds_until(lambda: False) is None
    assert kit.clock.monotonic_seconds() < 1 + FEW.wait_seconds + 2 * PAUSE_MAX_SECONDS


def test_two_runs_never_share_a_list() -> None:
    subject = MemorySubject()
    kits = [Kit(subject=subject, samples=PlainSamples()) for _ in range(2)]
    assert len({kit.open_list("pictures") for kit in kits}) == 2
    assert [kit.tidy() for kit in kits] == [0, 0]
    assert not subject.lists
    assert kits[0].tidy() == 0


def test_a_list_that_is_made_with_an_answer_nobody_can_read_is_taken_away() -> None:
    class Mumbling(MemorySubject):
        def create_list(self, name: str) -> None:
            super().create_list(name)
            raise Misbehaved("status 204")

    subject = Mumbling()
    kit = kit_of(subject)
    with pytest.raises(Misbehaved, match="204"):
        kit.open_list("pictures")
    assert (subject.lists, kit.tidy()) == ({}, 0)


def test_a_list_that_was_refused_is_not_counted_as_left() -> None:
    class Refusing(MemorySubject):
        def create_list(self, name: str) -> None:
            raise Misbehaved("status 403")

        def delete_list(self, name: str) -> None:
            raise Misbehaved("status 404")

    kit = kit_of(Refusing())
    with pytest.raises(Misbehaved, match="403"):
        kit.open_list("pictures")
    assert kit.tidy() == 0
