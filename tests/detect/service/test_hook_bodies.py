"""Bodies of web-hooks: what each role is told, and what is never in one."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.matching.shapes import Decision, Match, Status
from tutela.detect.service.hook_bodies import (
    MATCHES_MAX,
    ListNews,
    MatchNews,
    check_reference,
    narrowed,
    reference_of,
    render_body,
    steady_message,
)
from tutela.kernel.errors import Invalid
from tutela.kernel.ids import is_id


def match(name: str = "a", *, entry: str = "ent_1", kind: str = "pdq", bits: int | None = 4) -> Match:
    return Match(
        list=name, version="7", entry=entry, kind=kind, form="f0/mx", distance_bits=bits, legal_class="csam"
    )


def decision(status: Status, *matches: Match) -> Decision:
    return Decision(status=status, confirmed=None, reason="reason text", matches=matches)


def test_role_match_is_told_status_class_list_and_version_once() -> None:
    news = MatchNews(
        decisions=(decision("unknown"), decision("candidate", match(), match(bits=9))), reference="up-7"
    )
    assert news.fields("match") == {
        "status": "candidate",
        "matches": [{"list": "a", "version": "7", "class": "csam"}],
        "reference": "up-7",
    }


def test_role_detail_is_told_how_near_and_what_confirms() -> None:
    known = decision("known", match(kind="sha256", bits=None), match())
    news = MatchNews(decisions=(known,))
    exact, near = news.fields("detail")["matches"]
    assert exact == {
        "list": "a", "version": "7", "class": "csam", "entry": "ent_1", "kind": "sha256", "form": "f0/mx",
        "distance_bits": None, "confirmed": "sha256", "disputed": False,
    }  # fmt: skip
    assert near["distance_bits"] == 4
    assert news.fields("detail")["reference"] is None


def test_the_worst_status_is_told_and_no_match_is_no_news() -> None:
    both = MatchNews(decisions=(decision("candidate", match("a")), decision("known", match("b"))))
    assert both.status == "known"
    assert both.lists == {"a", "b"}
    assert MatchNews(decisions=(decision("unreadable"), decision("refused"))).status == "unknown"


def test_an_endpoint_for_one_list_hears_of_that_list_alone() -> None:
    news = MatchNews(decisions=(decision("candidate", match("a"), match("b")),))
    assert [one["list"] for one in news.fields("match", only=("b",))["matches"]] == ["b"]


def test_a_body_stays_below_20_kilobytes_and_says_what_it_left_out() -> None:
    entries = [match("l" * 60, entry="ent_" + f"{number:032}") for number in range(500)]
    fields = MatchNews(decisions=(decision("candidate", *entries),)).fields("detail")
    assert len(fields["matches"]) == MATCHES_MAX
    assert fields["matches_left_out"] == 500 - MATCHES_MAX
    assert len(render_body("match.found", datetime(2026, 1, 1, tzinfo=UTC), fields)) < 20_000


def test_the_id_of_a_change_is_the_same_for_whoever_announces_it() -> None:
    one = steady_message("log", 7)
    assert is_id(one)
    assert one == steady_message("log", 7)
    assert len({one, steady_message("log", 8), steady_message("other", 7), steady_message("log.7", 7)}) == 4


def test_a_list_change_is_told_in_counts() -> None:
    news = ListNews(list="a", version="8", change=12, act="add", added=3)
    body = json.loads(render_body("list.changed", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), news.fields()))
    assert body == {
        "type": "list.changed",
        "timestamp": "2026-01-02T03:04:05Z",
        "data": {
            "list": "a",
            "version": "8",
            "change": 12,
            "act": "add",
            "added": 3,
            "removed": 0,
            "held": False,
        },
    }


@pytest.mark.parametrize(
    "reference", ["", "up-7", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "01HZY.2_b", "a" * 31]
)
def test_reference_is_the_callers_own_id(reference: str) -> None:
    assert check_reference(reference) == reference


@pytest.mark.parametrize(
    "reference",
    [
        "https://evil.example/x",
        "a/b",
        "a b",
        "x" * 81,
        "ü",
        "a\n",
        "-a",
        "d41d8cd98f00b204e9800998ecf8427e",
        "x-" + "AB" * 20,
    ],
)
def test_reference_is_no_address_and_no_hash(reference: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_reference(reference)
    assert caught.value.field == "reference"
    assert reference not in caught.value.public_message()


@given(st.binary(min_size=16, max_size=32))
def test_no_hexadecimal_digest_passes_as_a_reference(digest: bytes) -> None:
    with pytest.raises(Invalid):
        check_reference(digest.hex())


def test_the_reference_stands_in_a_header_of_its_own() -> None:
    assert reference_of({"x-tutela-reference": "post-4711"}) == "post-4711"
    assert reference_of({}) == ""
    with pytest.raises(Invalid, match="reference"):
        reference_of({"x-tutela-reference": "ab" * 16})


EXACT, NEAR = match("b", kind="sha256", bits=None), match("a")


@pytest.mark.parametrize(
    ("whole", "lists", "status", "left"),
    [
        (decision("known", EXACT, NEAR), "ab", "known", 2),
        (decision("known", EXACT, NEAR), "a", "candidate", 1),
        (decision("known", EXACT, NEAR), "b", "known", 1),
        (decision("known", EXACT, NEAR), "c", "unknown", 0),
        (decision("candidate", EXACT), "b", "candidate", 1),
        (decision("unknown"), "ab", "unknown", 0),
    ],
)
def test_a_narrowed_decision_says_no_more_than_was_told(
    whole: Decision, lists: str, status: Status, left: int
) -> None:
    told = narrowed(whole, lambda one: one.list in lists)
    assert (told.status, len(told.matches)) == (status, left)
    assert narrowed(told, lambda _: True) == told
