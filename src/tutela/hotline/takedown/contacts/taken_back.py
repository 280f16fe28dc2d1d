"""Reads of what is taken back by hand, since it was told by hand: forms filled in, hand-overs made, orders.

A take-back is a row like that of a form that waits; its consequence says what it is. What it takes back is
what that contact was told about that place before it ended, and nothing that an earlier one took back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from tutela.hotline.cases.models import Sighting
from tutela.hotline.takedown.acts import RETRACTION
from tutela.hotline.takedown.contacts.models import FormNotice
from tutela.hotline.takedown.contacts.proposals import AUTHORITY, TOLD_RUNGS
from tutela.hotline.takedown.models import Notice

#: Rows that take something back.
TAKES_BACK = Q(consequence=RETRACTION)
#: Hours after which a take-back that waits is said aloud: somebody's pages are down without a reason for a
#: whole day (our own).
LATE_HOURS = 24
#: Rows of one page.
ROWS_MAX = 100


def is_take_back(form: FormNotice) -> bool:
    """Whether it takes something back."""
    return form.consequence == RETRACTION


def ever_told_by_hand() -> QuerySet[FormNotice]:
    """What people told by hand, also where it was taken back since."""
    return FormNotice.objects.filter(state="done").exclude(TAKES_BACK)


def told_by_hand() -> QuerySet[FormNotice]:
    """What people told by hand and nobody took back, nor is to take back."""
    back = FormNotice.objects.filter(TAKES_BACK, sighting=OuterRef("sighting"), contact=OuterRef("contact"))
    since = back.filter(Q(state="waiting") | Q(moved_at__gte=OuterRef("moved_at")))
    return ever_told_by_hand().filter(~Exists(since))


def told_before(back: FormNotice) -> list[FormNotice]:
    """What this row takes back, the oldest first; none where it tells an authority about its order."""
    rows = ever_told_by_hand().filter(_in_its_time(back, "moved_at"), contact=back.contact_id)
    return list(rows.filter(sighting=back.sighting_id).order_by("pk"))


def ordered_before(back: FormNotice) -> list[Notice]:
    """The notices that handed on an order of the authority that this row tells: each was taken back, and an
    earlier row did not tell of it.
    """
    if back.contact.rung != AUTHORITY:
        return []
    rows = Notice.objects.filter(sighting=back.sighting_id, order_authority=back.contact.organisation)
    rows = rows.filter(_in_its_time(back, "retraction__queued_at"), retraction__isnull=False)
    return list(rows.select_related("letter", "recipient").order_by("pk"))


def _in_its_time(back: FormNotice, column: str) -> Q:
    """That this moment is after an earlier row for the same contact and place ended, and before it did."""
    pair = FormNotice.objects.filter(TAKES_BACK, sighting=back.sighting_id, contact=back.contact_id)
    ended = pair.exclude(state="waiting").filter(pk__lt=back.pk)
    last = ended.order_by("pk").values_list("moved_at", flat=True).last()
    since = Q((f"{column}__gt", last)) if last else Q()
    return since if back.state == "waiting" else since & Q((f"{column}__lte", back.moved_at))


def take_backs() -> list[FormNotice]:
    """What waits for a person who takes it back, the oldest first."""
    rows = FormNotice.objects.filter(TAKES_BACK, state="waiting").select_related("contact", "sighting__item")
    return list(rows.order_by("queued_at", "pk")[:ROWS_MAX])


def take_backs_waiting() -> int:
    """How many pieces of hand work wait for a person who takes something back."""
    return FormNotice.objects.filter(TAKES_BACK, state="waiting").count()


def late_hours(now: datetime) -> int:
    """For how many hours the oldest of them waits, where that is too long; else 0."""
    rows = FormNotice.objects.filter(TAKES_BACK, state="waiting")
    oldest: datetime | None = rows.aggregate(at=Min("queued_at"))["at"]
    waited = int((now - oldest) / timedelta(hours=1)) if oldest else 0
    return waited if waited >= LATE_HOURS else 0


def is_told_back(sighting: Sighting) -> bool:
    """Whether somebody who could take the place down was told by hand, and that is or was taken back."""
    rows = FormNotice.objects.filter(TAKES_BACK, sighting=sighting, contact__rung__in=TOLD_RUNGS)
    return rows.exists()
