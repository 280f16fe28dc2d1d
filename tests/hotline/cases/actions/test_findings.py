from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.hotline.cases.making import CLOCK, WORKER, a_match, a_sighting, a_verdict, acts, an_item, moved
from tutela.hotline.cases.actions import (
    Judged,
    Met,
    Print,
    Rated,
    move_item,
    record_fingerprints,
    record_rating,
    record_verdict,
)
from tutela.hotline.cases.models import Fingerprint, Match, Verdict
from tutela.hotline.ledger.models import LedgerEntry
from tutela.kernel.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db
PRINTS = [Print(kind="sha256", value="a" * 64), Print(kind="pdq", value="b" * 64, form="f0/r0", quality=90)]


def test_fingerprints_are_written_once_however_often_the_job_runs() -> None:
    sighting = a_sighting(an_item())
    first = record_fingerprints(sighting, PRINTS, actor=WORKER, clock=CLOCK)
    again = record_fingerprints(sighting, PRINTS, actor=WORKER, clock=CLOCK)
    assert first == again and Fingerprint.objects.count() == 2
    assert acts().count("fingerprints_recorded") == 1


def test_the_ledger_hears_no_value() -> None:
    record_fingerprints(a_sighting(an_item()), PRINTS, actor=WORKER, clock=CLOCK)
    leaves = b"".join(bytes(leaf) for leaf in LedgerEntry.objects.values_list("leaf", flat=True))
    assert b"aaaa" not in leaves and b"bbbb" not in leaves


def test_a_match_is_one_however_often_it_is_found() -> None:
    item = an_item()
    first = a_match(item, confirmed="sha256", approved=True)
    assert a_match(item, confirmed="sha256", approved=True).item == first.item
    assert Match.objects.filter(fingerprint=first.fingerprint).count() == 1


def met(**changed: object) -> Met:
    values: dict[str, object] = {
        "list_id": "own", "list_version": "1", "entry": "e", "status": "known", "confirmed": "sha256",
        "approved": True, "reason": "list_matched",
    }  # fmt: skip
    return Met(**(values | changed))  # type: ignore[arg-type]  # wrong ones are the point


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "certain"},
        {"confirmed": "md5"},
        {"status": "candidate"},
        {"legal_class": "unpleasant"},
    ],
)
def test_a_match_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    assert met().confirmed == "sha256"
    with pytest.raises(Invalid):
        met(**wrong)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Rated(model="m", model_version="1", score=1.01, reasons=()),
        lambda: Judged(legal_class="csam", scheme="own", category="x", votes=0),
        lambda: Judged(legal_class="bad", scheme="own", category="x", votes=1),
    ],
    ids=["score", "votes", "class"],
)
def test_what_cannot_be_is_refused(build: Callable[[], object]) -> None:
    with pytest.raises(Invalid):
        build()


def test_an_opinion_that_changed_stays_readable() -> None:
    item = an_item()
    for score in (0.2, 0.9):
        record_rating(
            item,
            Rated(model="rules", model_version="1", score=score, reasons=("list_unmatched",)),
            actor=WORKER,
            clock=CLOCK,
        )
    assert [row.score for row in item.ratings.order_by("pk")] == [0.2, 0.9]
    with pytest.raises(Invalid):
        record_rating(
            item, Rated(model="rules", model_version="1", score=0, reasons=("undeclared_word",)), actor=WORKER
        )


def test_of_two_decisions_on_one_state_one_stands() -> None:
    item = moved(an_item(), "fetched", "fingerprinted", "unmatched", "rated", "in_review")
    a_verdict(item)
    with pytest.raises(Conflict):
        a_verdict(item, legal_class="")
    assert Verdict.objects.get().legal_class == "csam"
    assert LedgerEntry.objects.get(index=Verdict.objects.get().log_index).act == "verdict_recorded"


def test_a_verdict_needs_somebody_who_looks() -> None:
    with pytest.raises(Refused):
        record_verdict(
            an_item(), Judged(legal_class="csam", scheme="own", category="x", votes=1), actor=WORKER
        )


def test_the_last_verdict_is_in_force() -> None:
    item = moved(an_item(), "fetched", "fingerprinted", "unmatched", "rated", "in_review", "verdict")
    judged = a_verdict(moved(item, "in_review"), legal_class="")
    item = move_item(judged, "verdict", actor=WORKER, reason="verdict_reached")
    with pytest.raises(Refused, match="names no class"):
        move_item(item, "acted", actor=WORKER, reason="notice_sent")
