from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.hotline.takedown.removal import RESULTS, Look, Result, absence, standing

BEGUN = datetime(2026, 5, 4, tzinfo=UTC)


def look(vantage: str, minutes: float, result: Result = "gone") -> Look:
    return Look(vantage=vantage, at=BEGUN + timedelta(minutes=minutes), result=result)


LOOKS = st.lists(
    st.builds(look, st.sampled_from(["here", "there", "far"]), st.integers(0, 200), st.sampled_from(RESULTS)),
    max_size=12,
)
NOT_GONE = st.sampled_from([one for one in RESULTS if one != "gone"])
GONE = (look("here", 0), look("there", 1), look("here", 30), look("there", 31))


def test_gone_from_two_places_twice_half_an_hour_apart_is_removed() -> None:
    assert standing(GONE) == "removed"
    seen = absence(GONE)
    assert (seen.vantage_points, seen.looks_each, seen.spread_seconds) == (2, 2, 1_800)


@pytest.mark.parametrize(
    "looks",
    [
        (),
        GONE[:2],
        (look("here", 0), look("here", 10), look("here", 29.9)),
        (look("here", 0), look("there", 1), look("here", 29.9), look("there", 30.9)),
        (*GONE[:2], look("there", 31, "unknown")),
        (*GONE[:2], look("there", 31, "changed")),
        (look("here", 0, "unknown"), look("there", 1, "unknown"), look("here", 30), look("there", 31)),
    ],
    ids=range(7),
)
def test_less_than_that_is_undecided(looks: tuple[Look, ...]) -> None:
    assert standing(looks) == "undecided"


def test_one_look_that_sees_it_again_undoes_all() -> None:
    assert standing((*GONE, look("far", 40, "present"))) == "there"
    after = (
        look("far", 40, "present"),
        look("here", 50),
        look("there", 51),
        look("here", 60),
        look("there", 61),
    )
    assert standing((*GONE, *after)) == "there"


def test_of_two_looks_at_one_moment_the_one_that_sees_it_counts() -> None:
    assert standing((*GONE, look("here", 40, "present"), look("there", 40))) == "there"


def test_a_look_without_an_answer_undoes_nothing() -> None:
    assert standing((*GONE, look("here", 90, "unknown"))) == "removed"


@given(LOOKS)
def test_the_order_in_which_looks_are_told_does_not_matter(looks: list[Look]) -> None:
    assert standing(looks) == standing(list(reversed(looks)))


@given(LOOKS)
def test_what_is_unknown_never_makes_a_removal(looks: list[Look]) -> None:
    known = [one for one in looks if one.result != "unknown"]
    assert standing(looks) == standing(known)
    if standing(looks) == "removed":
        gone = [one for one in known if one.result == "gone"]
        assert len({one.vantage for one in gone}) >= 2 and len(gone) >= 4
        last = max(one.at for one in known)
        assert {one.result for one in known if one.at == last} == {"gone"}


@pytest.mark.parametrize("other", ["unknown", "blocked", "changed", "parked", "soft_missing"])
def test_gone_from_one_place_alone_is_no_removal_and_has_its_own_word(other: Result) -> None:
    here = (look("here", 0), look("there", 0, other), look("here", 30), look("there", 30, other))
    assert standing(here) == "gone_one_place"
    assert standing((look("here", 0), look("here", 30))) == "gone_one_place"


@pytest.mark.parametrize("seen", ["present", "altered", "moved"])
def test_what_another_place_sees_is_there(seen: Result) -> None:
    here = (look("here", 0), look("there", 0, seen), look("here", 30), look("there", 30, seen))
    assert standing(here) == "there"


@given(LOOKS, st.sampled_from(["here", "there", "far"]), st.integers(0, 300))
def test_a_look_without_an_answer_changes_nothing(looks: list[Look], vantage: str, minutes: int) -> None:
    more = [*looks, look(vantage, minutes, "unknown")]
    assert (standing(more), absence(more)) == (standing(looks), absence(looks))


@given(st.lists(st.builds(look, st.sampled_from(["here", "there"]), st.integers(0, 99_999), NOT_GONE)))
def test_nothing_but_a_host_that_says_so_leads_to_a_removal(looks: list[Look]) -> None:
    assert standing(looks) in ("there", "undecided")
