"""The page by which a person takes back by hand: to whom, in their language, and what came of it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.hotline.cases.rig import PLACE
from tests.hotline.people import making
from tests.hotline.takedown.actions.test_taking_back import close, filled
from tests.hotline.takedown.contacts.registered import registered
from tests.hotline.takedown.contacts.test_views import page, waiting_form
from tutela.hotline.people.roles import AUDITOR, TAKEDOWN_OFFICER
from tutela.hotline.takedown.contacts.models import FormNotice
from tutela.hotline.takedown.contacts.taken_back import take_backs
from tutela.kernel.clock import SystemClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return making.signed_in(making.person(TAKEDOWN_OFFICER))


def a_take_back() -> tuple[FormNotice, FormNotice]:
    """What was told, and what takes it back."""
    with registered() as made:
        item, form = filled(made)
        close(made, item, "withdrawn")
    (back,) = take_backs()
    return form, back


def test_it_is_listed_first_and_says_whom_to_tell_what(desk: Client) -> None:
    form, back = a_take_back()
    listed = page(desk, "/by-hand/")
    assert back.public_id[:12] in listed and listed.index("To take back") < listed.index("Forms of hosts")
    assert "has to be taken back by hand" in page(desk, "/notices/")
    shown = page(desk, f"/by-hand/{back.public_id}/")
    for said in (form.public_id, "H-1", form.contact.address, "onjuist", "holds the network"):
        assert said in shown, said
    assert PLACE not in shown and "Show what to copy" not in shown


def test_it_is_written_down_as_done(desk: Client) -> None:
    _, back = a_take_back()
    address = f"/by-hand/{back.public_id}/"
    assert desk.post(address, {"do": "taken_back", "reference": "T-7"}).status_code == 302
    back.refresh_from_db()
    assert (back.state, back.reference) == ("done", "T-7")
    shown = page(desk, address)
    assert "T-7" in shown and "Write down" not in shown and "To take back" not in page(desk, "/by-hand/")
    assert "no longer" in desk.post(address, {"do": "taken_back"}).content.decode()


def test_it_is_not_needed_for_a_reason_that_is_chosen(desk: Client) -> None:
    _, back = a_take_back()
    address = f"/by-hand/{back.public_id}/"
    for why in ("", "whim"):
        assert desk.post(address, {"do": "not_needed", "why": why}).status_code == 200
    assert take_backs() == [back]
    assert desk.post(address, {"do": "not_needed", "why": "known_already"}).status_code == 302
    shown = page(desk, address)
    assert "they know it already" in shown and "known_already" not in shown


def test_an_auditor_sees_that_it_waits_and_writes_nothing_down() -> None:
    _, back = a_take_back()
    client = making.signed_in(making.person(AUDITOR))
    assert "Write down" not in page(client, f"/by-hand/{back.public_id}/")
    assert client.post(f"/by-hand/{back.public_id}/", {"do": "taken_back"}).status_code == 403


def test_a_form_that_was_filled_in_is_taken_back_by_a_choice(desk: Client) -> None:
    form = waiting_form()
    address = f"/by-hand/{form.public_id}/"
    assert "Take it back" not in page(desk, address)
    desk.post(address, {"do": "filled", "reference": ""})
    assert "Take it back" in page(desk, address)
    assert desk.post(address, {"do": "take_back"}).status_code == 302
    assert len(take_backs()) == 1 and "Take it back" not in page(desk, address)
    assert "already" in desk.post(address, {"do": "take_back"}).content.decode()


def test_what_was_sent_before_it_was_withdrawn_can_be_written_down(desk: Client) -> None:
    form = waiting_form()
    FormNotice.objects.update(state="withdrawn", moved_at=SystemClock().now())
    address = f"/by-hand/{form.public_id}/"
    assert "It was filled in all the same" in page(desk, address)
    assert desk.post(address, {"do": "filled", "reference": "L-1"}).status_code == 302
    form.refresh_from_db()
    assert (form.state, form.reference) == ("done", "L-1")
