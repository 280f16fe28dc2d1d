"""Reads for pages, commands and alarms. Nothing here holds the address of an item."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from tutela.hotline.cases.models import Item, Sighting
from tutela.hotline.cases.moved_places import BY_REDIRECT
from tutela.hotline.takedown.actions.queueing import is_confirmed_by, stands_for_all
from tutela.hotline.takedown.actions.sending import ALIVE, MAY_LEAVE
from tutela.hotline.takedown.chasing import Step, Told, next_step, patience_of
from tutela.hotline.takedown.contacts.models import FormNotice, Search
from tutela.hotline.takedown.contacts.proposals import BY_HAND, TOLD_RUNGS
from tutela.hotline.takedown.contacts.taken_back import ever_told_by_hand, is_told_back, told_by_hand
from tutela.hotline.takedown.models import Letter, Notice, Recipient, Removal, Watch
from tutela.hotline.takedown.removal import STANDINGS
from tutela.hotline.takedown.states import UNCONFIRMED
from tutela.hotline.work.queries import rows_of_page, rows_wanted
from tutela.kernel.ids import is_id

#: Minutes after which a notice that is not confirmed raises the alarm (fault-injection.md FI-09: 1 h).
ALARM_MINUTES = 60
_LATE = timedelta(minutes=ALARM_MINUTES)
#: Seconds after which a notice that is still being sent is shown beside those in doubt (rule 5: 60 s).
SHOWN_SECONDS = 60
#: Rows of one page.
ROWS_MAX = 100
#: States of a notice that has told nobody, where its recipient's mailbox is not there.
_UNTOLD = ("queued", "failed")


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipientRow:
    """A recipient as a page shows it."""

    name: str
    address: str
    confirmed: bool
    is_dead: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Outbox:
    """How the outbox stands. ``oldest_seconds``: since when the oldest one is not confirmed, 0 if none."""

    queued: int
    sending: int
    in_doubt: int
    failed: int
    oldest_seconds: float
    second_looks_overdue: int

    @property
    def alarm(self) -> bool:
        """Whether somebody has to look: a doubt, an old notice, a second look that is overdue."""
        old = self.oldest_seconds > ALARM_MINUTES * 60
        return old or self.in_doubt > 0 or self.second_looks_overdue > 0


def outbox(now: datetime) -> Outbox:
    """How the outbox stands."""
    rows = Notice.objects.all()
    # what waits because its item is held, or judged anew, waits rightly
    waiting = rows.filter(MAY_LEAVE | ~Q(state="queued"), state__in=UNCONFIRMED)
    oldest = waiting.aggregate(at=Min("queued_at"))["at"]
    counted = {
        state: rows.filter(state=state).count() for state in ("queued", "sending", "in_doubt", "failed")
    }
    return Outbox(
        **counted,
        oldest_seconds=(now - oldest).total_seconds() if oldest else 0.0,
        second_looks_overdue=rows.filter(second_look_due__lt=now).exclude(state="withdrawn").count(),
    )


def waiting_since(now: datetime) -> datetime | None:
    """Since when the oldest notice that may go out waits, where that is longer than the alarm allows.

    None: nothing waits so long. Without a sender, or a mail server that it reaches, this is what people see.
    """
    late = Notice.objects.filter(state__in=("queued", "sending"), queued_at__lt=now - _LATE)
    at: datetime | None = late.filter(MAY_LEAVE, ALIVE).aggregate(at=Min("queued_at"))["at"]
    return at


def in_doubt(now: datetime) -> QuerySet[Notice]:
    """Notices that wait for evidence or for a person, the oldest first; and those that seem to.

    A notice that has been ``sending`` for a minute is among them: its sender may be dead.
    """
    seems = Q(state="sending", moved_at__lt=now - timedelta(seconds=SHOWN_SECONDS))
    rows = Notice.objects.filter(Q(state="in_doubt") | seems)
    return rows.select_related("recipient", "sighting__item", "letter").order_by("queued_at", "id")


def notices(state: str = "") -> QuerySet[Notice]:
    """Notices of a state, or all, the oldest first."""
    rows = _with_places().order_by("queued_at", "id")
    return rows.filter(state=state) if state else rows


def _with_places() -> QuerySet[Notice]:
    return Notice.objects.select_related("recipient", "sighting__item", "sighting__watch", "letter")


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """A letter in doubt, by one of its notices: what its traces are looked for by, from when and until when.

    ``was_restored``: the database came back from a backup since, so the notices may have gone out in another
    letter, and that this one left no trace proves nothing.
    """

    notice: str
    token: int
    message_id: str
    since: datetime
    until: datetime
    was_restored: bool


def doubts(sender: str) -> list[Doubt]:
    """Each letter in doubt of this sender's.

    What another sender handed over, perhaps on another machine and to another mail server, leaves no trace
    here: that it is absent would prove nothing.
    """
    rows = Notice.objects.filter(state="in_doubt", sender=sender).exclude(letter=None)
    first: dict[int | None, Notice] = {}
    for row in rows.select_related("letter").order_by("queued_at", "id"):
        first.setdefault(row.letter_id, row)
    return [
        Doubt(
            notice=row.public_id,
            token=row.token,
            message_id=row.message_id,
            since=row.claimed_at or row.queued_at,
            until=row.moved_at,
            was_restored=row.evidence == "restored",
        )
        for row in first.values()
    ]


def page(chosen: tuple[str, int] | None) -> tuple[list[Notice], int | None]:
    """(rows, first row of the next page or None) of a state from a row on; nothing for a wrong choice."""
    if chosen is None:
        return [], None
    state, start = chosen
    rows = rows_of_page(notices(state), start, rows_wanted(start), whole=_with_places())
    return rows[:ROWS_MAX], start + ROWS_MAX if len(rows) > ROWS_MAX else None


def recipients() -> list[RecipientRow]:
    """Recipients by name, and whether notices may go to them."""
    sent = Exists(Notice.objects.filter(recipient=OuterRef("pk"), state="sent"))
    rows = Recipient.objects.annotate(was_sent=sent).order_by("name", "pk")[:ROWS_MAX]
    return [
        RecipientRow(
            name=row.name,
            address=row.address,
            confirmed=row.was_sent or is_confirmed_by(row.sources),
            is_dead=row.dead_at is not None,
        )
        for row in rows
    ]


def standing_recipient() -> Recipient | None:
    """The one whom people named for everything, for places of which a look-up finds nobody who holds them.

    None where nobody was named, and where several were: a wrong address tells a stranger where something is;
    and where its mailbox is not there.
    """
    rows = Recipient.objects.exclude(sources=Recipient.Source.BOOK).order_by("pk")
    named = [one for one in rows if stands_for_all(one.sources)]
    return named[0] if len(named) == 1 and named[0].dead_at is None else None


def dead_among(addresses: Collection[str]) -> frozenset[str]:
    """Which of these mailboxes a mail server said are not there, until a person names them again."""
    rows = Recipient.objects.filter(address__in=addresses, dead_at__isnull=False)
    return frozenset(rows.values_list("address", flat=True))


def waiting_for_dead(sighting: Sighting) -> list[str]:
    """The notices about the place that wait for a mailbox which is not there."""
    rows = _since_back(sighting).filter(state="queued", recipient__dead_at__isnull=False).order_by("pk")
    return list(rows.values_list("public_id", flat=True))


def sent_on(untrusted_number: str) -> datetime | None:
    """When the notice or letter of this number was last handed over, or tried to be.

    None for one that never left, or is none. The same questions are asked of the database for every number.
    """
    number = untrusted_number if is_id(untrusted_number) else ""
    notice = Notice.objects.filter(public_id=number, attempts__gt=0)
    in_notice = notice.values_list("claimed_at", flat=True).first()
    in_letter: datetime | None = Notice.objects.filter(letter__public_id=number).aggregate(
        at=Max("claimed_at")
    )["at"]
    letter = Letter.objects.filter(public_id=number).values_list("made_at", flat=True).first()
    forms = FormNotice.objects.filter(public_id=number, state="done")
    form = forms.values_list("moved_at", flat=True).first()
    return in_notice or in_letter or letter or form


def is_to_tell(sighting: Sighting) -> bool:
    """Whether a machine may write about this place: nobody was told since it was last seen to be back.

    Not where people took a notice about it back. One that was withdrawn because a look did not find the
    content does not count.
    """
    if is_taken_back(sighting) or _filled(sighting):
        return False
    return not _since_back(sighting).exclude(state="withdrawn").exists()


def is_taken_back(sighting: Sighting) -> bool:
    """Whether people took back what was said of this place: before it went out, by a message, by hand."""
    own = sighting.notices.filter(retracts=None)
    return own.filter(Q(evidence="withdrawn") | Q(retraction__isnull=False)).exists() or is_told_back(
        sighting
    )


def is_looked_up(notice: Notice) -> bool:
    """Whether a look-up named the notice's recipient: then it is asked again before the notice goes out."""
    return Search.objects.filter(sighting=notice.sighting_id, state="told", looked_up=True).exists()


def step_for(sighting: Sighting, *, urgent: bool, now: datetime) -> Step:
    """What follows for the place, which was just seen to be there although somebody was told.

    Where its last notice was withdrawn because somebody else has the place by now, or came to nothing because
    the mailbox is not there, whoever is next is told at once. A form that was filled in reminds nobody.
    """
    columns = ("evidence", "retraction", "state", "moved_at", "reminder", "recipient__dead_at", "order_until")
    rows = list(_since_back(sighting).order_by("queued_at", "pk").values_list(*columns))  # at every look
    if rows and (rows[-1][0] == "recipient_changed" or (rows[-1][2] in _UNTOLD and rows[-1][5])):
        return "climb"
    patience = patience_of(urgent=urgent)
    told = [
        Told(state=state, at=at, reminder=reminder, until=until)
        for _, taken_back, state, at, reminder, _, until in rows
        if state != "withdrawn" and taken_back is None
    ]
    filled = _forms_filled(sighting).values_list("moved_at", flat=True)
    told += [Told(state="sent", at=at, reminder=patience.reminders_max) for at in filled]
    return next_step(sorted(told, key=lambda one: one.at), now, patience)


def last_sent(sighting: Sighting) -> Notice | None:
    """The latest notice about the place that went out, since it came back if it did; None: none."""
    rows = _since_back(sighting).filter(state="sent", retraction=None)
    return rows.select_related("letter", "reminds", "recipient").order_by("queued_at", "pk").last()


def told_ways(sighting: Sighting) -> tuple[frozenset[str], frozenset[str]]:
    """(rungs, addresses) of everybody who was told of the place since it came back, if it ever did.

    Also where that was taken back: they are not told again.
    """
    notices = _since_back(sighting).exclude(state="withdrawn").values_list("rung", "recipient__address")
    forms = _of_place(ever_told_by_hand(), sighting).values_list("contact__rung", "contact__address")
    rows = [*notices, *forms]
    return frozenset(rung for rung, _ in rows), frozenset(address for _, address in rows)


def is_told(sighting: Sighting) -> bool:
    """Whether somebody was told of this place, by mail or by hand, since it was last seen to be back."""
    return _since_back(sighting).filter(state="sent").exists() or _filled(sighting, rungs=BY_HAND)


def is_gone_untold(sighting: Sighting) -> bool:
    """Whether nobody was told of this place: every notice was withdrawn because its content had gone or
    changed, or there never was one.
    """
    ends = set(sighting.notices.filter(retracts=None).values_list("evidence", flat=True))
    return ends <= {"content_gone", "content_changed", "recipient_changed"}


def is_gone_elsewhere(item: Item, sighting: Sighting) -> bool:
    """Whether every other place of the item that somebody was told of is gone too.

    And each to which redirects led and at which machines look: also where nobody was told there yet.
    """
    told = Notice.objects.filter(sighting__item=item, retracts=None, state="sent").exclude(sighting=sighting)
    moved = Watch.objects.filter(sighting__item=item, sighting__found_as=BY_REDIRECT)
    places = set(told.values_list("sighting", flat=True))
    places |= set(moved.exclude(sighting=sighting).values_list("sighting", flat=True))
    gone = Removal.objects.filter(sighting__in=places, reopened_at=None)
    return gone.count() == len(places)


def is_watch_over(item: Item) -> bool:
    """Whether every place of the item that was looked at again was watched for as long as the rules ask."""
    return not Watch.objects.filter(sighting__item=item, ended_at=None).exists()


def standings() -> dict[str, int]:
    """How many places stand how; *gone, seen from one place* is counted apart from *removed*."""
    counted = Watch.objects.order_by().values_list("standing").annotate(number=Count("*"))
    return {**dict.fromkeys(STANDINGS, 0), **dict(counted)}


def is_on_its_way() -> Exists:
    """The condition on rows of items that a notice about it, or what takes one back, has not gone out yet."""
    return Exists(Notice.objects.filter(sighting__item=OuterRef("pk"), state__in=UNCONFIRMED))


def _filled(sighting: Sighting, *, rungs: Collection[str] = TOLD_RUNGS) -> bool:
    """Whether a host's form about this place was filled in since it came back, if it ever did.

    ``rungs``: not those alone of whoever takes it down; a hotline of another country may have been told.
    """
    return _forms_filled(sighting, rungs=rungs).exists()


def _forms_filled(sighting: Sighting, *, rungs: Collection[str] = TOLD_RUNGS) -> QuerySet[FormNotice]:
    """The forms about this place that were filled in since it came back, if it ever did; none taken back."""
    return _of_place(told_by_hand(), sighting, rungs=rungs)


def _of_place(
    told: QuerySet[FormNotice], sighting: Sighting, *, rungs: Collection[str] = TOLD_RUNGS
) -> QuerySet[FormNotice]:
    forms = told.filter(sighting=sighting, contact__rung__in=rungs)
    back = Removal.objects.filter(sighting=sighting).aggregate(at=Max("reopened_at"))["at"]
    return forms if back is None else forms.filter(moved_at__gte=back)


def _since_back(sighting: Sighting) -> QuerySet[Notice]:
    """Notices about this place since it came back, if it ever did; and those that are still on their way."""
    own = Notice.objects.filter(sighting=sighting, retracts=None)
    back = Removal.objects.filter(sighting=sighting).aggregate(at=Max("reopened_at"))["at"]
    return own if back is None else own.filter(Q(queued_at__gte=back) | Q(state__in=UNCONFIRMED))
