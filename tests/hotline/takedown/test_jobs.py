"""From what is proven to a notice, and from there to a removal that two vantage points saw twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from tests.hotline.cases.rig import KNOWN, PLACE, Rig, rig, state_of
from tests.hotline.takedown.making import OFFICER, WORKER, KeyOpener, a_recipient, a_sender
from tutela.hotline.cases.actions import move_item, record_sighting
from tutela.hotline.cases.addresses import SealingKeys, seal_address
from tutela.hotline.cases.equipment import equipped
from tutela.hotline.cases.job_kinds import ACT
from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.seen import Seen
from tutela.hotline.takedown.actions import claim_sending, name_recipient, record_answer, retract_notice
from tutela.hotline.takedown.contacts.queries import searches
from tutela.hotline.takedown.jobs import looks_of_a_round
from tutela.hotline.takedown.models import Check, Notice, Removal
from tutela.hotline.work.actions import put
from tutela.hotline.work.models import OPEN, Job
from tutela.kernel.clock import FixedClock
from tutela.kernel.custody.sealed_texts import open_text, seal_text
from tutela.kernel.egress.answers import Answer
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.egress.smtp import MemoryMailer
from tutela.kernel.egress.urls import read_url
from tutela.kernel.ids import new_id
from tutela.kernel.opener.orders import OpenOrder

pytestmark = pytest.mark.django_db


class RigOpener(KeyOpener):
    """Opens what the rig sealed."""

    def __init__(self, made: Rig) -> None:
        super().__init__()
        self._made = made

    def text(self, order: OpenOrder) -> str:
        return open_text(order.sealed, self._made.vault)


def send(made: Rig) -> MemoryMailer:
    mailer = MemoryMailer()
    sender = a_sender(mailer, made.clock, opener=RigOpener(made))
    sender.recover()
    sender.tend()
    while sender.step():
        continue
    return mailer


def acted(made: Rig) -> Item:
    a_recipient(made.clock)
    item = made.reported()
    assert made.work() == ["fetch_sighting finished", "takedown_find finished"]
    return item


def gone(made: Rig) -> Item:
    item = acted(made)
    send(made)
    made.show({PLACE: Recorded(status=404)})
    for _ in range(2):
        made.later(36)
        made.work()
    assert state_of(item) == "removed"
    return item


def back(made: Rig, minutes: float = 8 * 24 * 60) -> None:
    made.show({PLACE: Recorded(body=KNOWN)})
    made.later(minutes)
    made.work()
    made.later(1)  # two jobs that concern one host do not begin in one second
    made.work()


def came_back(made: Rig) -> Item:
    item = gone(made)
    back(made)
    send(made)
    return item


def close(item: Item, reason: str, clock: FixedClock) -> None:
    item.refresh_from_db()
    move_item(item, "closed", actor=WORKER, reason=reason, clock=clock)


def test_a_proven_item_becomes_a_notice_with_its_address_and_nothing_else() -> None:
    with rig() as made:
        item = acted(made)
        mailer = send(made)
    assert state_of(item) == "acted"
    (letter,) = mailer.accepted
    assert PLACE.encode() in letter.content
    assert KNOWN not in letter.content
    assert Notice.objects.get().state == "sent"


def test_it_is_watched_until_two_vantage_points_miss_it_twice_and_comes_back() -> None:
    with rig() as made:
        item = acted(made)
        send(made)
        made.later(36)
        assert made.work() == ["check_sighting finished"]
        assert state_of(item) == "watched"
        made.show({PLACE: Recorded(status=404)})
        for _ in range(2):
            assert not Removal.objects.exists()
            made.later(24 * 60 + 1)
            made.work()
        assert state_of(item) == "removed"
        assert Check.objects.filter(result="gone").count() == 4
        made.show({PLACE: Recorded(body=KNOWN)})
        made.later(8 * 24 * 60)
        made.work()
        assert state_of(item) == "acted"
        assert Removal.objects.get().reopened_at is not None
    assert Job.objects.filter(kind="check_sighting", state__in=OPEN).count() == 1


def test_what_comes_back_is_told_again_and_once() -> None:
    with rig() as made:
        item = came_back(made)
        assert Notice.objects.count() == 2
        made.later(1)  # two jobs that concern one host do not begin in one second
        made.work()  # the look before it goes out
        send(made)
        made.later(24 * 60)
        made.work()
        assert [one.state for one in Notice.objects.order_by("pk")] == ["sent", "sent"]
        assert state_of(item) == "watched"
        made.later(12 * 60)
        made.work()
    assert Notice.objects.count() == 2


def test_what_comes_back_after_people_took_its_notice_back_is_not_told_again() -> None:
    with rig() as made:
        gone(made)
        retract_notice(Notice.objects.get().public_id, actor=OFFICER, reason="person", clock=made.clock)
        back(made)
    assert not Notice.objects.filter(retracts=None, state="queued").exists()


def test_a_notice_withdrawn_by_a_look_is_written_anew_when_the_content_is_seen_again() -> None:
    with rig() as made:
        item = acted(made)
        made.later(20)
        made.show({PLACE: Recorded(status=404)})
        send(made)
        made.work()
        assert Notice.objects.get().evidence == "content_gone"
        back(made, 36)
        assert [one.state for one in Notice.objects.order_by("pk")] == ["withdrawn", "queued"]
        assert state_of(item) == "acted"


def test_what_is_gone_before_anybody_was_told_is_removed_and_not_stuck() -> None:
    with rig() as made:
        item = acted(made)
        made.later(20)
        made.show({PLACE: Recorded(status=404)})
        send(made)
        made.work()
        for _ in range(2):
            made.later(36)
            made.work()
    assert Notice.objects.get().state == "withdrawn" and state_of(item) == "removed"


@pytest.mark.parametrize(("both", "state"), [(False, "watched"), (True, "removed")])
def test_an_item_is_removed_where_every_place_that_was_told_is_gone(both: bool, state: str) -> None:
    with rig() as made:
        item = acted(made)
        send(made)
        made.later(36)
        made.work()
        first = Notice.objects.get()
        other = record_sighting(
            item, Seen(how="fetched", process="fetcher", reason="report"), actor=WORKER, clock=made.clock
        )
        values = {"public_id": new_id("ntc_"), "sighting": other}
        Notice.objects.create(**{**_columns(first), **values})
        if both:
            Removal.objects.create(sighting=other, removed_at=made.clock.now())
        made.show({PLACE: Recorded(status=404)})
        for _ in range(2):
            made.later(24 * 60 + 1)
            made.work()
    assert Removal.objects.filter(sighting=first.sighting).exists() and state_of(item) == state


def _columns(notice: Notice) -> dict[str, Any]:
    """All columns of a notice but its key."""
    return {
        one.attname: getattr(notice, one.attname)
        for one in Notice._meta.concrete_fields
        if one.attname not in {"id", "sighting_id"}
    }


@pytest.mark.parametrize(
    ("reason", "retracted"), [("handed_over", False), ("not_illegal", True), ("withdrawn", True)]
)
def test_an_item_that_is_closed_takes_back_what_waits_and_what_was_wrong(
    reason: str,
    retracted: bool,
) -> None:
    with rig() as made:
        item = acted(made)
        send(made)
        close(item, reason, made.clock)
        assert made.work() == ["settle_item finished"]
        assert Notice.objects.filter(retracts__isnull=False).exists() is retracted
        waiting = made.reported("https://other.test/")
        made.show({"https://other.test/": Recorded(body=KNOWN)})
        made.work()
        close(waiting, reason, made.clock)
        made.work()
    (own,) = Notice.objects.filter(sighting__item=waiting)
    assert own.state == "withdrawn"


def test_a_try_that_failed_after_its_item_was_closed_waits_for_no_other() -> None:
    with rig() as made:
        item = acted(made)
        attempt = claim_sending("one", lease_seconds=60.0, clock=made.clock)
        assert attempt is not None
        close(item, "handed_over", made.clock)
        made.work()
        answer = Answer(result="temporary", stage="recipient", code=450)
        assert record_answer(attempt, answer, clock=made.clock) == "withdrawn"


def test_a_look_at_a_notice_that_waits_no_longer_brings_nothing() -> None:
    with rig() as made:
        acted(made)
        made.later(20)
        send(made)
        retract_notice(Notice.objects.get().public_id, actor=OFFICER, reason="person", clock=made.clock)
        assert made.work() == ["notice_look finished"]
    assert not Job.objects.filter(state="parked").exists()


@pytest.mark.parametrize(
    ("recorded", "result"),
    [
        (Recorded(body=KNOWN), "present"),
        (Recorded(body=b"something else"), "changed"),
        (Recorded(status=410), "gone"),
        (Recorded(status=404, body=KNOWN), "present"),
        (Recorded(status=503), "blocked"),
        (Recorded(status=500), "unknown"),
        (Recorded(failure="connect_failed"), "unknown"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_look_says_what_is_there(recorded: Recorded, result: str) -> None:
    with rig() as made:
        acted(made)
        made.show({PLACE: recorded})
        made.later(36)
        made.work()
    assert set(Check.objects.values_list("result", flat=True)) == {result}


@pytest.mark.parametrize(("status", "state"), [(200, "sent"), (404, "withdrawn")])
def test_a_notice_that_waited_goes_out_only_where_the_content_is_still_there(status: int, state: str) -> None:
    with rig() as made:
        acted(made)
        made.later(20)
        assert not send(made).accepted
        made.show({PLACE: Recorded(body=KNOWN if status == 200 else b"", status=status)})
        assert "notice_look finished" in made.work()
        send(made)
    assert Notice.objects.get().state == state


def test_without_a_recipient_the_place_waits_and_is_counted() -> None:
    with rig() as made:
        item = made.reported()
        assert made.work()[-1] == "takedown_find finished"
        assert state_of(item) == "acted"
        assert searches()["nobody"] == 1
        name_recipient("abuse@host.test", "Host", source="rdap", actor=WORKER, clock=made.clock)
    assert not Notice.objects.exists()


def test_where_several_recipients_are_known_nobody_guesses() -> None:
    with rig() as made:
        for address in ("abuse@one.test", "abuse@two.test"):
            a_recipient(made.clock, address)
        item = made.reported()
        assert made.work()[-1] == "takedown_find finished"
        assert state_of(item) == "acted" and searches()["nobody"] == 1
    assert not Notice.objects.exists()


def test_a_place_whose_item_is_closed_is_not_looked_at_again() -> None:
    with rig() as made:
        item = acted(made)
        item.refresh_from_db()
        move_item(item, "closed", actor=WORKER, reason="handed_over", clock=made.clock)
        made.later(36)
        assert made.work() == ["settle_item finished", "check_sighting finished"]
    assert not Job.objects.exists() and not Check.objects.exists()


def test_a_job_that_runs_twice_queues_one_notice() -> None:
    with rig() as made:
        item = acted(made)
        from tutela.hotline.cases.jobs import ACT
        from tutela.hotline.work.actions import put

        put(ACT, {"sighting": item.sightings.get(how="fetched").public_id}, clock=made.clock)
        assert "notify_item finished" in made.work()
    assert Notice.objects.count() == 1


def test_a_job_about_nothing_is_parked() -> None:
    from tutela.hotline.work.actions import put
    from tutela.kernel.ids import new_id

    with rig() as made:
        for kind, name, prefix in (
            ("check_sighting", "sighting", "sgt_"),
            ("notice_look", "notice", "ntc_"),
            ("notify_item", "sighting", "sgt_"),
            ("takedown_find", "sighting", "sgt_"),
        ):
            put(kind, {name: new_id(prefix)}, clock=made.clock)
        assert {line.partition(" ")[2] for line in made.work()} == {"parked Refused"}


def another_place(made: Rig, item: Item, *, only_from: str = "") -> Sighting:
    """The same bytes seen at another place of another host, as the fetch of a page finds them."""
    keys = SealingKeys(vault=made.vault, fetch=made.fetch)
    seen = Seen(
        how="fetched",
        process="fetcher",
        reason="report",
        address=seal_address(read_url("https://other.test/copy.png"), keys),
        referrer_for_fetch=seal_text(only_from, made.fetch) if only_from else b"",
        sha256=hashlib.sha256(KNOWN).hexdigest(),
        level=1,
    )
    sighting = record_sighting(item, seen, actor=WORKER, clock=made.clock)
    with transaction.atomic():
        put(ACT, {"sighting": sighting.public_id}, key=f"{ACT}-{sighting.public_id}", clock=made.clock)
    return sighting


@pytest.mark.parametrize("before", [acted, gone], ids=["acted", "removed"])
def test_a_new_place_of_what_was_told_about_is_told_too_and_once(before: Callable[[Rig], Item]) -> None:
    with rig() as made:
        item = before(made)
        item.refresh_from_db()
        sighting = another_place(made, item)
        made.work()
        assert state_of(item) == "acted"
        assert sighting.notices.count() == 1
        send(made)
        put_again = {"sighting": sighting.public_id}
        with transaction.atomic():
            put(ACT, put_again, clock=made.clock)
        made.work()
        assert sighting.notices.count() == 1


def test_a_look_comes_from_the_page_that_led_there() -> None:
    page = "https://other.test/page.html"
    shown = {"https://other.test/copy.png": Recorded(body=KNOWN, only_from=page), PLACE: Recorded(body=KNOWN)}
    with rig() as made:
        item = acted(made)
        item.refresh_from_db()
        sighting = another_place(made, item, only_from=page)
        made.show(shown)
        for _ in range(3):
            made.work()
            made.later(36)
    assert set(sighting.checks.values_list("result", flat=True)) == {"present"}


def test_a_host_is_left_alone_for_each_vantage_point_of_a_round() -> None:
    with rig() as made, equipped(made.equipment()):
        assert looks_of_a_round() == 2
    assert looks_of_a_round() == 1, "in a process that cannot look, whose job then says so"
