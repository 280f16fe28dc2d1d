from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.hotline.statistics.making import START, YEAR
from tutela.hotline.cases.models import Item, Sighting, Verdict
from tutela.hotline.partners.models import Partner, Referral
from tutela.hotline.review.models import Assessment, Exposure
from tutela.hotline.statistics.facts import ChildFact
from tutela.hotline.statistics.queries.assessed import child_facts, referral_facts
from tutela.hotline.statistics.queries.year import year_facts

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def an_item(country: str = "NL", legal_class: str = "csam") -> Item:
    """An item with a verdict of this class."""
    item = Item.objects.create(
        kind="picture", source="report", state="acted", opened_at=START, moved_at=START
    )
    Sighting.objects.create(
        item=item, how="fetched", seen_at=START, process="fetcher", reason="report", log_index=0,
        country=country,
    )  # fmt: skip
    Verdict.objects.create(
        item=item, legal_class=legal_class, scheme="iccam", category="baseline", votes=1, organisations=1,
        log_index=0, made_at=START,
    )  # fmt: skip
    return item


def an_assessment(item: Item, **said: Any) -> Assessment:
    """An assessment by somebody else again."""
    who = f"usr_{Assessment.objects.count()}"
    shown = Exposure.objects.create(
        item=item, sighting=item.sightings.get(), who=who, level="protected", begun_at=START
    )
    plain: dict[str, Any] = {
        "stage": "first", "outcome": "illegal", "legal_class": "csam", "scheme": "iccam",
        "category": "baseline", "severity": 2, "elements": {"v": 1, "age": "pubescent", "gender": "female"},
        "site_kind": "forum", "commercial": "no", "self_generated": "yes", "made_at": START + DAY,
    }  # fmt: skip
    fixed: dict[str, Any] = {"key": "key", "organisation": "house.test", "jurisdiction": "XX", "log_index": 0}
    return Assessment.objects.create(item=item, exposure=shown, who=who, **fixed, **(plain | said))


def facts() -> list[ChildFact]:
    return list(child_facts(Item.objects.all()))


def test_an_item_that_shows_a_child_is_what_a_person_said() -> None:
    an_assessment(an_item())
    assert facts() == [
        ChildFact(
            month="2026-01", age="pubescent", sex="female", severity="iccam: 2", country="NL",
            site_kind="forum", commercial="no", self_generated="yes",
        )
    ]  # fmt: skip


def test_the_last_word_counts_and_what_was_taken_back_does_not() -> None:
    item = an_item()
    an_assessment(item, made_at=START + DAY)
    an_assessment(item, made_at=START + 2 * DAY, elements={"v": 1, "age": "infant"})
    an_assessment(item, made_at=START + 3 * DAY, withdrawn_at=START + 3 * DAY, elements={"v": 1})
    assert [(fact.age, fact.sex) for fact in facts()] == [("infant", "unknown")]


@pytest.mark.parametrize("legal_class", ["adult_ncii", ""])
def test_what_the_verdict_does_not_say_of_children_is_none(legal_class: str) -> None:
    an_assessment(an_item(legal_class=legal_class))
    an_item()
    assert facts() == []


def test_what_nobody_could_tell_is_unknown_and_another_scheme_has_its_own_words() -> None:
    an_assessment(an_item(country=""), severity=None, elements={"v": 1, "age": "not categorised"})
    an_assessment(an_item(), scheme="tutela-min", elements={"v": 1, "age-band": "infant"})
    assert sorted((fact.age, fact.severity, fact.country) for fact in facts()) == [
        ("infant", "tutela-min: 2", "NL"),
        ("unknown", "unknown", "unknown"),
    ]


def test_an_item_of_another_year_is_not_counted() -> None:
    an_assessment(an_item())
    assert year_facts(YEAR).children.total() == 1 and not year_facts(YEAR + 1).children


def test_a_referral_counts_once_it_was_handed_over_and_exercises_do_not() -> None:
    for number, test in enumerate((False, True)):
        partner = Partner.objects.create(
            name=f"Office {number}", kind="police", country="NL", test=test, keys=["age1"], named_at=START,
            named_by="a",
        )  # fmt: skip
        for handed, outcome in ((None, ""), (START, ""), (START, "arrested")):
            Referral.objects.create(
                partner=partner, grounds="assessed", state="handed" if handed else "queued",
                document_sha256="d" * 64, handed_at=handed, outcome=outcome, queued_at=START, queued_by="a",
                moved_at=START, due=START,
            )  # fmt: skip
    found = list(referral_facts(START, START + DAY))
    assert sorted(fact.outcome for fact in found) == ["arrested", "no_answer"]
    assert {(fact.partner, fact.grounds, fact.month) for fact in found} == {("police", "assessed", "2026-01")}
    assert list(referral_facts(START - DAY, START)) == []
