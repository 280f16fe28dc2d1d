"""A letter about nothing: what recipients would get, with addresses under ``.test`` and the house's own name.

For whoever sets up a house, to read before the first notice goes out; the manual shows the same letters.
"""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from typing import Literal

from tutela.kernel.egress.letters import Letter
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.egress.urls import read_url
from tutela.share.notices.contents import (
    Letterhead,
    NoticeContent,
    Order,
    Reminder,
    RetractionContent,
    Sighting,
)
from tutela.share.notices.ladder import Rung
from tutela.share.notices.laws import known_law
from tutela.share.notices.letters import build_notice_letter, build_retraction_letter

Sample = Literal["request", "reminder", "order", "proxy", "retraction"]

#: When the letter about nothing is written.
SAMPLE_TIME = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
#: Its recipient, number, which is the token too, the number of the letter before it, those of its places.
_RECIPIENT = parse_mail_address("abuse@host.test")
_LETTER, _FIRST = "ltr_" + "0samp1e0" * 4, "ltr_" + "1samp1e1" * 4
_PLACES = ("ntc_" + "1samp1e1" * 4, "ntc_" + "2samp1e2" * 4)
_ORDER = Order(
    authority="Sample Authority",
    legal_base="Sample Act, section 1",
    deadline=SAMPLE_TIME + timedelta(days=1),
)


def build_sample(
    sample: Sample, head: Letterhead, *, language: str, rung: Rung = "hoster", country: str = ""
) -> Letter:
    """The letter of that kind; ``country`` is where its recipient would be (ISO 3166-1 alpha-2)."""
    if sample == "retraction":
        content = _retraction(head, language)
        return build_retraction_letter(content, head, now=SAMPLE_TIME)
    notice = _notice(sample, head, language=language, rung=rung, country=country)
    return build_notice_letter(notice, head, now=SAMPLE_TIME)


def _notice(sample: Sample, head: Letterhead, *, language: str, rung: Rung, country: str) -> NoticeContent:
    first = Reminder(
        number=1,
        first_sent=SAMPLE_TIME - timedelta(days=1),
        first_message_id=_message_id(_FIRST, head),
    )
    return NoticeContent(
        notice=_LETTER,
        message_id=_message_id(_LETTER, head),
        verify_token=_LETTER,
        recipient=_RECIPIENT,
        language=language,
        rung=rung,
        legal_class="csam",
        basis="sha256",
        sightings=tuple(_sighting(number, notice) for number, notice in enumerate(_PLACES, 1)),
        is_proxy=sample == "proxy",
        receiver_law=known_law(country, "csam") if country else None,
        order=_ORDER if sample == "order" else None,
        reminder=first if sample == "reminder" else None,
    )


def _sighting(number: int, notice: str) -> Sighting:
    return Sighting(
        url=read_url(f"https://pictures.test/album/{number}"),
        first_seen=SAMPLE_TIME - timedelta(days=1),
        last_seen=SAMPLE_TIME - timedelta(minutes=5),
        address=ipaddress.ip_address("192.0.2.10"),
        network_number=64500,
        sha256="0" * 64,
        notice=notice,
    )


def _retraction(head: Letterhead, language: str) -> RetractionContent:
    return RetractionContent(
        notice=_LETTER,
        message_id=_message_id(_LETTER, head),
        verify_token=_LETTER,
        recipient=_RECIPIENT,
        language=language,
        retracts=_PLACES[0],
        retracts_message_id=_message_id(_FIRST, head),
        retracts_sent=SAMPLE_TIME - timedelta(days=1),
    )


def _message_id(notice: str, head: Letterhead) -> str:
    return f"<{notice.replace('ltr_', 'msg_')}@{head.sender.host}>"
