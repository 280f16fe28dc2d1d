from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.cases.making import CLOCK, an_item, moved
from tutela.hotline.cases.actions import hold_item
from tutela.hotline.cases.holding import holds_to_review, is_held
from tutela.hotline.cases.models import Item, Membership, Series
from tutela.hotline.ledger.actors import PUBLIC
from tutela.hotline.people.configuration import rehearse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("reason", "held"), [("legal_hold", True), ("police_first", False)])
def test_what_a_court_holds_is_held_with_all_that_stood_on_it(
    reason: str, held: bool, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("house")
    rehearse(home, clock=CLOCK)
    monkeypatch.setenv("TUTELA_HOME", str(home))
    page, on_it, other = (moved(an_item(), "fetched") for _ in range(3))
    series = Series.objects.create(kind="page", page=page, made_at=CLOCK.now())
    Membership.objects.create(item=on_it, series=series)
    until = None if held else CLOCK.now().replace(year=2026, month=6)
    hold_item(page, actor=PUBLIC, reason=reason, until=until, clock=CLOCK)
    found = Item.objects.filter(is_held("pk"))
    assert set(found) == ({page, on_it} if held else set()) and other not in found


def test_a_hold_is_to_be_looked_at_when_its_time_is_over_or_when_it_has_none_and_is_old() -> None:
    days = {"over": 2, "without": None, "to come": 200}
    for end in days.values():
        item = moved(an_item(), "fetched")
        until = None if end is None else CLOCK.now() + timedelta(days=end)
        facts = {"state_reason": "legal_hold", "held_from": "fetched", "held_until": until}
        Item.objects.filter(pk=item.pk).update(state="held", moved_at=CLOCK.now(), **facts)
    counts = [holds_to_review(CLOCK.now() + timedelta(days=day)) for day in (1, 3, 90, 91, 201)]
    assert counts == [0, 1, 1, 2, 3]
    Item.objects.update(state_reason="police_first")
    assert holds_to_review(CLOCK.now() + timedelta(days=201)) == 0
