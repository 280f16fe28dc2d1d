"""A referral by mail, from the line to the mail server, with everything that may end a sender on the way."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from tests.hotline.partners.certificates import MAILBOX, a_pem, ending, opened_envelope
from tests.hotline.partners.making import (
    URL,
    KeyOpener,
    a_clock,
    a_partner,
    a_referral,
    a_referrer,
    acts,
    dropped,
)
from tests.hotline.partners.test_envelopes import parts
from tutela.hotline.partners import post as post_room
from tutela.hotline.partners import referrer as room
from tutela.hotline.partners.models import Partner, Referral
from tutela.hotline.partners.post import Post
from tutela.hotline.partners.referrer import Referrer
from tutela.kernel.clock import FixedClock
from tutela.kernel.egress.answers import Answer
from tutela.kernel.egress.letters import Letter
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.egress.smtp import MemoryMailer
from tutela.share.notices.dkim_signing import read_dkim_key

pytestmark = pytest.mark.django_db
HOUSE = parse_mail_address("notices@hotline.test")


class House:
    """A house with one referral by mail in line, and a mail server."""

    def __init__(self, folder: Path, **facts: Any) -> None:
        self.clock: FixedClock = a_clock()
        self.mailer, self.opener, self.folder = MemoryMailer(), KeyOpener(), folder
        known: dict[str, Any] = {"how": "mail", "mailbox": MAILBOX, "certificates": a_pem()}
        self.partner = a_partner(self.clock, **known | facts)
        self.name = a_referral(self.clock, partner=self.partner).public_id

    def referrer(self, **post: Any) -> Referrer:
        known: dict[str, Any] = {"mailer": self.mailer, "sender": HOUSE}
        made = Post(**known | post)
        return a_referrer(self.folder, self.clock, self.opener, made)

    def kept(self) -> tuple[str, str]:
        row = Referral.objects.get()
        return row.state, row.trouble


def content(letter: Letter) -> bytes:
    """What the office reads in the letter."""
    payload = message_from_bytes(letter.content, policy=SMTP).get_payload(decode=True)
    return opened_envelope(bytes(payload))


def test_a_referral_is_mailed_sealed_and_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert house.referrer().step() and not house.referrer().step()
    (letter,) = house.mailer.accepted
    data = json.loads(parts(content(letter))["referral.json"])
    assert data["items"][0]["sightings"][0]["address"] == URL and b"canary" not in letter.content
    row = Referral.objects.get()
    assert row.state == "handed" and row.message_id == letter.message_id == f"<{house.name}@hotline.test>"
    assert acts(house.name) == ["referral_queued", "referral_sealed", "referral_claimed", "referral_handed"]
    assert dropped(tmp_path) == []


def test_a_server_that_is_down_is_tried_again_with_the_same_bytes(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.mailer.up = False
    house.referrer().step()
    assert house.kept() == ("queued", "mail_server")
    first = bytes(Referral.objects.get().document_sealed)
    house.mailer.up = True
    assert not house.referrer().step(), "not before its time"
    house.clock.advance(60)
    house.referrer().step()
    (letter,) = house.mailer.accepted
    payload = message_from_bytes(letter.content, policy=SMTP).get_payload(decode=True)
    assert payload == first and house.kept() == ("handed", "")


def test_a_server_that_says_no_for_good_waits_for_a_person(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.mailer.script = lambda _: Answer(result="permanent", stage="recipient", code=550)
    house.referrer().step()
    assert house.kept() == ("failed", "mail_refused")


def test_a_crash_between_the_server_and_the_record_leaves_doubt_and_no_second_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault that matters: the server has it, and nobody wrote that down."""
    house = House(tmp_path)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(room, "record_mailed", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        house.referrer().step()
    assert len(house.mailer.accepted) == 1 and house.kept() == ("sending", "")
    for _ in range(50):
        house.clock.advance(600)
        house.referrer().step()
    assert len(house.mailer.accepted) == 1 and house.kept() == ("in_doubt", "")


@pytest.mark.parametrize("step", ["render_envelope", "record_sealed", "claim_mailing"])
def test_a_crash_before_the_claim_loses_nothing_and_doubles_nothing(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(room, step, lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        house.referrer().step()
    house.referrer().step()
    assert len(house.mailer.accepted) == 1 and house.kept() == ("handed", "")


def test_a_fault_in_the_middle_of_sending_is_no_reason_to_send_again(tmp_path: Path) -> None:
    house = House(tmp_path)

    def breaks(letter: Letter) -> Answer:
        raise RuntimeError("a fault of ours")

    house.mailer.script = breaks
    house.referrer().step()
    for _ in range(5):
        house.clock.advance(1_000)
        house.referrer().step()
    assert len(house.mailer.tried) == 1 and house.kept() == ("in_doubt", "")


def test_an_answer_is_kept_while_the_database_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path)
    referrer = house.referrer()
    with monkeypatch.context() as patch, pytest.raises(OperationalError):
        patch.setattr(room, "record_mailed", lambda *_, **__: (_ for _ in ()).throw(OperationalError("away")))
        referrer.step()
    assert house.kept() == ("sending", "")
    house.clock.advance(10_000)
    referrer.step()
    assert house.kept() == ("handed", "") and len(house.mailer.accepted) == 1


def test_a_certificate_that_expired_since_is_refused_before_anything_is_opened(tmp_path: Path) -> None:
    house = House(tmp_path, certificates=ending(1, a_clock().now()))
    house.clock.advance(86_401)
    house.referrer().step()
    assert house.kept() == ("failed", "certificate") and not house.opener.asked and not house.mailer.tried


def test_while_mail_goes_to_the_test_mailbox_a_real_office_is_told_nothing(tmp_path: Path) -> None:
    house = House(tmp_path, test=False)
    mailbox = parse_mail_address("rehearsal@hotline.test")
    house.referrer(test_mailbox=mailbox).step()
    assert house.kept() == ("queued", "test_mail") and not house.mailer.tried and not house.opener.asked
    house.clock.advance(60)
    house.referrer().step()
    assert str(house.mailer.accepted[0].recipient) == MAILBOX


def test_what_is_for_a_test_endpoint_goes_to_the_test_mailbox_and_says_so(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.referrer(test_mailbox=parse_mail_address("rehearsal@hotline.test")).step()
    (letter,) = house.mailer.accepted
    assert str(letter.recipient) == "rehearsal@hotline.test"
    assert message_from_bytes(letter.content, policy=SMTP)["Subject"] == f"TEST {house.name}"
    assert MAILBOX.encode() not in letter.content


def test_letters_are_signed(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    house = House(tmp_path)
    house.referrer(dkim=(read_dkim_key("t2026", pem),)).step()
    assert house.mailer.accepted[0].content.startswith(b"DKIM-Signature:")


def test_what_is_too_large_for_mail_says_so_and_may_be_referred_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "ENVELOPE_BYTES_MAX", 10)
    house = House(tmp_path)
    house.referrer().step()
    assert house.kept() == ("failed", "too_large") and not Referral.objects.get().document_sha256
    from tests.hotline.partners.making import OFFICER
    from tutela.hotline.partners.actions import queue_referral

    item = Referral.objects.get().items.get()
    queue_referral([item], house.partner, grounds="on_list", actor=OFFICER, clock=house.clock)


def test_a_letter_that_cannot_be_built_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tutela.kernel.errors import Invalid

    monkeypatch.setattr(
        post_room, "build_referral_letter", lambda *_, **__: (_ for _ in ()).throw(Invalid("x", field="y"))
    )
    house = House(tmp_path)
    house.referrer().step()
    assert house.kept() == ("failed", "too_large") and not house.mailer.tried


def test_each_way_has_its_own_referrer(tmp_path: Path) -> None:
    """A mail server that hangs keeps no folder waiting."""
    house = House(tmp_path)
    folder = a_referral(house.clock).public_id
    made = house.referrer()
    made._hows = ("drop_folder",)
    assert made.step() and not made.step()
    assert Referral.objects.get(public_id=folder).state == "handed" and not house.mailer.tried
    made._hows = ("mail",)
    assert made.step() and len(house.mailer.accepted) == 1


def test_partners_without_mail_have_no_certificates() -> None:
    assert a_partner(a_clock()).keys.keys() == {"v", "age"} and Partner.objects.get().mailbox == ""
