from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.hotline.statistics.making import START, YEAR, build_house
from tutela.hotline.cases.models import Item, Sighting, Verdict
from tutela.hotline.intake.models import Report
from tutela.hotline.statistics.facts import Facts
from tutela.hotline.statistics.queries.year import year_facts
from tutela.hotline.takedown.models import Notice, Recipient, Removal, Watch

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def a_notice(state: str = "sent", retracts: Notice | None = None, **place: object) -> Notice:
    """A notice of the year's second hour, about an item of its own."""
    item = Item.objects.create(kind="url", source="report", state="acted", opened_at=START, moved_at=START)
    seen = Sighting(item=item, how="fetched", seen_at=START, process="fetcher", reason="report", log_index=0)
    for name, value in place.items():
        setattr(seen, name, value)
    seen.save()
    told, _ = Recipient.objects.get_or_create(
        address="abuse@host.test", name="Host", host="host.test", sources="person", made_at=START
    )
    return Notice.objects.create(
        recipient=told, host="host.test", sighting=seen,
        consequence="notice_known", retracts=retracts, state=state, due=START, queued_at=START + HOUR,
        moved_at=START + HOUR, claimed_at=START + HOUR, seen_at=START,
    )  # fmt: skip


def only(facts: Facts) -> tuple[str, str, str]:
    (fact,) = facts.notices
    return fact.action, fact.hours_to_removal, fact.category


def test_the_year_begins_and_ends_with_utc() -> None:
    for at in (START, START - timedelta(microseconds=1), START + timedelta(days=365)):
        Report.objects.create(
            receipt_digest=str(at)[:64],
            channel="web",
            urgent=False,
            language="nl",
            received_at=at,
            log_index=0,
        )
    assert [fact.month for fact in year_facts(YEAR).reports] == ["2026-01"]


def test_a_removal_is_counted_from_the_handing_over() -> None:
    notice = a_notice()
    assert only(year_facts(YEAR))[:2] == ("not_seen_removed", "")
    Removal.objects.create(sighting=notice.sighting, removed_at=START, reopened_at=START + HOUR / 2)
    assert only(year_facts(YEAR))[:2] == ("not_seen_removed", ""), "that was before the notice"
    gone = Removal.objects.create(sighting=notice.sighting, removed_at=START + 3.5 * HOUR)
    assert only(year_facts(YEAR))[:2] == ("removed", "2.5")
    Removal.objects.filter(pk=gone.pk).update(reopened_at=START + 9 * HOUR)
    assert only(year_facts(YEAR))[:2] == ("came_back", "2.5")


def test_what_is_gone_from_one_place_is_counted_apart() -> None:
    notice = a_notice()
    watch = Watch.objects.create(sighting=notice.sighting, standing="there", found="present", since=START)
    assert only(year_facts(YEAR))[0] == "not_seen_removed"
    Watch.objects.filter(pk=watch.pk).update(standing="gone_one_place")
    assert only(year_facts(YEAR))[:2] == ("gone_one_place", "")


def test_a_notice_that_was_taken_back_is_one_notice() -> None:
    a_notice(retracts=a_notice())
    assert only(year_facts(YEAR))[0] == "retracted"


def test_the_last_verdict_is_the_class() -> None:
    notice = a_notice()
    assert only(year_facts(YEAR))[2] == "not_classified"
    for legal_class, category in (("csam", "csam"), ("", "nothing_illegal")):
        Verdict.objects.create(
            item=notice.sighting.item, legal_class=legal_class, scheme="s", category="c", votes=1,
            organisations=1, log_index=0, made_at=START,
        )  # fmt: skip
        assert only(year_facts(YEAR))[2] == category


def test_a_host_is_a_number_and_the_first_one_has_most_notices() -> None:
    for digest in ("ab" * 32, "cd" * 32, "cd" * 32, ""):
        a_notice(host_digest=digest, country="NL", network_number=64500)
    found = {(fact.host_group, fact.network, fact.country): n for fact, n in year_facts(YEAR).notices.items()}
    assert found == {
        ("host 1", "AS64500", "NL"): 2, ("host 2", "AS64500", "NL"): 1, ("unknown", "AS64500", "NL"): 1,
    }  # fmt: skip


def test_one_query_for_each_table_and_one_for_the_hosts() -> None:
    build_house(20)
    with CaptureQueriesContext(connection) as asked:
        year_facts(YEAR)
    assert len(asked) == 6


def test_no_fact_holds_an_id_or_a_digest() -> None:
    build_house(60)
    text = repr(year_facts(YEAR))
    ids = [
        *Item.objects.values_list("public_id", flat=True),
        *Notice.objects.values_list("public_id", flat=True),
    ]
    assert not any(one in text for one in [*ids, "a" * 64, "b" * 64])
