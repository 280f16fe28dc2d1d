"""Every planted item is reported once, and whoever reports hands in the public form."""

from __future__ import annotations

import pytest

from tests.demo.world.worlds import START
from tutela.demo.chain.reporting import APART, AS_PAGE, Public, planned_reports
from tutela.demo.chain.story import Stage, planted
from tutela.hotline.intake.models import Report
from tutela.kernel.custody.key_files import FileKeyStore


def test_each_host_is_reported_once_and_the_gallery_as_pages(stage: Stage) -> None:
    world, items = stage.world, planted(stage.world)
    plan = list(planned_reports(world, items, START))
    assert [one.host for one in plan] == list(dict.fromkeys(item.host for item in items))
    assert plan[1].at - plan[0].at == APART
    named = "\n".join(one.form["addresses"] for one in plan).splitlines()
    for item in items:
        as_page = item.host in AS_PAGE or item.host == world.gallery.name
        assert (world.url(item) in named) is not as_page
    (referred,) = [one for one in plan if one.form["referrer"]]
    assert referred.host == "referrer.test"
    assert [one.host for one in plan if one.form["urgent"]] == ["busy-registry.test"]


@pytest.mark.django_db
def test_a_report_comes_at_its_time_and_its_receipt_is_shown(stage: Stage) -> None:
    for public, private in (("vault/epochs", "vault/keys"), ("fetch/epochs", "fetch/keys")):
        FileKeyStore(stage.home / public, stage.home / private, stage.clock).rotate()
    items = [item for item in stage.world.items if item.host in {"liar.test", "unlisted.test"}]
    public_side = Public(list(planned_reports(stage.world, items, START)), stage.clock)
    assert public_side.act() and not public_side.act()
    assert public_side.next_moment() == START + APART
    stage.clock.advance(APART.total_seconds())
    assert public_side.act() and public_side.next_moment() is None
    assert len(public_side.receipts) == 2
    assert list(Report.objects.order_by("pk").values_list("received_at", flat=True)) == [START, START + APART]
