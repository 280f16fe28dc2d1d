from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hotline.mailbox.reports.making import PARTNER, QUIET, SERVER, a_mail
from tutela.hotline.mailbox.reports.senders import Whose, claimed_by, whose_mail


def whose(head: bytes) -> Whose:
    return whose_mail(head, (QUIET, PARTNER), SERVER)


@pytest.mark.parametrize(
    "sender",
    ["reports@partner.test", "Reports@Partner.TEST", "A Partner <reports@partner.test>",
     '"Doe, A. <x@y.test>" <reports@partner.test>', "=?utf-8?q?=C3=A9?= <reports@partner.test>"],
    ids=["plain", "capitals", "name", "quoted name", "encoded name"],
)  # fmt: skip
def test_a_partner_s_mailbox_with_a_proof_is_the_partner_s_mail(sender: str) -> None:
    head = f"Authentication-Results: {SERVER}; dmarc=pass header.from=partner.test\r\nFrom: {sender}\r\n\r\n"
    assert whose(head.encode()) == Whose(sender=PARTNER, is_proved=True)


def test_a_claim_alone_is_a_claim() -> None:
    assert whose(a_mail(is_proved=False).as_bytes()) == Whose(sender=PARTNER)
    forged = a_mail(is_proved=False, Authentication_Results="evil.test; dkim=pass header.d=partner.test")
    assert whose(forged.as_bytes()) == Whose(sender=PARTNER)
    assert whose(forged.as_bytes()).name == "partner-a"


def test_without_the_name_of_our_server_nothing_is_proved() -> None:
    assert whose_mail(a_mail().as_bytes(), (PARTNER,), "") == Whose(sender=PARTNER)
    nameless = (
        b'Authentication-Results: ""; dkim=pass header.d=partner.test\r\nFrom: reports@partner.test\r\n\r\n'
    )
    assert whose_mail(nameless, (PARTNER,), "") == Whose(sender=PARTNER)


@pytest.mark.parametrize(
    "sender",
    [
        "other@partner.test", "reports@evil.test", "reports@partner.test, x@evil.test",
        "x@evil.test <reports@partner.test>", "reports@partner.test <x@evil.test>",
        "<reports@partner.test> <x@evil.test>", "reports@partner.test (x)", "",
        "reports@partner.test@evil.test",
        '"reports@partner.test" <x@evil.test>', "Group: reports@partner.test;", "reports\u00a0@partner.test",
    ],
)  # fmt: skip
def test_anybody_else_is_a_stranger(sender: str) -> None:
    domains = "; ".join(f"dkim=pass header.d={one}" for one in ("partner.test", "evil.test"))
    head = f"Authentication-Results: {SERVER}; {domains}\r\nFrom: {sender}\r\n\r\n".encode()
    assert whose(head) == Whose(sender=None)


def test_two_senders_are_none_and_so_is_a_head_without_end() -> None:
    proved = f"Authentication-Results: {SERVER}; dkim=pass header.d=partner.test\r\n"
    twice = f"{proved}From: reports@partner.test\r\nFrom: x@evil.test\r\n\r\n"
    assert claimed_by(twice.encode(), SERVER) is None
    assert claimed_by(b"X: y\r\n" * 20_000 + b"From: reports@partner.test\r\n\r\n", SERVER) is None
    assert claimed_by(b"Subject: nobody\r\n\r\n", SERVER) is None


def test_a_mailbox_with_a_proof_of_another_partner_is_not_proved() -> None:
    proof = f"Authentication-Results: {SERVER}; dkim=pass header.d=other.test\r\n"
    assert whose(f"{proof}From: reports@partner.test\r\n\r\n".encode()) == Whose(sender=PARTNER)


def test_long_names_take_no_time() -> None:
    began = time.process_time()
    for name in ('"' * 60_000, "<" * 60_000, '"\\' * 30_000, "a " * 30_000):
        assert claimed_by(f"From: {name}\r\n\r\n".encode(), SERVER) is None
    assert time.process_time() - began < 2


@given(st.binary(max_size=300))
def test_any_head_is_read_and_proves_nothing(data: bytes) -> None:
    assert not whose(data).is_proved
    assert not whose(b"From: reports@partner.test\r\n" + data).is_proved or SERVER.encode() in data
