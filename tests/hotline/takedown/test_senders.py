from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.hotline.takedown.making import HEAD, KeyOpener
from tutela.hotline.takedown.senders import means_of, server_of
from tutela.hotline.takedown.settings import NoticeSettings
from tutela.hotline.takedown.traces import NoTrace, PostfixTrace
from tutela.kernel.errors import Invalid


def test_the_defaults_send_to_this_machine_in_the_clear_and_ask_nobody() -> None:
    means = means_of(NoticeSettings(), HEAD, KeyOpener())
    assert isinstance(means.trace, NoTrace) and means.per_host_per_minute == 120
    assert server_of(NoticeSettings()).host == "127.0.0.1"


def test_postfix_is_asked_where_the_settings_say_so() -> None:
    assert isinstance(means_of(NoticeSettings(trace="postfix"), HEAD, KeyOpener()).trace, PostfixTrace)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"server": "mail.host.example", "encryption": "starttls"}, "notices.from_address"),
        ({"server": "mail.host.example"}, "notices.from_address"),
        ({"user": "somebody"}, "user"),
        ({"certificates": "/there/is/none.pem"}, "notices.certificates"),
        ({"server": "169.254.1.1", "encryption": "starttls"}, "notices.from_address"),
    ],
    ids=range(5),
)
def test_settings_that_do_not_fit_together_are_refused(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        means_of(NoticeSettings(**facts), HEAD, KeyOpener())
    assert refused.value.field == field


@pytest.mark.parametrize("address", ["", "nobody", "a@b", "a@b.test\n"])
def test_the_mailbox_that_notices_are_from_is_one(address: str) -> None:
    with pytest.raises(ValidationError):
        NoticeSettings(from_address=address)


def test_a_file_of_certificates_that_holds_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("nothing")
    with pytest.raises(Invalid):
        means_of(NoticeSettings(certificates=str(tmp_path / "none.pem")), HEAD, KeyOpener())
