"""The letter of an attempt. The one place where addresses stand in the clear, and they go to its recipient.

What a letter says is ``share.notices``'s; here it is told who writes to whom about what. Nothing a reporter
wrote is in it, and headers hold words of our own and ids (threat model ST-11).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from tutela.hotline.takedown.attempts import Attempt, Carried
from tutela.hotline.takedown.letterhead import Manner
from tutela.kernel.egress.letters import Letter
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.egress.urls import read_url
from tutela.share.notices.contents import (
    Basis,
    Digests,
    Law,
    Letterhead,
    NoticeContent,
    Order,
    Reminder,
    RetractionContent,
    Sighting,
)
from tutela.share.notices.dkim_signing import sign_letter
from tutela.share.notices.ladder import Rung
from tutela.share.notices.laws import known_law
from tutela.share.notices.letters import build_notice_letter, build_retraction_letter

#: What is known byte for byte; all else was assessed by people (decisions.md section 2).
KNOWN = "notice_known"
#: What a notice is about where neither verdict nor list says a class: lists without one are of this.
CLASS_UNSAID = "csam"


def render_letter(
    attempt: Attempt, untrusted_urls: Sequence[str], head: Letterhead, manner: Manner, *, now: datetime
) -> Letter:
    """The letter of this attempt, signed; one that takes a notice back names no address, whatever is given.

    ``untrusted_urls`` are those of its notices, in their order. Raises Invalid for what does not fit into a
    message.
    """
    if attempt.retracts:
        content = _retraction(attempt)
        made = build_retraction_letter(content, head, now=now, test_mailbox=manner.test_mailbox)
    else:
        notice = _notice(attempt, untrusted_urls, manner)
        made = build_notice_letter(notice, head, now=now, test_mailbox=manner.test_mailbox)
    return sign_letter(made, manner.dkim, now=now)


def _notice(attempt: Attempt, untrusted_urls: Sequence[str], manner: Manner) -> NoticeContent:
    terms = attempt.terms
    legal_class = terms.legal_class or CLASS_UNSAID
    basis: Basis = "sha256" if terms.consequence == KNOWN else "person"
    return NoticeContent(
        notice=attempt.letter,
        message_id=attempt.message_id,
        verify_token=attempt.letter,
        recipient=parse_mail_address(attempt.address),
        language=attempt.language,
        rung=cast(Rung, terms.rung),
        legal_class=legal_class,
        basis=basis,
        sightings=tuple(map(_place, attempt.notices, untrusted_urls)),
        is_proxy=terms.is_proxy,
        sender_law=_law(manner.country, legal_class),
        receiver_law=_law(terms.country, legal_class),
        order=_order(attempt),
        reminder=_reminder(attempt),
        digests=cast(Digests, terms.digests or manner.digests),
    )


def _retraction(attempt: Attempt) -> RetractionContent:
    taken_back = attempt.notices[0]
    return RetractionContent(
        notice=attempt.letter,
        message_id=attempt.message_id,
        verify_token=attempt.letter,
        recipient=parse_mail_address(attempt.address),
        language=attempt.language,
        retracts=attempt.retracts,
        retracts_message_id=attempt.terms.first_message_id,
        retracts_sent=attempt.terms.first_sent or taken_back.seen_at,
    )


def _place(carried: Carried, untrusted_url: str) -> Sighting:
    return Sighting(
        url=read_url(untrusted_url),
        first_seen=min(carried.first_seen_at, carried.seen_at),
        last_seen=carried.seen_at,
        network_number=carried.network_number,
        country=carried.country,
        sha256=carried.sha256,
        notice=carried.notice,
    )


def _law(country: str, legal_class: str) -> Law | None:
    return known_law(country, legal_class) if country else None


def _order(attempt: Attempt) -> Order | None:
    terms = attempt.terms
    if not terms.order_authority or terms.order_until is None:
        return None
    return Order(authority=terms.order_authority, legal_base=terms.order_base, deadline=terms.order_until)


def _reminder(attempt: Attempt) -> Reminder | None:
    terms = attempt.terms
    if not terms.reminder or terms.first_sent is None:
        return None
    return Reminder(
        number=terms.reminder, first_sent=terms.first_sent, first_message_id=terms.first_message_id
    )
