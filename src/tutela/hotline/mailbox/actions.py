"""All writes of this app: a mail with what follows from it, in one transaction, and texts sealed anew."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction

from tutela.hotline.ledger.actions import record
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.ledger.entries import Fact
from tutela.hotline.mailbox.incoming_mail import IncomingMail
from tutela.hotline.mailbox.models import Mail, MailAbout
from tutela.hotline.mailbox.queries import named_by_letter, notices_of, result_of
from tutela.hotline.people.mandate.reading import mandate_in_force
from tutela.hotline.takedown.actions.checking import hasten_check
from tutela.hotline.takedown.actions.doubting import record_bounce
from tutela.hotline.takedown.actions.dying import record_dead
from tutela.hotline.takedown.actions.sending import SENDER
from tutela.hotline.takedown.models import Notice
from tutela.kernel.clock import Clock, SystemClock
from tutela.kernel.custody.keys import PublicKeys
from tutela.kernel.custody.sealed_texts import epoch_of, seal_text
from tutela.kernel.errors import Conflict, Refused
from tutela.share.notices.replies import Reply

_MACHINE_CLOCK = SystemClock()
#: The act of the mandate without which no word of a mail is kept.
KEEPING = "store_evidence"
#: Rows of one transaction that seals anew (our own).
RESEAL_ROWS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """What a mail is, a word of ``acts.RESULTS``, and whether it was read for the first time."""

    result: str
    is_new: bool


@transaction.atomic
def record_mail(mail: IncomingMail, keys: PublicKeys, *, clock: Clock = _MACHINE_CLOCK) -> Recorded:
    """What the mail is, and whether it is new: one that was read before changes nothing.

    Nothing of it is believed. A claim has a machine look at the places of the notices that the mail is about;
    a mail server's word that a letter will not arrive ends its notices as failed, where the mail names the
    letter's Message-ID, which only its recipient and the servers on the way know. Raises Unavailable without
    the vault's key.
    """
    known = result_of(mail.digest)
    if known:
        return Recorded(result=known, is_new=False)
    notices = notices_of(mail.reply) if mail.reply else []
    row = Mail.objects.create(
        digest=mail.digest,
        result="unreadable" if mail.reply is None else "answer" if notices else "unknown",
        claims=",".join(sorted(mail.reply.claims)) if mail.reply else "",
        address_is_dead=_is_dead(mail.reply, notices),
        read_at=clock.now(),
        **_sealed(mail.untrusted_words, keys, clock) if notices else {},
    )
    MailAbout.objects.bulk_create(MailAbout(mail=row, notice=notice) for notice in notices)
    record("mail_read", actor=SENDER, subject=row.public_id, facts=_facts(row, mail, notices), clock=clock)
    _follow(mail, notices, clock)
    return Recorded(result=row.result, is_new=True)


def _follow(mail: IncomingMail, notices: list[Notice], clock: Clock) -> None:
    if mail.reply and mail.reply.permanent_failure:
        returned = {one.letter_id: one for one in named_by_letter(mail.reply, notices)}
        for notice in returned.values():  # all notices of a letter move together
            if mail.reply.address_is_dead:
                record_dead(notice.recipient, actor=SENDER, clock=clock)
            with suppress(Conflict, Refused):  # it is settled already, or never went out
                record_bounce(notice.public_id, actor=SENDER, clock=clock)
    if mail.asks_for_look:
        for sighting in {notice.sighting_id: notice.sighting for notice in notices}.values():
            hasten_check(sighting, clock=clock)


def _is_dead(reply: Reply | None, notices: list[Notice]) -> bool:
    return reply is not None and reply.address_is_dead and bool(named_by_letter(reply, notices))


def _facts(row: Mail, mail: IncomingMail, notices: list[Notice]) -> dict[str, Fact]:
    facts: dict[str, Fact] = {"result": row.result, "notices": len(notices), "kept": bool(row.text_epoch)}
    facts |= {f"claims_{claim}": True for claim in (mail.reply.claims if mail.reply else ())}
    return facts | ({"address_is_dead": True} if row.address_is_dead else {})


def _sealed(untrusted_words: str, keys: PublicKeys, clock: Clock) -> dict[str, bytes | str]:
    """The columns of the words; none where there are none, or the mandate in force keeps nothing."""
    try:
        mandate_in_force(clock=clock).check(KEEPING)
    except Refused:
        return {}
    sealed = seal_text(untrusted_words, keys) if untrusted_words else b""
    return {"text_sealed": sealed, "text_epoch": epoch_of(sealed)} if sealed else {}


def reseal_mails(
    keys: PublicKeys, open_text: Callable[[bytes], str], *, actor: Actor, clock: Clock = _MACHINE_CLOCK
) -> int:
    """How many texts of mails were sealed anew to the present epoch."""
    done = 0
    earlier = Mail.objects.exclude(text_epoch__in=["", keys.current().id]).order_by("pk")
    while ids := list(earlier.values_list("pk", flat=True)[:RESEAL_ROWS]):
        done += _reseal(ids, keys, open_text, actor=actor, clock=clock)
    return done


@transaction.atomic
def _reseal(
    ids: list[int], keys: PublicKeys, open_text: Callable[[bytes], str], *, actor: Actor, clock: Clock
) -> int:
    rows = list(Mail.objects.select_for_update().filter(pk__in=ids))
    for row in rows:
        row.text_sealed = seal_text(open_text(bytes(row.text_sealed)), keys)
        row.text_epoch = epoch_of(row.text_sealed)
        row.save(update_fields=["text_sealed", "text_epoch"])
    record("mail_resealed", actor=actor, facts={"mails": len(rows)}, clock=clock)
    return len(rows)
