"""Workers killed with SIGKILL while a page and its media are fetched: nothing is lost, nothing doubled."""

from __future__ import annotations

import os
import random
import signal
import time
from dataclasses import replace

import pytest
from django.db import connections, transaction

from tests.hotline.cases.actions.test_pages import internet
from tests.hotline.cases.page_rig import PAGE, PageRig, group_of, page_rig, states_of
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.hotline.cases.equipment import equipped
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.work.claims import HostLimit
from tutela.hotline.work.models import Job
from tutela.hotline.work.running import Worker

#: Kills of one run: fewer than the tries of a job, after which it would be parked.
KILLS = 4
#: Seconds that a worker lives: it starts, reads the page, fetches its media.
LIVES_SECONDS = (0.2, 0.9)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.needs("linux")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_workers_lose_and_double_nothing(
    seed: int, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("mandate")
    rehearse(home)
    monkeypatch.setenv("TUTELA_HOME", str(home))
    chance = random.Random(seed)
    with page_rig(internet()) as made:
        with transaction.atomic():
            item = made.reported(PAGE)
        for _ in range(KILLS):
            killed_after(made, chance.uniform(*LIVES_SECONDS))
            made.later(2)  # the lease of whoever died is over
        made.work()
    item.refresh_from_db()
    assert item.state == "matched"
    assert states_of(group_of(item)) == {"matched": 1, "unmatched": 8, "unfetchable": 3}
    assert (Item.objects.count(), Sighting.objects.filter(how="found").count()) == (13, 12)
    assert Sighting.objects.filter(how="fetched").count() == 12
    assert LedgerEntry.objects.filter(act="item_opened").count() == 13
    assert Job.objects.filter(kind="notify_item").count() == 1
    assert not Job.objects.exclude(kind="notify_item").exists()


def killed_after(made: PageRig, seconds: float) -> None:
    """Return when a worker process of its own was killed after so many seconds, or had nothing left to do."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        work(made)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def work(made: PageRig) -> None:
    """Do not return: the process ends."""
    try:
        with MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
            own = replace(made, pool=pool)
            own.vault, own.fetch, own.service = made.vault, made.fetch, made.service
            with equipped(own.equipment()):
                limit = HostLimit(apart_seconds=0.0)
                worker = Worker("worker", ("fetch_sighting", "settle_page"), clock=made.clock, limit=limit)
                while worker.step():
                    continue
    finally:
        os._exit(0)
