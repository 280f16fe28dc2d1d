"""Reads for the reader, for pages and alarms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from tutela.hotline.mailbox.models import Mail
from tutela.hotline.takedown.models import Notice
from tutela.share.notices.replies import Reply

#: Mails that one page shows.
ROWS_MAX = 100
#: Notices that one mail can be about: a letter names up to 300 (takedown), a mail up to 20 of those.
NOTICES_MAX = 600


#: Days for which a letter that came back is spoken of (our own).
SPOKEN_DAYS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """How many mails came since a time, by what they are, and when the last one was read."""

    answers: int
    unknown: int
    unreadable: int
    last_at: datetime | None


def result_of(digest: str) -> str:
    """What this mail was found to be when it was read before; empty for a new one."""
    return Mail.objects.filter(digest=digest).values_list("result", flat=True).first() or ""


def named_by_letter(reply: Reply, notices: list[Notice]) -> list[Notice]:
    """Those of the notices whose letter the mail names by its Message-ID."""
    return [one for one in notices if one.letter and one.letter.message_id in reply.message_ids]


def notices_of(reply: Reply) -> list[Notice]:
    """The notices that a mail is about: those of the letters that it names, else those that it names itself.

    Only of letters that a sender has claimed: before, nobody can know of them.
    """
    named = Q(letter__message_id__in=reply.message_ids) | Q(letter__public_id__in=reply.verify_tokens)
    rows = Notice.objects.select_related("sighting__item", "letter", "recipient").order_by("pk")
    found = list(rows.filter(named)[:NOTICES_MAX])
    return found or list(rows.filter(public_id__in=reply.notices, letter__isnull=False))


def mails_about(notice: Notice) -> list[Mail]:
    """What came in about a notice, the latest first."""
    return list(Mail.objects.filter(notices=notice).order_by("-read_at", "-pk")[:ROWS_MAX])


def mail_about(notice: Notice, untrusted_mail: str) -> Mail | None:
    """The mail of this id, where it is about the notice."""
    return Mail.objects.filter(notices=notice, public_id=untrusted_mail).first()


def dead_letters(now: datetime) -> int:
    """How many letters came back of late because their mailbox is not there, and still count as refused."""
    late = Mail.objects.filter(address_is_dead=True, read_at__gte=now - timedelta(days=SPOKEN_DAYS))
    return late.filter(notices__state="failed").distinct().count()


def told_since(at: datetime) -> Told:
    """How many mails came since ``at``."""
    rows = Mail.objects.filter(read_at__gte=at).order_by().values_list("result").annotate(Count("pk"))
    counted: dict[str, int] = dict(rows)
    last = Mail.objects.aggregate(at=Max("read_at"))["at"]
    return Told(
        answers=counted.get("answer", 0),
        unknown=counted.get("unknown", 0),
        unreadable=counted.get("unreadable", 0),
        last_at=last,
    )
