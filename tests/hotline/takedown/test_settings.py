from __future__ import annotations

from tutela.config import Config
from tutela.hotline.takedown.settings import NoticeSettings


def test_mail_stays_on_this_machine_until_somebody_says_otherwise() -> None:
    assert Config().notices == NoticeSettings()
    assert (NoticeSettings().server, NoticeSettings().encryption) == ("127.0.0.1", "none")
    assert NoticeSettings().from_address.endswith(".test")


def test_a_password_is_not_shown() -> None:
    assert "hunter" not in repr(NoticeSettings.model_validate({"password": "hunter"}))
