from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hotline.mailbox.making import a_bounce, an_answer
from tutela.hotline.mailbox.incoming_mail import TEXT_CHARACTERS_MAX, digest_of, parse_mail

LETTER = "<msg_one@hotline.test>"


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("The content has been removed.", True),
        ("We are not the hosting provider of this site.", True),
        ("Qapla'", True),
    ],
)
def test_a_claim_and_what_nobody_understands_have_a_machine_look(text: str, asks: bool) -> None:
    assert parse_mail(an_answer(text, to=LETTER)).asks_for_look is asks


@pytest.mark.parametrize(
    "mail",
    [
        an_answer("I am away.", to=LETTER, Auto_Submitted="auto-replied"),
        a_bounce(LETTER),
        b"\xff" * 3_000_000,
    ],
    ids=["program", "bounce", "unreadable"],
)
def test_what_says_nothing_about_the_place_has_nobody_look(mail: bytes) -> None:
    assert not parse_mail(mail).asks_for_look


def test_words_are_plain_and_bounded() -> None:
    mail = parse_mail(an_answer("removed\x1b[31m \u202e" + "x" * 100_000, subject="One"))
    assert mail.untrusted_words.startswith("One\n\nremoved [31m  x")
    assert len(mail.untrusted_words) <= TEXT_CHARACTERS_MAX


def test_a_mail_is_known_again_on_another_way() -> None:
    mail = an_answer("gone", to=LETTER)
    assert digest_of(b"Received: from there\r\n" + mail) == digest_of(mail)
    assert digest_of(mail) != digest_of(an_answer("gone", to=LETTER, number="<a2@host.test>"))
    assert digest_of(mail) != digest_of(an_answer("gone", to="<msg_two@hotline.test>"))


def test_without_a_number_of_its_own_it_is_known_by_all_of_it() -> None:
    assert digest_of(b"Date: today\r\n\r\none") != digest_of(b"Date: today\r\n\r\ntwo")


@given(st.binary(max_size=2_000))
def test_anything_is_a_mail_or_cannot_be_read(untrusted: bytes) -> None:
    mail = parse_mail(untrusted)
    assert len(mail.digest) == 64
    assert "\x00" not in mail.untrusted_words
    mail.untrusted_words.encode()


@given(st.text(max_size=300))
def test_words_survive_as_they_can_be_shown(text: str) -> None:
    mail = parse_mail(b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode("utf-8", "replace"))
    assert all(one in "\n\t" or one.isprintable() for one in mail.untrusted_words)
