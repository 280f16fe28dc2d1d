"""Which notices go into one letter: those to one recipient that ask the same, on the same grounds.

A letter that was tried is tried again as it was, under the same Message-ID. Where a notice has left it since
(withdrawn, held, not looked at again yet), what remains is another message and gets another Message-ID: no
server and no person sees two texts under one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from tutela.hotline.cases.models import Item, Membership
from tutela.hotline.cases.states import PENDING
from tutela.hotline.takedown.letterhead import sender_mailbox
from tutela.hotline.takedown.models import URGENT, Letter, Notice
from tutela.kernel.clock import Clock
from tutela.kernel.egress.letters import MESSAGE_BYTES_MAX
from tutela.kernel.ids import new_id
from tutela.share.notices.contents import SIGHTINGS_MAX
from tutela.share.notices.languages import languages_for

#: Columns in which the notices of one letter are equal: a letter has one recipient, one reason, one haste.
ALIKE = (
    "recipient_id", "consequence", "priority", "legal_class", "rung", "is_proxy", "reminder", "reminds_id",
    "order_authority", "order_base", "order_until",
)  # fmt: skip
#: Bytes of a letter without its places, with two signatures; and of a place beside its address (measured
#: with letters of six languages, 2,300 to 2,500; test_gathering.py builds the largest).
LETTER_BYTES, PLACE_BYTES = 24_000, 2_800
#: How often a place's address stands in a letter, in bytes for each of its characters, and the bytes by
#: which a sealed one is longer at least (age).
ADDRESS_TIMES, SEALED_MORE_BYTES = 4, 300
#: Reply code of our own for a letter that would be too large (RFC 5321 section 4.2.3, 552).
TOO_LARGE = 552


#: Minutes for which a notice waits at most until the page that its content stood on is read (our own).
READING_MINUTES = 10


def gathers(now: datetime, seconds: float) -> Q:
    """Notices that wait for others to share their letter; never urgent ones, nor such as were tried.

    ``seconds`` after they were queued, and as long as their page is read, but no longer than ten minutes.
    """
    if seconds <= 0:
        return Q(pk__in=[])
    new = Q(letter=None, priority__gt=URGENT, retracts=None)
    waits = new & Q(queued_at__range=(now - timedelta(seconds=seconds), now))
    pages = _pages_read(now)
    if pages:
        of_pages = Membership.objects.filter(series__in=pages).values("item")
        since = now - timedelta(minutes=READING_MINUTES)
        waits |= new & Q(queued_at__range=(since, now), sighting__item__in=of_pages)
    return waits


def gathered(first: Notice, ready: QuerySet[Notice]) -> list[Notice]:
    """The notices of the letter that ``first`` goes out with, from those that are ready; ``first`` leads."""
    if first.retracts_id is not None:
        return [first]
    alike = {name: getattr(first, name) for name in ALIKE}
    rows = ready.filter(**alike, letter=first.letter, retracts=None).exclude(pk=first.pk)
    return _fitting([first, *rows.order_by("due", "id")[: _limit(first) - 1]])


def letter_of(notices: list[Notice], clock: Clock, *, is_test: bool) -> Letter:
    """The letter that carries exactly these notices: the one they were tried in, or a new one."""
    first = notices[0]
    if first.letter and (first.letter.size, first.letter.is_test) == (len(notices), is_test):
        return first.letter
    made = Letter.objects.create(
        message_id=f"<{new_id('msg_')}@{sender_mailbox().host}>",
        recipient=first.recipient,
        host=first.host,
        language=_language(first),
        size=len(notices),
        is_test=is_test,
        made_at=clock.now(),
    )
    for notice in notices:
        notice.letter = made
    return made


def _pages_read(now: datetime) -> list[int]:
    """Keys of the series of pages of which something has come to nothing yet, and was found only now."""
    since = now - timedelta(minutes=READING_MINUTES)
    unread = Item.objects.filter(state__in=PENDING, opened_at__range=(since, now))
    found = Membership.objects.filter(item__in=unread, series__kind="page")
    return list(found.values_list("series", flat=True).distinct())


def _language(notice: Notice) -> str:
    """The best of ours for the recipient: what it asked for, what its country speaks, English."""
    recipient = notice.recipient
    return languages_for(recipient.country, recipient.languages.split(","))[0]


def _limit(first: Notice) -> int:
    """How many places the letter may name: half of those with which it was too large."""
    if first.letter is not None and first.answer_code == TOO_LARGE and first.stage == "preparing":
        return max(1, first.letter.size // 2)
    return SIGHTINGS_MAX


def _fitting(notices: list[Notice]) -> list[Notice]:
    """As many of them, the first in any case, as make a message of the size that may be sent."""
    room, fitting = MESSAGE_BYTES_MAX - LETTER_BYTES, list[Notice]()
    for notice in notices:
        room -= PLACE_BYTES + ADDRESS_TIMES * max(0, len(notice.sighting.url_sealed) - SEALED_MORE_BYTES)
        if fitting and room < 0:
            break
        fitting.append(notice)
    return fitting
