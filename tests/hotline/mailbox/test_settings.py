from __future__ import annotations

import pytest
from pydantic import ValidationError

from tutela.hotline.mailbox.settings import ReplySettings, ReportMailSettings


def test_no_mailbox_is_read_until_one_is_named() -> None:
    assert (ReplySettings().server, ReplySettings().afterwards) == ("", "keep")
    assert (ReportMailSettings().server, ReportMailSettings().afterwards) == ("", "keep")


@pytest.mark.parametrize(
    "wrong",
    [{"folder": 'INBOX"'}, {"folder": "A\r\nB"}, {"user": "two words"}, {"poll_seconds": 0}, {"other": 1}],
    ids=["quote", "line", "blank", "never", "unknown"],
)
def test_what_would_break_a_command_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ReplySettings.model_validate(wrong)


def test_the_name_of_a_server_is_one_word() -> None:
    with pytest.raises(ValidationError):
        ReportMailSettings(authserv_id="mx.test; dkim=pass")
