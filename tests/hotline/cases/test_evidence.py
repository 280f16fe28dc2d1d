from __future__ import annotations

import pytest

from tests.hotline.cases.making import a_match, a_verdict, an_item, moved
from tutela.hotline.cases.evidence import evidence_of, legal_class_of
from tutela.hotline.cases.states import Absence, MatchEvidence

pytestmark = pytest.mark.django_db


def test_a_bare_item_has_no_evidence() -> None:
    found = evidence_of(
        moved(an_item(), "fetched", "fingerprinted", "matched"), "acted", reason="fetch_done", absence=None
    )
    assert (found.matches, found.has_verdict, found.held_from) == ((), False, "")


def test_every_match_counts_by_itself() -> None:
    item = moved(an_item(), "fetched", "fingerprinted", "matched")
    a_match(item, confirmed="sha256", approved=False)
    a_match(item, confirmed="", approved=True)
    found = evidence_of(item, "acted", reason="", absence=None)
    assert set(found.matches) == {
        MatchEvidence(confirmed="sha256", approved=False),
        MatchEvidence(confirmed="", approved=True),
    }
    assert evidence_of(item, "rated", reason="", absence=None).matches == ()  # that step asks for none


def test_the_last_verdict_and_what_the_caller_saw_are_in_it() -> None:
    item = moved(
        an_item(), "fetched", "fingerprinted", "unmatched", "rated", "in_review", "verdict", "in_review"
    )
    item = a_verdict(item, legal_class="")
    absence = Absence(vantage_points=2, looks_each=2, spread_seconds=1800)
    found = evidence_of(item, "verdict", reason="look_missed", absence=absence)
    assert (found.has_verdict, found.legal_class, found.absence) == (True, "", absence)


def test_a_held_item_knows_where_it_was() -> None:
    assert evidence_of(moved(an_item(), "held"), "received", reason="", absence=None).held_from == "received"


def test_what_an_item_is_says_the_verdict_and_before_it_an_approved_match() -> None:
    item = an_item()
    a_match(item, confirmed="sha256", approved=False)
    assert legal_class_of(item) == ""
    item.matches.update(approved=True)
    assert legal_class_of(item) == "csam"
    judged = moved(
        an_item(), "fetched", "fingerprinted", "unmatched", "rated", "in_review", "verdict", "in_review"
    )
    assert legal_class_of(a_verdict(judged, legal_class="exploitative")) == "exploitative"
