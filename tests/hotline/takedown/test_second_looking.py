"""Second looks at notices settle by themselves: taken back where wrong, written down where overdue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.hotline.takedown.making import OFFICER, a_clock, a_form, a_recipient, a_sighting, acts
from tests.hotline.takedown.test_permitting import votes
from tutela.hotline.cases.job_kinds import SECOND_LOOK
from tutela.hotline.cases.models import Item
from tutela.hotline.cases.votes import forget_teller, tell_votes
from tutela.hotline.people.quorum.deciding import Vote
from tutela.hotline.takedown import second_looking
from tutela.hotline.takedown.actions import queue_notice
from tutela.hotline.takedown.contacts.models import FormNotice
from tutela.hotline.takedown.contacts.taken_back import take_backs
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.second_looking import settle_second_look
from tutela.hotline.work.handlers import find_handler
from tutela.kernel.clock import FixedClock
from tutela.kernel.errors import Refused

pytestmark = pytest.mark.django_db
CLAIM: Any = None


@pytest.fixture
def told() -> Iterator[list[Vote]]:
    """What people say of every item of this test."""
    said: list[Vote] = []

    def tell(_: Item) -> list[Vote]:
        return said

    tell_votes(tell)
    yield said
    forget_teller(tell)


def settled(notice: Notice, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Notice:
    monkeypatch.setattr(second_looking, "equipment", lambda: SimpleNamespace(clock=clock))
    settle_second_look({"item": notice.sighting.item.public_id}, None, CLAIM)
    return Notice.objects.get(pk=notice.pk)


def a_notice(clock: FixedClock, told: list[Vote]) -> Notice:
    told += votes(1)
    return queue_notice(
        a_sighting(clock, known=False), a_recipient(clock), actor=OFFICER, votes=told, clock=clock
    )


@pytest.fixture(autouse=True)
def on_duty_alone(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    from tutela.hotline.people.configuration import rehearse

    home = tmp_path_factory.mktemp("solo")
    rehearse(home, quorum="solo-duty", clock=a_clock())
    monkeypatch.setenv("TUTELA_HOME", str(home))


def test_a_doubt_takes_the_notice_back_with_nobody_present(
    told: list[Vote], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = a_clock()
    made = a_notice(clock, told)
    assert made.second_look_due is not None
    told.append(replace(told[0], person="usr_other", key="other", agrees=False, at=clock.now()))
    now = settled(made, clock, monkeypatch)
    assert (now.state, now.second_look_due) == ("withdrawn", None)
    assert settled(made, clock, monkeypatch).state == "withdrawn"


def test_what_is_overdue_is_written_down_and_stays(told: list[Vote], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = a_clock()
    made = a_notice(clock, told)
    clock.advance(timedelta(hours=24).total_seconds())
    now = settled(made, clock, monkeypatch)
    assert (now.state, now.second_look_due) == (made.state, made.second_look_due)
    assert acts(made.public_id)[-1] == "notice_second_look"


def test_the_job_is_known_and_refuses_what_is_no_item() -> None:
    assert find_handler(SECOND_LOOK) is not None
    with pytest.raises(Refused):
        settle_second_look({"item": "itm_none"}, None, CLAIM)


def test_a_doubt_takes_back_what_was_told_by_hand_too(
    told: list[Vote], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = a_clock()
    made = a_notice(clock, told)
    form = a_form(made.sighting, clock)
    FormNotice.objects.update(consequence="notice_unknown")
    settled(made, clock, monkeypatch)
    assert take_backs() == []
    told.append(replace(told[0], person="usr_other", key="other", agrees=False, at=clock.now()))
    settled(made, clock, monkeypatch)
    (back,) = take_backs()
    assert (back.sighting, back.contact) == (form.sighting, form.contact)
