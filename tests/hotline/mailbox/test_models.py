from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.hotline.mailbox.making import a_sent_notice
from tests.hotline.takedown.making import START, a_clock
from tutela.hotline.mailbox.models import Mail, MailAbout

pytestmark = pytest.mark.django_db


def test_a_mail_stands_once_and_is_about_a_notice_once() -> None:
    mail = Mail.objects.create(digest="a" * 64, result="answer", read_at=START)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.create(digest="a" * 64, result="answer", read_at=START)
    about = MailAbout.objects.create(mail=mail, notice=a_sent_notice(a_clock()))
    with pytest.raises(IntegrityError), transaction.atomic():
        MailAbout.objects.create(mail=mail, notice=about.notice)
    assert str(mail) == mail.public_id
    assert mail.public_id.startswith("eml_")
    assert str(about) == str(about.pk)
