from __future__ import annotations

from typing import get_args

import pytest

from tutela.commands import init_checks as checks
from tutela.commands.init_checks import Check
from tutela.hotline.takedown.settings import NoticeSettings
from tutela.share.notices.texts import LANGUAGES

PUBLIC = {"public_url": "https://report.hotline.example", "mail_server": "mail.hotline.example"}


@pytest.mark.parametrize(
    ("check", "typed", "kept"),
    [
        (checks.text_of(30), "  Hotline   of Example ", "Hotline of Example"),
        (checks.postal_address, "1 Street ;; 1000  Town", "1 Street; 1000 Town"),
        (checks.postal_address, "1 Street\n1000 Town", "1 Street; 1000 Town"),
        (checks.country, " nl ", "NL"),
        (checks.languages, "NL,en, nl", "nl, en"),
        (checks.mailbox, " info@hotline.example ", "info@hotline.example"),
        (checks.mailboxes, "a@b.example , c@d.example", "a@b.example, c@d.example"),
        (checks.page_root, "https://Report.Hotline.example/", "https://report.hotline.example"),
        (checks.page_root, "https://report.hotline.example:443", "https://report.hotline.example"),
        (checks.page_root, "http://127.0.0.1:8700", "http://127.0.0.1:8700"),
        (checks.page_root, "http://[::1]:8700/", "http://[::1]:8700"),
        (checks.desk_root, "https://desk.hotline.example", "https://desk.hotline.example"),
        (checks.desk_root, "http://localhost:8701", "http://localhost:8701"),
        (checks.server, "Mail.Hotline.example", "mail.hotline.example"),
        (checks.server, "192.0.2.7", "192.0.2.7"),
        (checks.port, " 0465 ", "465"),
        (checks.encryption, "TLS", "tls"),
        (checks.database, "PostgreSQL", "postgresql"),
        (checks.socks, "127.0.0.1:9050", "127.0.0.1:9050"),
    ],
)
def test_an_answer_is_kept_in_its_plain_form(check: Check, typed: str, kept: str) -> None:
    assert check(typed, PUBLIC) == kept


@pytest.mark.parametrize(
    ("check", "typed", "says"),
    [
        (checks.text_of(30), "x" * 31, "30 characters"),
        (checks.text_of(30), "Hotline\x07", "one line"),
        (checks.country, "XX", "two letters"),
        (checks.country, "Netherlands", "two letters"),
        (checks.languages, "en, tlh", "the pages speak en, es"),
        (checks.languages, " , ", "the pages speak en, es"),
        (checks.mailbox, "info.hotline.example", "abuse@host.example"),
        (checks.mailbox, "Info <info@hotline.example>", "abuse@host.example"),
        (checks.mailboxes, "a@b.example, nobody", "abuse@host.example"),
        (checks.page_root, "report.hotline.example", "https://host.example"),
        (checks.page_root, "ftp://report.hotline.example", "https://host.example"),
        (checks.page_root, "https://report.hotline.example/start", "ends with the host"),
        (checks.page_root, "https://report.hotline.example/?a=1", "ends with the host"),
        (checks.page_root, "http://report.hotline.example", "go encrypted"),
        (checks.page_root, "http://192.0.2.7", "go encrypted"),
        (checks.desk_root, "https://REPORT.hotline.example/", "an address of its own"),
        (checks.desk_root, "http://127.0.0.1:8701", "bound to a name"),
        (checks.desk_root, "https://192.0.2.7", "bound to a name"),
        (checks.desk_root, "http://desk.hotline.example", "go encrypted"),
        (checks.server, "smtp://mail.hotline.example", "name or an address alone"),
        (checks.server, "mail.hotline.example:25", "name or an address alone"),
        (checks.server, "mail server", "name or an address alone"),
        (checks.port, "65536", "1 to 65535"),
        (checks.port, "0", "1 to 65535"),
        (checks.port, "smtp", "1 to 65535"),
        (checks.encryption, "ssl", "starttls, tls, none"),
        (checks.encryption, "none", "leaves this machine encrypted"),
        (checks.database, "mysql", "sqlite, postgresql"),
        (checks.socks, "tor.hotline.example:9050", "127.0.0.1:9050"),
        (checks.socks, "127.0.0.1", "127.0.0.1:9050"),
    ],
)
def test_a_wrong_answer_is_refused_with_what_would_be_right(check: Check, typed: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check(typed, PUBLIC)


def test_mail_goes_in_the_clear_to_this_machine_alone() -> None:
    assert checks.encryption("none", {"mail_server": "127.0.0.1"}) == "none"
    assert checks.encryption("none", {"mail_server": "localhost"}) == "none"


def test_the_words_are_those_of_the_settings_and_the_pages() -> None:
    assert checks.LANGUAGES == LANGUAGES
    assert get_args(NoticeSettings.model_fields["encryption"].annotation) == checks.ENCRYPTIONS
