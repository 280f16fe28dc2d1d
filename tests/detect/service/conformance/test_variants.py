"""Copies, strangers, removal: what each outcome counts."""

from __future__ import annotations

from collections.abc import Sequence

from tests.detect.service.conformance.running import outcomes
from tutela.detect.service.conformance import variants
from tutela.detect.service.conformance.shapes.contract import Answer, Misbehaved
from tutela.detect.service.conformance.shapes.memory import Hole, MemorySubject


def counts(outcome_list: Sequence[object]) -> list[tuple[int, int]]:
    return [(one.found, one.total) for one in outcome_list]  # type: ignore[attr-defined]  # outcomes


def test_each_variant_has_its_own_count() -> None:
    made = outcomes(variants.altered_copies, MemorySubject(blind_to={"turned"}))
    assert [(one.title, one.found, one.total) for one in made] == [("same", 3, 3), ("turned", 0, 3)]


def test_a_copy_answered_with_an_error_is_not_found_and_the_others_are_asked() -> None:
    class Choking(MemorySubject):
        def ask_picture(self, picture: bytes) -> Answer:
            if picture.endswith(b"same"):
                raise Misbehaved("status 400")
            return super().ask_picture(picture)

    same, turned = outcomes(variants.altered_copies, Choking())
    assert (same.found, same.words) == (0, "3 answered with an error")
    assert turned.passed


def test_the_same_bytes_are_found() -> None:
    (outcome,) = outcomes(variants.same_bytes)
    assert outcome.passed


def test_a_matcher_that_finds_everything_fails_on_strangers() -> None:
    (clean,) = outcomes(variants.strangers)
    (wrong,) = outcomes(variants.strangers, MemorySubject(holes={"strangers"}))
    assert clean.passed
    assert (wrong.found, wrong.total) == (0, 3)


def test_removal_is_looked_at_on_both_sides() -> None:
    assert [one.passed for one in outcomes(variants.removed)] == [True, True]
    for hole, verdicts in (("kept", [False, True]), ("slow", [False])):
        holes: set[Hole] = {hole}  # type: ignore[arg-type]  # the words of Hole
        assert [one.passed for one in outcomes(variants.removed, MemorySubject(holes=holes))] == verdicts
