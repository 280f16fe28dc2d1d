from __future__ import annotations

import pytest

from tests.commands.notices_calls import Officer
from tutela.hotline.takedown.actions.queueing import is_confirmed
from tutela.hotline.takedown.models import Recipient

pytestmark = pytest.mark.django_db


def test_the_operator_names_a_recipient_and_confirms_it(capsys: pytest.CaptureFixture[str]) -> None:
    officer = Officer(capsys)
    assert officer("recipient", "Abuse@HOST.test", "--name", "Host Ltd") == 0
    assert "Abuse@host.test  Host Ltd" in officer.out and is_confirmed(Recipient.objects.get())


def test_an_address_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    officer = Officer(capsys)
    assert officer("recipient", "Host <abuse@host.test>", "--name", "Host Ltd") == 2
    assert "abuse@host.example" in officer.err and not Recipient.objects.exists()
