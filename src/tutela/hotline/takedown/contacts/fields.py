"""What a person copies into a host's form: text and fields, in the language of the host."""

from __future__ import annotations

from typing import cast

from tutela.hotline.takedown.contacts.models import FormNotice
from tutela.hotline.takedown.rendering import CLASS_UNSAID, KNOWN
from tutela.kernel.egress.urls import read_url
from tutela.share.notices.contents import Letterhead, NoticeContent, Sighting
from tutela.share.notices.forms import FormFields, build_form_fields
from tutela.share.notices.ladder import Rung
from tutela.share.notices.languages import languages_for
from tutela.share.notices.laws import known_law


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
