"""What each role is told: a role that may not know how near, cannot learn it by counting either."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.fingerprints.shapes import FileFingerprints
from tutela.detect.matching.shapes import Decision, Match, Status
from tutela.detect.media.shapes import MediaFacts
from tutela.detect.service.answers import (
    HEADER_NAMES_MAX,
    MATCHES_MAX,
    answer_fields,
    freshness_headers,
    item_fields,
)
from tutela.detect.service.matcher import Freshness, Looked

FRESH = Freshness(change=3, behind_seconds=0.12345, stale=("old",), held=("held",))


def match(entry: str = "e1", kind: str = "pdq", distance_bits: int | None = 7, name: str = "demo") -> Match:
    return Match(
        list=name,
        version="1",
        entry=entry,
        kind=kind,
        form="f0/mx",
        distance_bits=distance_bits,
        legal_class="csam",
    )


def looked(status: Status = "candidate", *matches: Match, member: str | None = None) -> Looked:
    prints = FileFingerprints(
        member=member, size_bytes=9, facts=MediaFacts(container="jpeg"), trouble=None, prints=()
    )
    decision = Decision(status=status, confirmed=None, reason="7 bits away", matches=matches)
    return Looked(prints=prints, decision=decision, freshness=FRESH)


def test_the_role_match_sees_no_number_that_tells_how_near() -> None:
    text = json.dumps(answer_fields([looked("candidate", match())], detailed=False))
    assert not any(word in text for word in ("7 bits", "distance", "e1", "mx", "reason", "size_bytes"))


@given(st.lists(st.integers(0, 31), min_size=1, max_size=20))
def test_the_role_match_is_told_the_same_however_near_and_however_often(distances: list[int]) -> None:
    several = [match(f"e{number}", distance_bits=bits) for number, bits in enumerate(distances)]
    assert answer_fields([looked("candidate", *several)], detailed=False) == answer_fields(
        [looked("candidate", match())], detailed=False
    )


def test_the_role_detail_sees_each_match() -> None:
    fields = answer_fields([looked("candidate", match("e1"), match("e2"))], detailed=True)
    assert [(one["entry"], one["distance_bits"], one["form"]) for one in fields["matches"]] == [
        ("e1", 7, "f0/mx"),
        ("e2", 7, "f0/mx"),
    ]
    assert (fields["reason"], fields["media"]["container"]) == ("7 bits away", "jpeg")


def test_how_far_the_lists_are_is_in_every_answer() -> None:
    for detailed in (True, False):
        fields = answer_fields([looked("unknown")], detailed=detailed)
        assert (fields["change"], fields["behind_seconds"]) == (3, 0.123)
        assert (fields["stale"], fields["held"]) == (["old"], ["held"])
        assert "change" not in item_fields(looked("unknown"), detailed=detailed)


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [
        (["unknown", "known", "refused"], "known"),
        (["unreadable", "candidate", "unknown"], "candidate"),
        (["unknown", "unreadable", "unknown"], "unreadable"),
        (["unknown", "unreadable", "refused"], "refused"),
        (["unknown", "unknown", "unknown"], "unknown"),
    ],
)
def test_a_container_has_the_worst_status(statuses: list[Status], worst: str) -> None:
    found = [looked(status, member=f"{number}") for number, status in enumerate(statuses)]
    assert answer_fields([*found, looked("unknown")], detailed=False)["status"] == worst


def test_digests_and_pictures_of_two_members_do_not_confirm_each_other() -> None:
    one = looked("candidate", match("e1", kind="md5", distance_bits=None), member="a")
    two = looked("candidate", match("e1"), member="b")
    fields = answer_fields([one, two, looked("unknown")], detailed=True)
    assert {found["confirmed"] for found in fields["matches"]} == {None}
    assert [member["member"] for member in fields["members"]] == ["a", "b"]


def test_an_answer_has_a_bound() -> None:
    many = [match(f"e{number}") for number in range(MATCHES_MAX)]
    found = [looked("candidate", *many, member=str(number)) for number in range(3)]
    fields = answer_fields([*found, looked("unknown")], detailed=True)
    assert len(fields["matches"]) == MATCHES_MAX
    assert sum(len(member["matches"]) for member in fields["members"]) == MATCHES_MAX
    assert len(fields["members"]) == 3


def test_headers_say_only_what_is_not_as_it_should_be() -> None:
    assert freshness_headers([looked()]) == {
        "X-Tutela-Behind-Seconds": "0.123",
        "X-Tutela-Stale": "old",
        "X-Tutela-Held": "held",
    }
    assert freshness_headers([]) == {}
    good = replace(looked(), freshness=Freshness(change=3, behind_seconds=0.0))
    assert freshness_headers([good]) == {}
    many = replace(looked(), freshness=replace(FRESH, stale=tuple(f"l{n}" for n in range(1_000))))
    assert freshness_headers([many])["X-Tutela-Stale"].count(",") == HEADER_NAMES_MAX - 1
