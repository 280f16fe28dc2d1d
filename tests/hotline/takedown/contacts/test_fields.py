"""What a person copies into a form: in the host's language, with the address in its own field alone."""

from __future__ import annotations

import pytest

from tests.hotline.cases.rig import PLACE
from tests.hotline.takedown.actions.test_filling import form_only
from tests.hotline.takedown.actions.test_taking_back import close, filled
from tests.hotline.takedown.contacts.registered import registered
from tutela.hotline.takedown.contacts.fields import fields_of, take_back_fields, what_was_told
from tutela.hotline.takedown.contacts.models import Contact, FormNotice
from tutela.hotline.takedown.contacts.taken_back import take_backs
from tutela.hotline.takedown.letterhead import letterhead
from tutela.share.notices.texts import LANGUAGES, texts_for

pytestmark = pytest.mark.django_db


def test_the_fields_are_in_the_language_of_the_host_and_name_the_form() -> None:
    with registered() as made:
        form_only(made)
    form = FormNotice.objects.select_related("contact", "sighting").get()
    fields = fields_of(form, PLACE, letterhead(), "DE")
    assert fields.addresses == PLACE and PLACE not in fields.text
    assert form.public_id in fields.reference and form.public_id in fields.text
    assert "verwijder" in fields.text.lower()
    form.contact.country = form.contact.languages = ""
    assert "remove" in fields_of(form, PLACE, letterhead(), "").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_takes_it_back_is_said_in_the_language_of_whoever_was_told(language: str) -> None:
    with registered() as made:
        item, form = filled(made)
        Contact.objects.update(languages=language)
        close(made, item, "withdrawn")
    (back,) = take_backs()
    (told,) = what_was_told(back)
    assert (told.number, told.at, told.reference) == (form.public_id, form.moved_at, "H-1")
    fields = take_back_fields(back, told, letterhead())
    assert form.public_id in fields.title and form.public_id in fields.reference and not fields.addresses
    takes_back = texts_for(language).say(
        "retractions.takes_back",
        house=letterhead().name,
        retracts=form.public_id,
        sent_on=form.moved_at.date().isoformat(),
    )
    assert takes_back.split(".")[0] in " ".join(fields.text.split()) and PLACE not in fields.whole
