from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from tests.hotline.cases.making import a_match, an_item
from tutela.hotline.cases.models import (
    Fingerprint,
    Item,
    Match,
    Membership,
    Rating,
    Series,
    Sighting,
    Verdict,
)

CLASSES = r"class: (public|internal|victim|reporter|staff|secret)\. \S"


@pytest.mark.parametrize(
    "model",
    [Item, Sighting, Fingerprint, Match, Rating, Verdict, Series, Membership],
    ids=lambda model: model.__name__,
)
def test_every_column_says_what_class_it_is_of(model: type[Model]) -> None:
    said = [field.db_comment or "" for field in model._meta.fields if field.name != "id"]
    assert said and all(re.match(CLASSES, one) for one in said)


@pytest.mark.parametrize("name", ["url_sealed", "host_sealed", "url_for_fetch", "url_digest", "sha256"])
def test_what_leads_to_a_victim_is_marked_so(name: str) -> None:
    assert str(Sighting._meta.get_field(name).db_comment).startswith("class: victim.")  # type: ignore[union-attr]  # columns


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"state": "asleep"}, {"state": "held", "held_from": ""}])
def test_the_database_itself_knows_the_states(wrong: dict[str, str]) -> None:
    item = an_item()
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(**wrong)


@pytest.mark.django_db
def test_the_database_itself_knows_what_a_score_is() -> None:
    item = an_item()
    with pytest.raises(IntegrityError), transaction.atomic():
        item.ratings.create(model="m", model_version="1", score=1.5, reasons={}, made_at=item.opened_at)


@pytest.mark.django_db
def test_evidence_is_not_dragged_away_with_an_item() -> None:
    item = an_item()
    a_match(item, confirmed="sha256", approved=True)
    with pytest.raises(IntegrityError):
        item.delete()
