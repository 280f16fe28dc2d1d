from __future__ import annotations

from pathlib import Path

import pytest

from tests.demo.world.worlds import StillWorld, a_notice, post
from tests.hotline.mailbox.reports.making import PARTNER
from tutela.demo.world.mailbox_server import PASSWORD
from tutela.demo.world.post import BOUNCING
from tutela.hotline.mailbox.incoming_mail import parse_mail
from tutela.hotline.mailbox.readers import reading_means, report_means
from tutela.hotline.mailbox.settings import ReplySettings, ReportMailSettings
from tutela.kernel.errors import Invalid

US = "notices@hotline.test"


def test_without_a_server_nothing_is_read() -> None:
    assert reading_means(ReplySettings()) is None


def test_a_mailbox_elsewhere_is_read_encrypted_only() -> None:
    with pytest.raises(Invalid, match="encrypted"):
        reading_means(ReplySettings(server="mail.host.example", encryption="none"))


def test_certificates_that_are_not_there_are_said(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="certificates") as refused:
        reading_means(ReplySettings(server="127.0.0.1", certificates=str(tmp_path / "none.pem")))
    assert refused.value.field == "replies.certificates"


def test_the_benign_internet_s_mailbox_is_read() -> None:
    with StillWorld() as world:
        host, port = world.mailboxes
        named = {"server": host, "port": port, "encryption": "none", "user": US, "password": PASSWORD}
        means = reading_means(ReplySettings.model_validate(named))
        assert means is not None
        post(world, a_notice(to=BOUNCING))
        (number,) = means.mailbox.unread()
        mail = parse_mail(means.mailbox.message(number) or b"")
        means.mailbox.put_away(number, kept=False)
        assert means.mailbox.unread() == ()
        means.mailbox.close()
    assert mail.reply is not None
    assert mail.reply.permanent_failure
    assert mail.reply.message_ids == ("<one@hotline.test>",)
    assert (means.deletes, means.poll_seconds) == (False, 60.0)


def test_a_mailbox_of_reports_needs_the_name_of_the_server_and_a_folder_of_its_own() -> None:
    replies = ReplySettings(server="127.0.0.1", user="us@hotline.test")
    named = ReportMailSettings(
        server="127.0.0.1", user="us@hotline.test", folder="Reports", authserv_id="mx.hotline.test"
    )
    assert report_means(ReportMailSettings(), (PARTNER,), replies) is None
    means = report_means(named, (PARTNER,), replies)
    assert means is not None
    assert (means.senders, means.server, means.deletes) == ((PARTNER,), "mx.hotline.test", False)
    for wrong, field in (({"authserv_id": ""}, "authserv_id"), ({"folder": "inbox"}, "folder")):
        with pytest.raises(Invalid) as refused:
            report_means(named.model_copy(update=wrong), (PARTNER,), replies)
        assert refused.value.field == f"reports_by_mail.{field}"
