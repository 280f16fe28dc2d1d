"""A step of a visit as the case keeps it; tests/hotline/review/actions/test_visiting.py takes such steps."""

from __future__ import annotations

import pytest

from tests.hotline.cases.making import CLOCK, an_item
from tests.kernel.visiting.visiting import service
from tutela.hotline.cases.actions import record_visited, visited
from tutela.hotline.cases.models import Sighting
from tutela.hotline.ledger.actors import person
from tutela.hotline.ledger.models import LedgerEntry
from tutela.kernel.custody.records import parse
from tutela.kernel.ids import new_id
from tutela.kernel.visiting.orders import Taken

pytestmark = pytest.mark.django_db
ANNA = person(new_id("usr_"))


def taken() -> Taken:
    made = service()
    found = made.service.step(made.order("open")).taken
    assert found is not None
    return found


def test_a_step_is_a_sighting_with_custody_and_nothing_that_is_fetched_again() -> None:
    item, step = an_item(), taken()
    seen = record_visited(item, step, actor=ANNA, clock=CLOCK)
    kept = Sighting.objects.get(public_id=seen.public_id)
    assert (kept.how, kept.process, kept.reason, kept.who) == ("visited", "visitor", "visit", ANNA.name)
    assert (kept.blob, kept.sha256, kept.size_bytes) == (step.picture.blob, step.sha256, step.size_bytes)
    assert not kept.url_for_fetch and not kept.url_digest and not kept.fetch_epoch
    assert bytes(kept.url_sealed) == step.url_sealed and bytes(kept.response_sealed) == step.outline_sealed
    steps = [parse(bytes(one.leaf)) for one in LedgerEntry.objects.order_by("index")]
    (custody,) = [one for one in steps if one is not None]
    assert (custody.act, custody.blob, custody.who) == ("sealed", step.picture.blob, ANNA.name)
    assert (custody.source, custody.commitment) == (seen.public_id, step.picture.commitment)


def test_without_its_custody_there_is_no_sighting(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_step: object) -> int:
        raise OSError("full")

    monkeypatch.setattr(visited, "record_custody", fail)
    with pytest.raises(OSError, match="full"):
        record_visited(an_item(), taken(), actor=ANNA, clock=CLOCK)
    assert not Sighting.objects.filter(how="visited").exists()
