from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests.hotline.partners.actions.test_mailing import answer, claimed
from tests.hotline.partners.certificates import MAILBOX, a_pem
from tests.hotline.partners.making import (
    OFFICER,
    PUBLIC_KEY,
    URL,
    a_partner,
    a_referral,
    a_referrer,
    acts,
    an_item,
    new_partner,
)
from tests.hotline.people import making
from tests.hotline.people.vouching.houses import House
from tutela.hotline.cases.models import Item, Membership, Series
from tutela.hotline.partners.actions import name_partner, record_failed, record_mailed
from tutela.hotline.partners.certificates import read_certificates
from tutela.hotline.partners.models import Partner, Referral
from tutela.hotline.people.configuration import rehearse
from tutela.hotline.people.models import Person
from tutela.hotline.people.roles import ANALYST, AUDITOR, SENIOR_ANALYST, TAKEDOWN_OFFICER
from tutela.kernel.clock import FixedClock, SystemClock

pytestmark = pytest.mark.django_db


def now() -> FixedClock:
    return FixedClock(SystemClock().now())


@pytest.fixture(autouse=True)
def today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages ask the clock of the machine: this house is founded now."""
    rehearse(tmp_path, mandate="police-first")
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path))


@pytest.fixture
def desk() -> Client:
    return making.signed_in(making.person(TAKEDOWN_OFFICER))


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def sent(client: Client, address: str, **typed: object) -> str:
    return client.post(address, typed, follow=True).content.decode()


def test_an_item_is_handed_over_from_its_page(desk: Client) -> None:
    item, partner = an_item(now()), a_partner(now())
    assert f'href="/items/{item.public_id}/refer/"' in page(desk, f"/items/{item.public_id}/")
    shown = sent(
        desk, f"/items/{item.public_id}/refer/", partner=partner.public_id, grounds="child_in_danger"
    )
    made = Referral.objects.get()
    assert "in line" in shown and made.public_id in shown and list(made.items.all()) == [item]
    assert made.queued_by.startswith("usr_") and "Office 7" in page(desk, "/referrals/?state=queued")
    assert f"/referrals/{made.public_id}/" in page(desk, f"/items/{item.public_id}/refer/")


def test_with_everything_that_stood_on_the_same_page(desk: Client) -> None:
    clock = now()
    whole, one, other, partner = an_item(clock), an_item(clock), an_item(clock), a_partner(clock)
    an_item(clock)
    series = Series.objects.create(kind="page", made_at=clock.now(), page=whole)
    Membership.objects.bulk_create(Membership(series=series, item=each) for each in (one, other))
    sent(desk, f"/items/{one.public_id}/refer/", partner=partner.public_id, grounds="on_list", together="on")
    assert set(Referral.objects.get().items.all()) == {whole, one, other}


def test_a_refusal_says_why_and_keeps_what_was_typed(desk: Client) -> None:
    item, partner = an_item(now()), a_partner(now())
    Item.objects.update(source="exercise")
    Partner.objects.update(test=False, confirmed_at=now().now(), confirmed_by="usr_x")
    shown = sent(desk, f"/items/{item.public_id}/refer/", partner=partner.public_id, grounds="assessed")
    assert "an item of an exercise goes to a test endpoint only" in shown
    assert '<option value="assessed" selected>' in shown and not Referral.objects.exists()


def test_without_a_partner_the_page_says_what_to_do(desk: Client) -> None:
    a_partner(now(), test=False, confirmed=False)
    assert "nobody yet whom it may be handed to" in page(desk, f"/items/{an_item(now()).public_id}/refer/")


def test_one_referral_shows_how_it_stands_and_no_address(desk: Client, tmp_path: Path) -> None:
    referral = a_referral(now())
    a_referrer(tmp_path / "drop", now()).step()
    address = f"/referrals/{referral.public_id}/"
    shown = page(desk, address)
    assert Referral.objects.get().document_sha256 in shown and "Nobody has answered yet" in shown
    for each in (shown, page(desk, "/referrals/"), page(desk, "/partners/")):
        assert URL not in each and "canary" not in each
    shown = sent(desk, address, outcome="investigating", reference="AZ 7")
    assert "We are investigating" in shown and "AZ 7" in shown
    assert acts(referral.public_id)[-1] == "referral_answered"


def test_what_failed_says_what_helps_and_is_tried_again(desk: Client) -> None:
    referral = a_referral(now())
    record_failed(referral.public_id, "keys")
    assert "name the partner anew" in page(desk, f"/referrals/{referral.public_id}/")
    assert "waiting for somebody: 1" in page(desk, "/referrals/")
    assert "in line again" in sent(desk, f"/referrals/{referral.public_id}/", again="1")
    assert Referral.objects.get().state == "queued"
    assert (
        "before" not in sent(desk, f"/referrals/{referral.public_id}/", outcome="arrested").split("<h1>")[0]
    )


def test_a_partner_is_named_by_one_and_confirmed_by_another(
    desk: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = {"name": "Office 9", "kind": "police", "country": "NL", "language": "nl", "keys": PUBLIC_KEY}
    assert "The partner is named" in sent(desk, "/partners/", **typed)
    partner = Partner.objects.get()
    assert not partner.test and "Confirm it" not in page(desk, "/partners/")
    assert "second person" in sent(desk, "/partners/", partner=partner.public_id)
    other = making.signed_in(making.person(SENIOR_ANALYST, name="Another"))
    assert "Confirm it" in page(other, "/partners/")
    assert "vouched for" in sent(other, "/partners/", partner=partner.public_id)
    monkeypatch.setenv("TUTELA_HOME", str(tmp_path / "known"))
    House(tmp_path / "known").names(*Person.objects.all())
    assert "may be handed to it now" in sent(other, "/partners/", partner=partner.public_id)
    assert Partner.objects.get().confirmed_at is not None


def test_a_key_that_is_none_is_said_beside_what_was_typed(desk: Client) -> None:
    typed = {"name": "Office 9", "kind": "police", "country": "NL", "language": "nl", "keys": "age1x"}
    shown = sent(desk, "/partners/", **typed)
    assert "begins with age1" in shown and 'value="Office 9"' in shown and not Partner.objects.exists()


@pytest.mark.parametrize(
    ("role", "read", "write"), [(AUDITOR, 200, 403), (ANALYST, 403, 403), (TAKEDOWN_OFFICER, 200, 302)]
)
def test_who_may(role: str, read: int, write: int) -> None:
    client, item = making.signed_in(making.person(role)), an_item(now())
    partner = name_partner(new_partner(), actor=OFFICER)
    assert client.get("/referrals/").status_code == client.get("/partners/").status_code == read
    typed = {"partner": partner.public_id, "grounds": "on_list"}
    assert client.post(f"/items/{item.public_id}/refer/", typed).status_code == write


def test_naming_a_partner_asks_who_one_is_once_more() -> None:
    client = making.signed_in(making.person(TAKEDOWN_OFFICER), stepped_up=False)
    answer = client.post("/partners/", {"name": "Office 9"})
    assert answer.status_code == 302 and "/account/again/" in answer.headers["Location"]


def test_a_wrong_choice_of_the_list_shows_all(desk: Client) -> None:
    a_referral(now())
    assert "Office 7" in page(desk, "/referrals/?state=nothing&start=x")
    assert "No such referral" in page(desk, "/referrals/?start=7")


def test_a_partner_that_gets_mail_is_named_with_its_certificate(desk: Client) -> None:
    typed = {"name": "Office 9", "kind": "police", "country": "NL", "language": "nl", "how": "mail"}
    wrong = sent(desk, "/partners/", **typed, mailbox="other@police.test", certificates=a_pem(), test="on")
    assert "another mailbox" in wrong and not Partner.objects.exists()
    assert "is named" in sent(desk, "/partners/", **typed, mailbox=MAILBOX, certificates=a_pem(), test="on")
    (read,) = read_certificates(a_pem())
    shown = page(desk, "/partners/")
    assert read.sha256 in shown and MAILBOX in shown and "2099-01-01" in shown and "BEGIN CERT" not in shown
    partner = Partner.objects.get()
    assert (partner.how, partner.mailbox, partner.keys) == ("mail", MAILBOX, {"v": 1, "smime": [a_pem()]})


@pytest.mark.parametrize(
    ("button", "state", "said"),
    [("arrived", "handed", "that it arrived"), ("again", "queued", "in line again")],
)
def test_a_doubt_is_settled_by_a_person(button: str, state: str, said: str, desk: Client) -> None:
    clock = now()
    attempt = claimed(clock)
    address = f"/referrals/{attempt.referral}/"
    assert 'name="arrived"' not in page(desk, address)
    record_mailed(attempt, answer("unknown"), clock=clock)
    shown = page(desk, address)
    assert "Ask the partner" in shown and "&lt;a@hotline.test&gt;" in shown and 'name="arrived"' in shown
    assert "Nobody knows whether they arrived: 1" in page(desk, "/referrals/")
    assert said in sent(desk, address, **{button: "1"})
    assert Referral.objects.get().state == state
