"""What was said of a page is taken back once all that proved the page was found wrong, and not before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hotline.cases.actions.test_proving import a_known_page, settled
from tests.hotline.cases.making import a_verdict
from tests.hotline.cases.rig import Rig, rig, state_of
from tests.hotline.takedown.making import OFFICER, a_recipient, acts
from tutela.hotline.cases.actions import move_item
from tutela.hotline.cases.actions.ending import hold_item, release_item
from tutela.hotline.cases.jobs import WORKER
from tutela.hotline.cases.models import Item
from tutela.hotline.cases.states import CLOSING_REASONS, WRONG
from tutela.hotline.takedown.actions import queue_notice, record_check
from tutela.hotline.takedown.models import Notice, Watch
from tutela.hotline.takedown.removal import Look
from tutela.hotline.work.models import Job

pytestmark = pytest.mark.django_db
#: What may befall what stood on a page: it is closed for a reason, or a second look doubts it.
FATES = (*CLOSING_REASONS, "doubted", "removed")


def told_page(made: Rig, *kinds: str, state: str = "sent") -> tuple[Item, list[Item], Notice]:
    """A page of known and judged pictures, at least one of them known, that was told about."""
    page, pictures = a_known_page(*("acted" for _ in kinds))
    for one, kind in zip(pictures, kinds, strict=True):
        if kind == "judged":
            one.matches.all().delete()
            Item.objects.filter(pk=one.pk).update(state="in_review")
            one.refresh_from_db()
            a_verdict(one)
            Item.objects.filter(pk=one.pk).update(state="acted")
    page = move_item(settled(page), "acted", actor=WORKER, reason="list_matched", clock=made.clock)
    Job.objects.all().delete()
    sighting = page.sightings.get()
    sighting.item = page
    notice = queue_notice(sighting, a_recipient(made.clock), actor=WORKER, clock=made.clock)
    Notice.objects.filter(pk=notice.pk).update(state=state)
    return page, pictures, notice


def befall(picture: Item, fate: str, made: Rig) -> None:
    picture.refresh_from_db()
    if picture.state == "closed" or fate == "removed":
        return
    to, reason = ("in_review", "look_asked") if fate == "doubted" else ("closed", fate)
    if (picture.state, to) != ("in_review", "in_review"):
        move_item(picture, to, actor=WORKER, reason=reason, clock=made.clock)
    made.later(0.1)
    made.work()


def is_outstanding(notice: Notice) -> bool:
    notice.refresh_from_db()
    return notice.state != "withdrawn" and not Notice.objects.filter(retracts=notice).exists()


def speaks(picture: Item, kind: str) -> bool:
    """Whether it still speaks for what was said of its page, told apart from the code that is tested."""
    picture.refresh_from_db()
    fell = picture.state == "closed" and picture.state_reason in WRONG
    return not fell and (kind == "known" or picture.state not in ("in_review", "rated"))


@given(
    kinds=st.lists(st.sampled_from(["known", "judged"]), max_size=2),
    fates=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(FATES)), max_size=5),
    state=st.sampled_from(["sent", "queued", "in_doubt"]),
)
def test_no_notice_is_outstanding_whose_every_ground_has_fallen(
    kinds: list[str], fates: list[tuple[int, str]], state: str
) -> None:
    kinds = ["known", *kinds]
    with rig() as made:
        _, pictures, notice = told_page(made, *kinds, state=state)
        ever_fell = False
        for number, fate in fates:
            befall(pictures[number % len(pictures)], fate, made)
            ever_fell |= not any(map(speaks, pictures, kinds))
            assert is_outstanding(notice) is not ever_fell


def test_the_page_is_closed_its_watch_ends_and_its_recipient_hears_of_it() -> None:
    with rig() as made:
        page, (picture,), notice = told_page(made, "known")
        sighting = page.sightings.get()
        record_check(sighting, (Look(vantage="direct", at=made.clock.now(), result="present"),), actor=WORKER)
        befall(picture, "withdrawn", made)
        page.refresh_from_db()
        assert (page.state, page.state_reason) == ("closed", "withdrawn")
        assert acts(page.public_id)[-1] == "item_moved" and acts(notice.public_id)[-1] == "notice_withdrawn"
        retraction = Notice.objects.get(retracts=notice)
        assert retraction.recipient == notice.recipient and retraction.consequence == "notice_retraction"
        assert Watch.objects.get(sighting=sighting).ended_at == made.clock.now()
        made.later(60 * 24 * 40)
        made.work()
        assert Notice.objects.count() == 2 and not Job.objects.filter(state="parked").exists()


def test_what_has_not_gone_out_is_withdrawn_and_nobody_hears_of_it() -> None:
    with rig() as made:
        _, (picture,), notice = told_page(made, "known", state="queued")
        befall(picture, "not_illegal", made)
        notice.refresh_from_db()
        assert notice.state == "withdrawn" and Notice.objects.count() == 1


def test_a_page_that_is_held_stays_held_and_what_was_said_of_it_is_taken_back() -> None:
    with rig() as made:
        page, (picture,), notice = told_page(made, "known")
        until = made.clock.now() + timedelta(days=3)
        page = hold_item(page, actor=OFFICER, reason="police_first", until=until, clock=made.clock)
        befall(picture, "withdrawn", made)
        assert state_of(page) == "held" and not is_outstanding(notice)
        assert not Watch.objects.filter(ended_at__isnull=False).exists()
        release_item(page, actor=OFFICER, clock=made.clock)
        made.later(1)
        made.work()
        assert state_of(page) == "closed" and Notice.objects.count() == 2


def test_a_page_that_people_judged_or_that_a_list_knows_itself_keeps_its_notice() -> None:
    with rig() as made:
        page, (picture,), notice = told_page(made, "known")
        Item.objects.filter(pk=page.pk).update(state="in_review")
        page.refresh_from_db()
        a_verdict(page)
        Item.objects.filter(pk=page.pk).update(state="acted")
        befall(picture, "withdrawn", made)
        assert state_of(page) == "acted" and is_outstanding(notice)


def test_a_doubt_about_the_last_thing_that_speaks_for_it_takes_it_back() -> None:
    with rig() as made:
        _, (known, judged), notice = told_page(made, "known", "judged")
        befall(known, "withdrawn", made)
        assert is_outstanding(notice)
        befall(judged, "doubted", made)
        assert not is_outstanding(notice)
