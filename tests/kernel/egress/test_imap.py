from __future__ import annotations

import ssl

import pytest

from tests.imap_box import PASSWORD, Box, running_box
from tutela.kernel.egress.imap import ImapMailbox, Mailbox, MemoryMailbox
from tutela.kernel.egress.mail_servers import MailboxServer
from tutela.kernel.egress.resolving import FixedResolver
from tutela.kernel.errors import Unavailable

LETTER = b"Message-ID: <one@host.test>\r\n\r\nIt is gone.\r\n"


def mailbox(box: Box) -> ImapMailbox:
    return ImapMailbox(MailboxServer(port=box.port, user="us", password=PASSWORD, talk_seconds=2.0), "INBOX")


@pytest.mark.parametrize("kept", [True, False])
def test_what_is_put_away_is_not_unread_any_more(kept: bool) -> None:
    with running_box() as box:
        box.put(1, LETTER)
        door = mailbox(box)
        fake = MemoryMailbox(letters={"1": LETTER})
        both: tuple[Mailbox, Mailbox] = (door, fake)
        for one in both:
            assert one.unread() == ("1",)
            assert one.message("1") == LETTER
            assert (one.head("1") or b"").strip() == b"Message-ID: <one@host.test>"
            one.put_away("1", kept=kept)
            assert one.unread() == ()
            one.close()
        assert bool(box.letters) is kept
        assert bool(fake.letters) is kept


def test_a_new_connection_is_made_after_a_close() -> None:
    with running_box() as box:
        door = mailbox(box)
        assert door.unread() == ()
        door.close()
        box.put(1, LETTER)
        assert door.unread() == ("1",)
        assert box.heard.count("LOGIN") == 2
        door.close()


def test_a_name_that_leads_inside_is_not_met() -> None:
    place = MailboxServer(host="mail.host.test", encryption="tls")
    door = ImapMailbox(place, "INBOX", resolver=FixedResolver(table={"mail.host.test": [("192.168.0.1",)]}))
    with pytest.raises(Unavailable, match="may be met"):
        door.unread()


def test_a_context_that_verifies_nothing_is_none() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with pytest.raises(ValueError, match="verified"):
        ImapMailbox(MailboxServer(), "INBOX", context=context)


def test_the_fake_is_away_when_it_is_told_to_be() -> None:
    fake = MemoryMailbox(up=False)
    for ask in (
        fake.unread,
        lambda: fake.message("1"),
        lambda: fake.head("1"),
        lambda: fake.put_away("1", kept=True),
    ):
        with pytest.raises(Unavailable):
            ask()
