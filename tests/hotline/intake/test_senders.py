from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.test import RequestFactory

from tutela.hotline.intake.senders import sender_by_token, sender_of
from tutela.hotline.settings import SenderSettings
from tutela.kernel.errors import Refused


@pytest.fixture(autouse=True)
def two(settings: Any) -> None:
    settings.TUTELA_SENDERS = tuple(
        SenderSettings(name=name, token_sha256=hashlib.sha256(name.encode()).hexdigest())
        for name in ("aa", "bb")
    )


def test_a_sender_is_known_by_its_token() -> None:
    assert sender_by_token("bb").name == "bb"
    request = RequestFactory().post("/", headers={"authorization": "bearer  aa"})
    assert sender_of(request).name == "aa"


def test_who_sends_by_mail_alone_is_known_by_no_token(settings: Any) -> None:
    settings.TUTELA_SENDERS = (SenderSettings(name="aa", mailboxes=("a@b.test",)),)
    for token in ("", "aa"):
        with pytest.raises(Refused):
            sender_by_token(token)


@pytest.mark.parametrize("token", ["", "cc", "\x00", "\ud800", "x" * 100_000])
def test_anything_else_is_refused(token: str) -> None:
    with pytest.raises(Refused):
        sender_by_token(token)
