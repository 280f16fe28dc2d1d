from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.hotline.takedown.making import OFFICER, WORKER, a_clock, a_recipient, a_sighting
from tutela.hotline.cases.evidence import consequence_of
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.quorum.deciding import Vote
from tutela.hotline.takedown.actions import queue_notice
from tutela.hotline.takedown.models import Notice
from tutela.kernel.errors import Refused

pytestmark = pytest.mark.django_db


def votes(number: int, *, look: str = "protected") -> Iterator[Vote]:
    for one in range(number):
        yield Vote(
            person=f"usr_{one}",
            organisation="here",
            key=f"key {one}",
            look=look,  # type: ignore[arg-type]  # a word of the list
            at=a_clock().now(),
            vouched="roster",
        )


@pytest.mark.parametrize("mandate", ["view-and-notify", "police-first", "no-storage", "no-viewing"])
def test_what_the_mandate_says_about_notices_is_kept_to(
    mandate: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = a_clock()
    found = rehearse(tmp_path, mandate=mandate, clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    sighting, recipient = a_sighting(clock), a_recipient(clock)
    first = found.mandate.police_first
    if "write" not in found.mandate.granted or first.required:
        with pytest.raises(Refused):
            queue_notice(sighting, recipient, actor=WORKER, clock=clock)
    if "write" in found.mandate.granted:
        told = clock.now() - first.hold - timedelta(seconds=1)
        assert (
            queue_notice(sighting, recipient, actor=WORKER, police_told=told, clock=clock).state == "queued"
        )


def test_without_signed_configuration_nothing_is_queued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = a_clock()
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    with pytest.raises(Refused):
        queue_notice(a_sighting(clock), a_recipient(clock), actor=WORKER, clock=clock)
    assert not Notice.objects.exists()


def test_unknown_material_needs_people_who_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = a_clock()
    rehearse(tmp_path, quorum="solo-duty", clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    sighting, recipient = a_sighting(clock, known=False), a_recipient(clock)
    assert consequence_of(sighting.item) == "notice_unknown"
    for too_little in ((), tuple(votes(1, look="none"))):
        with pytest.raises(Refused, match="not enough stands behind"):
            queue_notice(sighting, recipient, actor=OFFICER, votes=too_little, clock=clock)
    made = queue_notice(sighting, recipient, actor=OFFICER, votes=votes(1), clock=clock)
    assert made.second_look_due == clock.now() + timedelta(hours=24)


def test_a_standard_house_asks_two_about_unknown_material(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = a_clock()
    rehearse(tmp_path, quorum="standard", clock=clock)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    sighting, recipient = a_sighting(clock, known=False), a_recipient(clock)
    with pytest.raises(Refused):
        queue_notice(sighting, recipient, actor=OFFICER, votes=votes(1), clock=clock)
    assert (
        queue_notice(sighting, recipient, actor=OFFICER, votes=votes(2), clock=clock).second_look_due is None
    )
