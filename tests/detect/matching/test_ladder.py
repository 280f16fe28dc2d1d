"""The ladder of action, row by row of the truth table in decisions.md section 2."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from tests.detect.matching.making import header
from tutela.detect.matching.ladder import Evidence, confirmed_entries, decide
from tutela.detect.matching.shapes import Confirmed, Decision, Match, Status
from tutela.detect.media.shapes import Trouble, TroubleKind

KINDS = ("sha256", "sha1", "md5", "pdq", "vpdq", "photodna")


def match(kind: str, entry: str = "a", *, disputed: bool = False, distance_bits: int | None = None) -> Match:
    perceptual = kind in ("pdq", "vpdq")
    return Match(
        list="list",
        version="1",
        entry=entry,
        kind=kind,
        form="f0/r0" if perceptual else "file",
        distance_bits=(distance_bits or 4) if perceptual else None,
        query_percent=10.0 if kind == "vpdq" else None,
        target_percent=90.0 if kind == "vpdq" else None,
        disputed=disputed,
    )


def on(*matches: Match, **more: Any) -> Decision:
    headers = {("list", "1"): header()}
    return decide(Evidence(matches=matches, headers=headers, lists_asked=1, **more))


def truth(kinds: frozenset[str]) -> tuple[Status, Confirmed | None]:
    """The table, written down a second time and differently."""
    if "sha256" in kinds:
        return "known", "sha256"
    pdq_family = bool(kinds & {"pdq", "vpdq"})
    photodna = "photodna" in kinds
    weak = bool(kinds & {"md5", "sha1"})
    if (pdq_family and photodna) or (weak and (pdq_family or photodna)):
        return "known", "second_hash"
    return "candidate", None


@pytest.mark.parametrize(
    "kinds",
    [frozenset(some) for count in range(1, 7) for some in itertools.combinations(KINDS, count)],
    ids=lambda kinds: "+".join(sorted(kinds)),
)
def test_kinds_on_one_entry_amount_to_the_table(kinds: frozenset[str]) -> None:
    decision = on(*(match(kind) for kind in sorted(kinds)))
    assert (decision.status, decision.confirmed) == truth(kinds)


@pytest.mark.parametrize(
    "kinds",
    [("md5", "pdq"), ("sha1", "vpdq"), ("pdq", "photodna"), ("md5", "photodna")],
)
def test_kinds_on_two_entries_do_not_add_up(kinds: tuple[str, str]) -> None:
    decision = on(match(kinds[0], "a"), match(kinds[1], "b"))
    assert (decision.status, decision.confirmed) == ("candidate", None)


@pytest.mark.parametrize("kinds", [("sha256",), ("md5", "pdq")])
def test_disputed_entries_are_candidates_at_most(kinds: tuple[str, ...]) -> None:
    decision = on(*(match(kind, disputed=True) for kind in kinds))
    assert (decision.status, decision.confirmed) == ("candidate", None)
    assert "disputed" in decision.reason


def test_one_disputed_hash_of_two_is_not_a_second_hash() -> None:
    assert on(match("md5", disputed=True), match("pdq")).confirmed is None


def test_an_undisputed_sha256_stands_beside_a_disputed_entry() -> None:
    assert on(match("sha256", "a"), match("sha256", "b", disputed=True)).confirmed == "sha256"


@pytest.mark.parametrize(
    ("kind", "status"), [("unreadable", "unreadable"), ("refused", "refused"), ("not_media", "unknown")]
)
def test_trouble_is_the_answer_where_nothing_matched(kind: TroubleKind, status: Status) -> None:
    decision = on(trouble=Trouble(kind=kind, reason="The file ends too early"))
    assert (decision.status, decision.confirmed) == (status, None)
    assert decision.reason == "The file ends too early. Nothing in 1 list matches."


@pytest.mark.parametrize("kind", ["unreadable", "refused"])
def test_a_match_wins_over_trouble_and_the_reason_names_both(kind: TroubleKind) -> None:
    decision = on(match("sha256"), trouble=Trouble(kind=kind, reason="A limit was hit"))
    assert decision.status == "known"
    assert "A limit was hit." in decision.reason
    assert "SHA-256" in decision.reason


def test_being_no_picture_is_no_trouble_worth_a_word_beside_a_match() -> None:
    decision = on(match("sha256"), trouble=Trouble(kind="not_media", reason="This is text"))
    assert "text" not in decision.reason


def test_nothing_to_compare_is_said() -> None:
    assert "distinct enough" in on(usable_prints=False).reason
    assert on().reason == "Nothing in 1 list matches."


def test_remarks_stand_in_every_reason() -> None:
    remarks = ("Something was capped",)
    for decision in (
        on(remarks=remarks),
        on(match("pdq"), remarks=remarks),
        on(good_lists=("good",), remarks=remarks),
    ):
        assert decision.reason.endswith("Something was capped.")


def test_a_known_good_file_is_unknown_and_says_so() -> None:
    decision = on(good_lists=("system files",))
    assert (decision.status, decision.known_good) == ("unknown", True)
    assert "system files" in decision.reason


@pytest.mark.parametrize("kind", ["pdq", "vpdq", "photodna"])
def test_known_good_bytes_are_not_suspect_for_looking_alike(kind: str) -> None:
    assert on(match(kind), good_lists=("good",)).known_good


@pytest.mark.parametrize("kind", ["sha256", "sha1", "md5"])
def test_a_contradiction_between_lists_is_for_a_person(kind: str) -> None:
    decision = on(match(kind), match("pdq"), good_lists=("good",))
    assert (decision.status, decision.confirmed, decision.known_good) == ("candidate", None, False)
    assert "contradiction" in decision.reason
    assert decision.matches


def test_matches_come_the_strongest_first() -> None:
    weak, near, strong = (
        match("pdq", "x", distance_bits=30),
        match("pdq", "y", distance_bits=2),
        match("sha256"),
    )
    assert [one.entry for one in on(weak, near, strong).matches] == ["a", "y", "x"]
    assert "2 more entries matched" in on(weak, near, strong).reason


def test_reason_says_whether_people_assessed_the_list() -> None:
    vouched = {("list", "1"): replace(header(), approved=True)}
    said = decide(Evidence(matches=[match("sha256")], headers=vouched, lists_asked=1)).reason
    assert "states that people assessed" in said
    assert "does not state" in on(match("sha256")).reason


def test_reason_of_a_film_names_both_percentages_and_the_threshold_used() -> None:
    reason = on(match("vpdq")).reason
    assert "90 % of the listed film" in reason
    assert "10 % of the file" in reason
    assert "asks for 80 % of the listed film and 0 % of the file" in reason


def test_reason_names_a_derived_crop() -> None:
    assert "c10" in on(replace(match("pdq"), derived="c10")).reason


def test_person_is_never_said() -> None:
    for kinds in itertools.combinations(KINDS, 3):
        assert on(*(match(kind) for kind in kinds)).confirmed != "person"


def test_confirmed_entries_are_those_of_the_table() -> None:
    several = [match("sha256", "a"), match("md5", "b"), match("pdq", "b"), match("pdq", "c")]
    assert confirmed_entries(several) == {("list", "1", "a"): "sha256", ("list", "1", "b"): "second_hash"}
    assert confirmed_entries([match("sha256", disputed=True)]) == {}
