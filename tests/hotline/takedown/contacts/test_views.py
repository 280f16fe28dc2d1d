"""The page about contacts: what waits stands first, a takedown officer decides, nothing names a place."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests.hotline.cases.rig import PLACE
from tests.hotline.people import making
from tests.hotline.takedown.abroad import nobody_left
from tests.hotline.takedown.actions.test_filling import form_only
from tests.hotline.takedown.contacts.registered import DESK, registered, the_contact
from tests.hotline.takedown.making import acts
from tests.share.notices.registry_answers import ADDRESS
from tutela.hotline.people.roles import ANALYST, AUDITOR, SENIOR_ANALYST, TAKEDOWN_OFFICER
from tutela.hotline.takedown.contacts import views
from tutela.hotline.takedown.contacts.models import Contact, FormNotice
from tutela.kernel.opener.orders import OpenOrder

pytestmark = pytest.mark.django_db


def page(client: Client, address: str = "/contacts/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def desk() -> Client:
    return making.signed_in(making.person(TAKEDOWN_OFFICER))


def proposed() -> Contact:
    with registered() as made:
        made.found()
    return the_contact()


def test_an_empty_book_says_so(desk: Client) -> None:
    assert "No such contact." in page(desk)


def test_a_proposal_says_where_it_is_from_and_names_no_place(desk: Client) -> None:
    proposed()
    shown = page(desk)
    assert DESK in shown and "registry, of the network" in shown and "1 wait for a yes here" in shown
    for hidden in (PLACE, "host.test", ADDRESS, "198.51.100"):
        assert hidden not in shown
    assert "1 places wait" in page(desk, "/notices/")


@pytest.mark.parametrize(("what", "state"), [("approve", "approved"), ("refuse", "refused")])
def test_a_takedown_officer_decides_and_is_written_down(desk: Client, what: str, state: str) -> None:
    contact = proposed()
    answer = desk.post("/contacts/", {"contact": contact.public_id, "what": what})
    assert answer.status_code == 302
    contact.refresh_from_db()
    assert contact.state == state and contact.decided_by.startswith("usr_")
    assert desk.post("/contacts/", {"contact": contact.public_id, "what": what}).status_code == 302
    assert acts(contact.public_id) == ["contact_proposed", f"contact_{state}"]


@pytest.mark.parametrize("role", [SENIOR_ANALYST, AUDITOR])
def test_others_see_it_and_decide_nothing(role: str) -> None:
    contact = proposed()
    client = making.signed_in(making.person(role))
    assert "Approve" not in page(client)
    assert client.post("/contacts/", {"contact": contact.public_id, "what": "approve"}).status_code == 403
    contact.refresh_from_db()
    assert contact.state == "proposed"


def test_who_has_nothing_to_do_with_notices_sees_nothing() -> None:
    assert making.signed_in(making.person(ANALYST)).get("/contacts/").status_code == 403


def test_only_some_are_shown(desk: Client) -> None:
    proposed()
    assert DESK in page(desk, "/contacts/?state=proposed")
    assert DESK not in page(desk, "/contacts/?state=approved")


class OpensAnything:
    """An opener that knows what the rig's place is."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def text(self, order: OpenOrder) -> str:
        assert order.purpose == "notice" and order.kind == "person"
        return PLACE


def waiting_form() -> FormNotice:
    with registered() as made:
        form_only(made)
    return FormNotice.objects.get()


def test_a_form_is_listed_without_its_place_and_shown_when_asked(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "OpenerProcess", OpensAnything)
    form = waiting_form()
    assert form.public_id[:12] in page(desk, "/by-hand/")
    address = f"/by-hand/{form.public_id}/"
    assert PLACE not in page(desk, address) + page(desk, "/by-hand/")
    shown = desk.post(address, {"do": "show"}).content.decode()
    assert PLACE in shown and form.contact.address in shown
    assert desk.post(address, {"do": "filled", "reference": "AB-12"}).status_code == 302
    form.refresh_from_db()
    assert (form.state, form.reference) == ("done", "AB-12")
    assert "AB-12" in page(desk, address) and "No form waits." in page(desk, "/by-hand/")
    assert PLACE not in desk.post(address, {"do": "show"}).content.decode()


def test_without_an_opener_the_page_says_so_and_shows_nothing(desk: Client) -> None:
    form = waiting_form()
    answer = desk.post(f"/by-hand/{form.public_id}/", {"do": "show"})
    assert answer.status_code == 200 and "Show what to copy" in answer.content.decode()


def test_an_auditor_sees_that_a_form_waits_and_no_address() -> None:
    form = waiting_form()
    client = making.signed_in(making.person(AUDITOR))
    assert "Show what to copy" not in page(client, f"/by-hand/{form.public_id}/")
    assert client.post(f"/by-hand/{form.public_id}/", {"do": "show"}).status_code == 403


def handed() -> tuple[FormNotice, FormNotice]:
    """A hand-over to a hotline and one to a search engine."""
    with nobody_left() as made:
        made.found()
    hotline, engine = FormNotice.objects.order_by("pk")
    return hotline, engine


def test_a_hand_over_says_who_how_sure_and_how_and_is_written_down(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "OpenerProcess", OpensAnything)
    hotline, _ = handed()
    listed = page(desk, "/by-hand/")
    assert "Offlimits Meldpunt: 1 place" in listed and "hotline of the country" in listed
    assert "No form waits." in listed and PLACE not in listed
    address = f"/by-hand/{hotline.public_id}/"
    shown = page(desk, address)
    for said in ("This house rehearses", "the number 43", "read on its own page", hotline.contact.address):
        assert said in shown
    copied = desk.post(address, {"do": "show"}).content.decode()
    assert PLACE in copied and "in uw land" in copied
    assert desk.post(address, {"do": "filled", "reference": "N-9"}).status_code == 302
    assert "N-9" in page(desk, address) and "Offlimits" not in page(desk, "/by-hand/")


def test_a_hand_over_that_nobody_needs_is_written_down_and_a_hosts_form_is_not(desk: Client) -> None:
    _, engine = handed()
    address = f"/by-hand/{engine.public_id}/"
    assert "by nobody" not in page(desk, address) and "2026-11-22" in page(desk, address)
    assert desk.post(address, {"do": "not_needed"}).status_code == 302
    shown = page(desk, address)
    assert "Somebody wrote down that it is not needed." in shown and "Write down" not in shown
    assert "no longer" in desk.post(address, {"do": "not_needed"}).content.decode()
    engine.refresh_from_db()
    assert engine.state == "not_needed" and engine.done_by.startswith("usr_")


def test_a_hosts_form_offers_no_way_out(desk: Client) -> None:
    form = waiting_form()
    address = f"/by-hand/{form.public_id}/"
    assert "Not needed" not in page(desk, address)
    assert "a host is told" in desk.post(address, {"do": "not_needed"}).content.decode()
