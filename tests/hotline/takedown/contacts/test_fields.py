"""What a person copies into a form: in the host's language, with the address in its own field alone."""

from __future__ import annotations

import pytest

from tests.hotline.cases.rig import PLACE
from tests.hotline.takedown.actions.test_filling import form_only
from tests.hotline.takedown.contacts.registered import registered
from tutela.hotline.takedown.contacts.fields import fields_of
from tutela.hotline.takedown.contacts.models import FormNotice
from tutela.hotline.takedown.letterhead import letterhead

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
