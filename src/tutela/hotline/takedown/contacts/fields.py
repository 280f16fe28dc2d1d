"""What a person copies into a host's form, or says to whoever was told by hand: in their language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from tutela.hotline.takedown.contacts.models import FormNotice
from tutela.hotline.takedown.contacts.taken_back import ordered_before, told_before
from tutela.hotline.takedown.rendering import CLASS_UNSAID, KNOWN
from tutela.kernel.egress.urls import read_url
from tutela.share.notices.contents import Letterhead, NoticeContent, RetractionContent, Sighting
from tutela.share.notices.forms import FormFields, build_form_fields, build_retraction_fields
from tutela.share.notices.ladder import Rung
from tutela.share.notices.languages import languages_for
from tutela.share.notices.laws import known_law


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What was told by hand, or handed on: our number of it, when, and the number that they gave it."""

    number: str
    at: datetime
    reference: str


def take_back_fields(back: FormNotice, told: Told, head: Letterhead) -> FormFields:
    """The fields that take this back, in the words of the letters. They name no address."""
    asked_for = tuple(filter(None, back.contact.languages.split(",")))
    content = RetractionContent(
        notice=back.public_id,
        message_id=f"<{back.public_id}@{head.sender.host}>",
        verify_token=back.public_id,
        recipient=head.sender,  # nobody gets a letter
        language=languages_for(back.contact.country, asked_for)[0],
        retracts=told.number,
        retracts_message_id="",
        retracts_sent=told.at,
    )
    return build_retraction_fields(content, head)


def what_was_told(back: FormNotice) -> list[Told]:
    """What the row takes back, the oldest first."""
    forms = [
        Told(number=one.public_id, at=one.moved_at, reference=one.reference) for one in told_before(back)
    ]
    orders = [
        Told(number=one.public_id, at=one.claimed_at or one.moved_at, reference=one.order_base)
        for one in ordered_before(back)
    ]
    return [*forms, *orders]


def fields_of(form: FormNotice, untrusted_url: str, head: Letterhead, country: str) -> FormFields:
    """The fields of this form about the place at ``untrusted_url``. Raises Invalid for a wrong address.

    ``country`` is that of this house, or empty. The fields name the form by its id, which the public's page
    of numbers knows once it was filled in.
    """
    contact, seen = form.contact, form.sighting
    legal_class = form.legal_class or CLASS_UNSAID
    asked_for = tuple(filter(None, contact.languages.split(",")))
    place = Sighting(
        url=read_url(untrusted_url),
        first_seen=seen.seen_at,
        last_seen=max(seen.seen_at, form.queued_at),
        network_number=seen.network_number,
        country=seen.country,
        sha256=seen.sha256,
        notice=form.public_id,
    )
    content = NoticeContent(
        notice=form.public_id,
        message_id=f"<{form.public_id}@{head.sender.host}>",
        verify_token=form.public_id,
        recipient=head.sender,  # nobody gets a letter
        language=languages_for(contact.country, asked_for)[0],
        rung=cast(Rung, contact.rung),
        legal_class=legal_class,
        basis="sha256" if form.consequence == KNOWN else "person",
        sightings=(place,),
        sender_law=known_law(country, legal_class) if country else None,
        receiver_law=known_law(contact.country, legal_class) if contact.country else None,
    )
    return build_form_fields(content, head)
