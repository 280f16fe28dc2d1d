"""Builders of what a letter says. Every place is under ``.test``; nothing but words of our own is in it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from tutela.kernel.egress.letters import Letter
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.egress.urls import read_url
from tutela.share.notices.contents import (
    Law,
    Letterhead,
    NoticeContent,
    Order,
    Reminder,
    RetractionContent,
    Sighting,
)
from tutela.share.notices.ladder import RUNGS
from tutela.share.notices.laws import known_law
from tutela.share.notices.texts import Texts

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
NOTICE = "ntc_" + "7m3w" * 8
EARLIER = "ntc_" + "2k9x" * 8
LETTER = "ltr_" + "6d2p" * 8
PLACE = "ntc_" + "3h6n" * 8
TOKEN = "vfy_" + "5h8q" * 8
MESSAGE_ID = "<msg_" + "4t6y" * 8 + "@hotline.test>"
EARLIER_MESSAGE_ID = "<msg_" + "8b2c" * 8 + "@hotline.test>"


def head(**words: Any) -> Letterhead:
    made = Letterhead(
        sender=parse_mail_address("notices@hotline.test"),
        name="Meldpunt Voorbeeld",
        public_url="https://hotline.test",
        appeal="https://hotline.test/appeal/",
    )
    return replace(made, **words)


def sighting(url: str = "https://pictures.test/album/1", **words: Any) -> Sighting:
    made = Sighting(
        url=read_url(url),
        first_seen=NOW - timedelta(days=1),
        last_seen=NOW - timedelta(minutes=5),
        address=ipaddress.ip_address("192.0.2.10"),
        network_number=64500,
        country="NL",
        sha256="5a" * 32,
        notice=PLACE,
    )
    return replace(made, **words)


def content(**words: Any) -> NoticeContent:
    made = NoticeContent(
        notice=NOTICE,
        message_id=MESSAGE_ID,
        verify_token=TOKEN,
        recipient=parse_mail_address("abuse@host.test"),
        language="en",
        rung="hoster",
        legal_class="csam",
        basis="sha256",
        sightings=(sighting(), sighting("https://pictures.test/album/2")),
        sender_law=known_law("NL", "csam"),
        receiver_law=known_law("DE", "csam"),
    )
    return replace(made, **words)


def retraction(**words: Any) -> RetractionContent:
    made = RetractionContent(
        notice=NOTICE,
        message_id=MESSAGE_ID,
        verify_token=TOKEN,
        recipient=parse_mail_address("abuse@host.test"),
        language="en",
        retracts=EARLIER,
        retracts_message_id=EARLIER_MESSAGE_ID,
        retracts_sent=NOW - timedelta(days=1),
    )
    return replace(made, **words)


def order() -> Order:
    return Order(
        authority="Autoriteit Voorbeeld", legal_base="Wet Voorbeeld, 3", deadline=NOW + timedelta(days=1)
    )


def reminder(number: int = 1) -> Reminder:
    return Reminder(number=number, first_sent=NOW - timedelta(days=2), first_message_id=EARLIER_MESSAGE_ID)


def every_kind(language: str) -> Iterator[NoticeContent]:
    """Notices in which every sentence of a notice occurs at least once."""
    for rung in RUNGS:
        yield content(language=language, rung=rung)
    yield content(language=language, is_proxy=True, reminder=reminder())
    yield content(language=language, order=order())
    yield content(language=language, order=order(), reminder=reminder(2))
    for legal_class in ("generated_csam", "exploitative", "adult_ncii"):
        yield content(language=language, legal_class=legal_class, basis="person")
    yield content(language=language, names_notifier=False)
    for keeping in ("police", "delete", "us"):
        law = Law(country="NL", citation="Artikel 252", keeping=keeping)
        yield content(language=language, receiver_law=law, sender_law=law)


def message(letter: Letter) -> EmailMessage:
    """The letter as a recipient's program reads it."""
    read = message_from_bytes(letter.content, policy=default)
    assert isinstance(read, EmailMessage)
    return read


def text(letter: Letter) -> str:
    body = message(letter).get_body(("plain",))
    assert body is not None
    said: str = body.get_content()
    return said


def attachments(letter: Letter) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for part in message(letter).iter_attachments():
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        found[str(part.get_filename())] = data
    return found


class Listening(Texts):
    """Texts that remember what was said."""

    def __init__(self, texts: Texts, said: set[str]) -> None:
        super().__init__(texts.language, texts.sentences)
        self.said = said

    def say(self, name: str, **words: object) -> str:
        self.said.add(name)
        return super().say(name, **words)
