from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tests.hotline.cases.making import CLOCK, an_item
from tests.hotline.cases.rig import PLACE, rig, state_of
from tutela.hotline.cases.coming import Came
from tutela.hotline.cases.coming_again import WAITS, come_again
from tutela.hotline.cases.job_kinds import FETCH
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.work.models import Job
from tutela.kernel.egress.reasons import Reason
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.fetcher.orders import NotFetched

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mandate(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("mandate")
    rehearse(home)
    monkeypatch.setenv("TUTELA_HOME", str(home))


def next_fetch() -> datetime | None:
    """When the address is fetched next."""
    return Job.objects.filter(kind=FETCH, state="later").values_list("due", flat=True).first()


def test_what_is_not_there_is_asked_for_ever_more_seldom_over_two_days_and_then_stays() -> None:
    waits = []
    with rig(status=404) as made:
        item = made.reported()
        made.work()
        while due := next_fetch():
            waits.append(due - made.clock.now())
            made.clock.advance(waits[-1].total_seconds())
            assert made.work() == ["fetch_sighting finished"]
    assert tuple(waits) == WAITS
    assert sum(waits, timedelta()) == timedelta(days=2)
    assert state_of(item) == "unfetchable"
    assert item.sightings.filter(how="fetched").count() == 1 + len(WAITS)


def test_what_comes_back_meanwhile_goes_its_way() -> None:
    with rig(status=404) as made:
        item = made.reported()
        made.work()
        made.show({PLACE: Recorded(body=b"something")})
        made.later(61)
        made.work()
        assert next_fetch() is None
    assert state_of(item) == "unmatched"


@pytest.mark.parametrize(
    ("reason", "level", "again"),
    [
        ("connect_failed", 0, True),
        ("connect_failed", 1, True),
        ("address_refused", 0, True),
        ("address_refused", 1, False),
        ("url_unreadable", 0, False),
    ],
)
def test_what_may_come_back_is_asked_for_again(reason: Reason, level: int, again: bool) -> None:
    sighting = an_item("https://there.test/one", urgent=True).sightings.get()
    sighting.level = level
    answer = NotFetched(url="https://there.test/one", reason=reason)
    came = Came(answer=answer, at=CLOCK.now(), trouble=reason)
    with transaction.atomic():
        assert come_again(sighting, came, {"sighting": "sgt", "among": 3}, clock=CLOCK) is again
        assert not come_again(sighting, came, {"again": len(WAITS)}, clock=CLOCK)
    jobs = [(job.priority, job.arguments["among"]) for job in Job.objects.filter(kind=FETCH)]
    assert jobs == [(0, 3)] * again
