"""A host that takes forms only: the form waits, a person fills it in, the place is watched as any other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.hotline.cases.rig import PLACE, state_of
from tests.hotline.takedown.contacts.registered import Registered, registered
from tests.hotline.takedown.making import OFFICER, WORKER, acts
from tests.share.notices.registry_answers import NETWORK_URL, entity, network
from tutela.hotline.cases.actions import move_item
from tutela.hotline.cases.models import Item
from tutela.hotline.takedown.actions.filling import queue_form, record_form_filled
from tutela.hotline.takedown.contacts.models import Contact, FormNotice
from tutela.hotline.takedown.contacts.queries import forms, searches
from tutela.hotline.takedown.models import Notice
from tutela.hotline.takedown.queries import is_to_tell, sent_on
from tutela.kernel.egress.replaying import Recorded
from tutela.kernel.errors import Conflict, Refused
from tutela.kernel.ids import new_id

pytestmark = pytest.mark.django_db
FORM = "https://hoster.test/report"


def form_only(made: Registered) -> Item:
    """An item at a host whose registry names a form and no mailbox."""
    desk: dict[str, Any] = {**entity("abuse"), "vcardArray": ["vcard", [["contact-uri", {}, "uri", FORM]]]}
    made.registries.table[NETWORK_URL] = network(desk)
    return made.found()


def test_a_form_waits_and_a_person_fills_it_in() -> None:
    with registered() as made:
        item = form_only(made)
        (form,) = forms()
        assert (form.contact.address, form.consequence, form.legal_class) == (FORM, "notice_known", "csam")
        assert searches()["by_hand"] == 1 and sent_on(form.public_id) is None
        with pytest.raises(Refused):
            record_form_filled(form.public_id, "", actor=WORKER, clock=made.clock)
        done = record_form_filled(form.public_id, " 12\u202e34 ", actor=OFFICER, clock=made.clock)
        assert (done.state, done.reference, done.done_by) == ("done", "12 34", OFFICER.name)
        assert sent_on(form.public_id) == made.clock.now()
        assert searches()["told"] == 1 and forms() == []
        with pytest.raises(Conflict):
            record_form_filled(form.public_id, "", actor=OFFICER, clock=made.clock)
        assert not is_to_tell(form.sighting)
        made.later(40)
        made.work()
        assert state_of(item) == "watched"
        made.show({PLACE: Recorded(status=404)})
        for _ in range(2):
            made.later(24 * 60 + 1)
            made.work()
        assert state_of(item) == "removed"
    assert acts(form.public_id) == ["form_queued", "form_filled"]
    assert not Notice.objects.exists()


def test_the_same_form_waits_once() -> None:
    with registered() as made:
        item = form_only(made)
        form, contact = FormNotice.objects.get(), Contact.objects.get()
        item.refresh_from_db()
        form.sighting.item = item
        assert queue_form(form.sighting, contact, actor=WORKER, clock=made.clock) == form


def test_a_form_about_what_was_closed_is_not_filled_in_any_more() -> None:
    with registered() as made:
        item = form_only(made)
        item.refresh_from_db()
        move_item(item, "closed", actor=WORKER, reason="handed_over", clock=made.clock)
        made.again()
    form = FormNotice.objects.get()
    assert form.state == "withdrawn" and acts(form.public_id)[-1] == "form_withdrawn"


@pytest.mark.parametrize("form", ["x", new_id("frm_")], ids=["none", "unknown"])
def test_a_form_that_is_not_there_is_refused(form: str) -> None:
    with registered() as made, pytest.raises(Refused):
        record_form_filled(form, "", actor=OFFICER, clock=made.clock)
