"""A small story through every machine and person: whom it tells, what it shows, what it counts as gone."""

from __future__ import annotations

import pytest

from tutela.demo.chain.story import Stage, planted, run_story
from tutela.demo.world.rdap_objects import UPSTREAM
from tutela.hotline.review.models import Exposure
from tutela.hotline.takedown.models import Notice, Removal

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.needs("linux")]


def test_a_story_of_three_hosts_ends_as_the_world_says(stage: Stage) -> None:
    hosts = {"busy-registry.test", "liar.test", "reencodes.test"}
    items = [item for item in stage.world.items if item.host in hosts]
    said: list[str] = []
    ended = run_story(stage, said.append, items=items, days=2)
    assert [row for row in ended.rows if not row.is_right] == []
    assert ended.wrong == 0 and len(ended.rows) == 10
    assert {row.item.name: row.shown for row in ended.rows} == {
        row.item.name: row.expected.looks for row in ended.rows
    }
    told = set(Notice.objects.filter(state="sent").values_list("recipient__address", flat=True))
    assert told - {UPSTREAM} == {"abuse@busy-registry-hosting.test", "abuse@reencodes-hosting.test"}
    assert stage.world.post.box("abuse@elsewhere.test") == ()
    assert Removal.objects.filter(reopened_at=None).count() == 2
    assert Exposure.objects.filter(item__matches__confirmed="sha256").count() == 0
    assert any("reencodes.test shows the same picture in other bytes" in line for line in said)
    assert any(line.startswith("      abuse@elsewhere.test: refused") for line in said)


def test_what_cannot_be_opened_is_not_among_what_is_planted(stage: Stage) -> None:
    names = {item.name for item in planted(stage.world)}
    assert len(names) == len(planted(stage.world)) >= 60
    broken = {item.name for item in stage.world.gallery.items if item.path in stage.world.gallery.broken}
    assert not names & broken
