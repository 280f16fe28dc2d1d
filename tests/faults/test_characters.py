"""The benign internet's characters, looked at from two places over simulated weeks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.watching import watching
from tests.hotline.takedown.making import a_clock
from tutela.hotline.cases.equipment import equipped
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.takedown.actions.checking import KIND as CHECK
from tutela.hotline.takedown.models import Check, Removal, Watch
from tutela.hotline.work.models import OPEN, Job
from tutela.hotline.work.running import Worker

pytestmark = pytest.mark.django_db

#: Host -> what the looks say of its place after two weeks, and every result that they may bring.
ENDS = {
    "obedient.test": ("removed", {"gone", "present"}),
    "reencodes.test": ("there", {"altered", "present"}),
    "says-removed.test": ("undecided", {"soft_missing", "present"}),
    "geo.test": ("there", {"blocked", "present"}),
    "bot-wall.test": ("undecided", {"blocked", "present"}),
    "parks.test": ("undecided", {"parked", "present"}),
    "moves.test": ("there", {"moved", "present"}),
    "comes-back.test": ("there", {"gone", "present"}),
    "referrer.test": ("there", {"present"}),
    "silent.test": ("there", {"present"}),
}
#: Days that pass: a come-back lies within them.
DAYS = 16


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house whose signed mandate grants looks."""
    rehearse(tmp_path, clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))


@pytest.mark.slow
def test_every_character_ends_as_the_world_says_and_only_the_obedient_is_removed() -> None:
    with watching() as hotline:
        for host in ENDS:
            planted = hotline.world.item(host)
            hotline.found(planted)
            if hotline.world.hosts[host].character.heeds_mail:
                hotline.world.hosts[host].tell(planted, hotline.world.still.now())
        hotline.pass_days(DAYS)
        assert not Job.objects.exclude(state__in=OPEN).exists()
        hotline.places = {name.partition("/")[0]: one for name, one in hotline.places.items()}
        expected = {host: hotline.world.expected(hotline.world.item(host)).end for host in ENDS}
    told = {host: Watch.objects.get(sighting=one).standing for host, one in hotline.places.items()}
    assert told == {host: standing for host, (standing, _) in ENDS.items()}
    assert {host for host, end in expected.items() if end == "removed"} == {
        host for host, standing in told.items() if standing == "removed"
    }
    for host, sighting in hotline.places.items():
        assert set(Check.objects.filter(sighting=sighting).values_list("result", flat=True)) <= ENDS[host][1]
    back = Removal.objects.exclude(reopened_at=None)
    assert [one.sighting for one in back] == [hotline.places["comes-back.test"]]
    standing = Removal.objects.filter(reopened_at=None)
    assert [one.sighting for one in standing] == [hotline.places["obedient.test"]]


def test_one_country_is_refused_and_the_other_sees_it() -> None:
    with watching() as hotline:
        planted = hotline.world.item("geo.test")
        hotline.found(planted)
        hotline.world.hosts["geo.test"].tell(planted, hotline.world.still.now())
        hotline.world.pass_days(1)
        with equipped(hotline.equipment()):
            Worker("worker", (CHECK,), clock=hotline.world.still).step()
    assert dict(Check.objects.values_list("vantage", "result")) == {"north": "blocked", "south": "present"}
    assert Watch.objects.get().standing == "there"
