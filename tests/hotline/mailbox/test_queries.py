from __future__ import annotations

from datetime import timedelta

import pytest

from tests.hotline.mailbox.making import KEYS, a_bounce, a_sent_notice, an_answer, letter_of
from tests.hotline.takedown.making import a_clock, a_notice
from tutela.hotline.mailbox.actions import record_mail
from tutela.hotline.mailbox.incoming_mail import parse_mail
from tutela.hotline.mailbox.queries import (
    dead_letters,
    mail_about,
    mails_about,
    named_by_letter,
    notices_of,
    result_of,
    told_since,
)
from tutela.share.notices.replies import Reply

pytestmark = pytest.mark.django_db


def test_a_mail_is_about_the_notices_of_the_letter_that_it_names() -> None:
    clock = a_clock()
    notice = a_sent_notice(clock)
    letter = letter_of(notice)
    by_letter = Reply(message_ids=("<other@host.test>", letter.message_id), notices=("ntc_" + "a" * 32,))
    assert notices_of(by_letter) == named_by_letter(by_letter, [notice]) == [notice]
    by_page = Reply(verify_tokens=(letter.public_id,))
    assert (notices_of(by_page), named_by_letter(by_page, [notice])) == ([notice], [])
    assert notices_of(Reply(notices=(notice.public_id,))) == [notice]
    assert notices_of(Reply()) == []


def test_of_a_notice_that_never_left_nobody_can_know() -> None:
    assert notices_of(Reply(notices=(a_notice(a_clock()).public_id,))) == []


def test_what_came_in_stands_with_its_notice_the_latest_first() -> None:
    clock = a_clock()
    notice = a_sent_notice(clock)
    letter = letter_of(notice).message_id
    for data in (an_answer("It has been removed.", to=letter), a_bounce(letter), an_answer("Buy!")):
        mail = parse_mail(data)
        record_mail(mail, KEYS, clock=clock)
        clock.advance(60)
    first, second = mails_about(notice)
    assert (first.claims, second.claims) == ("automatic,undelivered", "removed")
    assert mail_about(notice, first.public_id) == first
    assert mail_about(a_sent_notice(clock, address="b@host.test"), first.public_id) is None
    assert (result_of(mail.digest), result_of("0" * 64)) == ("unknown", "")
    told = told_since(clock.now() - timedelta(days=1))
    assert (told.answers, told.unknown, told.unreadable) == (2, 1, 0)
    assert told.last_at == clock.now() - timedelta(seconds=60)
    assert told_since(clock.now()).answers == 0


def test_a_letter_to_a_mailbox_that_is_not_there_is_spoken_of_for_a_while() -> None:
    clock = a_clock()
    notice = a_sent_notice(clock)
    assert dead_letters(clock.now()) == 0
    record_mail(parse_mail(a_bounce(letter_of(notice).message_id)), KEYS, clock=clock)
    assert dead_letters(clock.now()) == 1
    assert dead_letters(clock.now() + timedelta(days=31)) == 0
