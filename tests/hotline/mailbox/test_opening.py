from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from tests.hotline.mailbox.making import KEYS, a_sent_notice, an_answer, letter_of
from tests.hotline.takedown.making import OFFICER, a_clock
from tests.kernel.channels.answering import answering
from tutela.hotline.mailbox.actions import record_mail
from tutela.hotline.mailbox.incoming_mail import parse_mail
from tutela.hotline.mailbox.models import Mail
from tutela.hotline.mailbox.opening import open_words
from tutela.hotline.takedown.models import Notice
from tutela.kernel.custody.sealed_texts import open_text
from tutela.kernel.errors import Refused, Unavailable
from tutela.kernel.opener.asking import SOCKET
from tutela.kernel.opener.orders import OpenOrder, parse_order

pytestmark = pytest.mark.django_db


def an_answered_notice() -> tuple[Mail, Notice]:
    clock = a_clock()
    notice = a_sent_notice(clock)
    record_mail(parse_mail(an_answer("It is gone.", to=letter_of(notice).message_id)), KEYS, clock=clock)
    return Mail.objects.get(), notice


def test_words_come_from_the_opener_alone(tmp_path: Path, settings: LazySettings) -> None:
    mail, notice = an_answered_notice()
    asked: list[OpenOrder] = []

    def answer(message: dict[str, Any], _descriptors: object) -> dict[str, Any]:
        asked.append(parse_order(message))
        return {"text": open_text(asked[-1].sealed, KEYS)}

    settings.TUTELA_SOCKETS = str(tmp_path)
    with answering(tmp_path / SOCKET, answer):
        assert open_words(mail, notice, OFFICER).endswith("It is gone.")
    (order,) = asked
    assert (order.purpose, order.kind, order.who) == ("answer", "person", OFFICER.name)
    assert order.case == notice.sighting.public_id
    with pytest.raises(Unavailable):
        open_words(mail, notice, OFFICER)


def test_what_is_not_kept_is_not_asked_for() -> None:
    mail, notice = an_answered_notice()
    mail.text_epoch = ""
    with pytest.raises(Refused, match="kept"):
        open_words(mail, notice, OFFICER)
