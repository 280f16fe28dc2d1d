"""Three workers at one page whose pictures are the same bytes: one item to look at, the page settled once."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction

from tests.hotline.cases.page_rig import HOME, PAGE, group_of, page, page_rig, picture, states_of
from tutela.hotline.cases.equipment import equipped
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.ledger.models import LedgerEntry
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.work.claims import HostLimit
from tutela.hotline.work.models import Job
from tutela.hotline.work.running import Worker
from tutela.kernel.egress.replaying import Recorded

COUNT, WORKERS = 12, 3
KINDS = ("fetch_sighting", "settle_page")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.needs("linux")
def test_one_look_whoever_is_first(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("mandate")
    rehearse(home)
    monkeypatch.setenv("TUTELA_HOME", str(home))
    shown = {PAGE: page("".join(f"<img src=/{number}.jpg>" for number in range(COUNT)))}
    shown |= {f"{HOME}{number}.jpg": Recorded(body=picture(number % 2)) for number in range(COUNT)}
    with page_rig(shown) as made:
        with transaction.atomic():
            item = made.reported(PAGE)
        with equipped(made.equipment()):
            for _ in range(4):
                threads = [
                    threading.Thread(target=work, args=[made.clock, made.done]) for _ in range(WORKERS)
                ]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                made.later(1)
    assert not Job.objects.filter(kind__in=KINDS).exists()
    outcomes = [one.outcome for one in made.done]
    assert set(outcomes) == {"finished"}
    item.refresh_from_db()
    known = COUNT // 2  # half of them are what the list knows: each is told about at its own place
    assert states_of(group_of(item)) == {"unmatched": 1, "matched": known, "closed": known - 1}
    assert item.state == "matched"
    assert Sighting.objects.filter(how="fetched").count() == COUNT + 1
    assert Item.objects.count() == LedgerEntry.objects.filter(act="item_opened").count() == COUNT + 1


def work(clock: object, done: list[object]) -> None:
    limit = HostLimit(running_max=WORKERS, apart_seconds=0.0)
    worker = Worker("worker", KINDS, clock=clock, limit=limit, watched=done.append)  # type: ignore[arg-type]
    while worker.step():
        continue
    connections.close_all()
