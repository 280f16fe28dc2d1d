from __future__ import annotations

from pathlib import Path

import pytest

from tests.hotline.mailbox.making import KEYS, a_bounce, a_sent_notice, an_answer, letter_of
from tests.hotline.people import making
from tutela.hotline.ledger.actors import Actor
from tutela.hotline.mailbox import views
from tutela.hotline.mailbox.actions import record_mail
from tutela.hotline.mailbox.incoming_mail import parse_mail
from tutela.hotline.mailbox.models import Mail
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.roles import ANALYST, AUDITOR, TAKEDOWN_OFFICER
from tutela.hotline.takedown.models import Notice
from tutela.kernel.clock import FixedClock, SystemClock
from tutela.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Notice:
    """A notice with an answer and a bounce, in a house that is founded now: pages ask the machine's clock."""
    rehearse(tmp_path)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))
    clock = FixedClock(SystemClock().now())
    made = a_sent_notice(clock)
    for data in (
        an_answer("It has been removed: <b>bold</b>", to=letter_of(made).message_id),
        a_bounce(letter_of(made).message_id),
    ):
        record_mail(parse_mail(data), KEYS, clock=clock)
    return made


def test_the_page_says_what_mails_claim_and_nothing_of_what_they_say(notice: Notice) -> None:
    client = making.signed_in(making.person(TAKEDOWN_OFFICER))
    page = client.get(f"/notices/{notice.public_id}/answers/").content.decode()
    assert "says that it is removed" in page
    assert "the address is dead" in page
    assert "bold" not in page


def test_an_officer_has_one_opened_and_sees_plain_text(
    notice: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = making.person(TAKEDOWN_OFFICER)
    mail, asked = Mail.objects.get(claims="removed"), list[tuple[Mail, Actor]]()

    def open_words(mail: Mail, _notice: Notice, who: Actor) -> str:
        asked.append((mail, who))
        return "It has been removed: <b>bold</b>"

    monkeypatch.setattr(views, "open_words", open_words)
    answer = making.signed_in(person).post(f"/notices/{notice.public_id}/answers/", {"mail": mail.public_id})
    assert "&lt;b&gt;bold&lt;/b&gt;" in answer.content.decode()
    assert [(one, who.name) for one, who in asked] == [(mail, person.public_id)]


def test_what_cannot_be_opened_is_said(notice: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    def open_words(*_arguments: object) -> str:
        raise Unavailable("the opener does not answer")

    monkeypatch.setattr(views, "open_words", open_words)
    client, address = (
        making.signed_in(making.person(TAKEDOWN_OFFICER)),
        f"/notices/{notice.public_id}/answers/",
    )
    mail = Mail.objects.get(claims="removed")
    assert "the opener does not answer" in client.post(address, {"mail": mail.public_id}).content.decode()
    assert "There is no such mail" in client.post(address, {"mail": "eml_other"}).content.decode()


def test_an_auditor_reads_no_words_and_an_analyst_not_even_the_page(notice: Notice) -> None:
    address = f"/notices/{notice.public_id}/answers/"
    auditor = making.signed_in(making.person(AUDITOR))
    assert "Show what it says" not in auditor.get(address).content.decode()
    assert auditor.post(address, {"mail": "x"}).status_code == 403
    assert making.signed_in(making.person(ANALYST)).get(address).status_code == 403


def test_the_page_of_the_notice_leads_there(notice: Notice) -> None:
    client = making.signed_in(making.person(TAKEDOWN_OFFICER))
    page = client.get(f"/notices/{notice.public_id}/").content.decode()
    assert f'href="/notices/{notice.public_id}/answers/"' in page
