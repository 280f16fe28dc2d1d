from __future__ import annotations

import pytest

from tests.hotline.cases.making import CLOCK, an_item, moved
from tutela.hotline.cases.actions import hold_item
from tutela.hotline.cases.holding import is_held
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
