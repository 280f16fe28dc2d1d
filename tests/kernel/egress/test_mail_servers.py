from __future__ import annotations

import pytest

from tutela.kernel.egress.mail_servers import Encryption, MailboxServer, MailServer
from tutela.kernel.errors import Invalid


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1"])
def test_mail_in_the_clear_stays_on_this_machine(host: str) -> None:
    assert MailServer(host=host).policy().judge(host).allowed


@pytest.mark.parametrize("host", ["localhost", "mail.test", "10.0.0.5", "192.0.2.1", "::ffff:127.0.0.2.test"])
def test_nothing_goes_elsewhere_in_the_clear(host: str) -> None:
    with pytest.raises(Invalid) as refused:
        MailServer(host=host)
    assert refused.value.field == "encryption"


def test_a_password_is_not_given_in_the_clear_and_not_shown() -> None:
    with pytest.raises(Invalid):
        MailServer(user="somebody", password="hunter")
    assert "hunter" not in repr(MailServer(encryption="starttls", user="somebody", password="hunter"))


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
def test_an_address_that_is_written_out_opens_itself_and_nothing_beside_it(encryption: Encryption) -> None:
    policy = MailServer(host="10.1.2.3", encryption=encryption).policy()
    assert policy.judge("10.1.2.3").allowed and not policy.judge("10.1.2.4").allowed
    assert not policy.judge("127.0.0.1").allowed


def test_a_name_opens_nothing() -> None:
    policy = MailServer(host="mail.test", encryption="tls").policy()
    assert not policy.judge("10.0.0.1").allowed and policy.judge("8.8.8.8").allowed


@pytest.mark.parametrize("host", ["169.254.1.1", "224.0.0.1", "0.0.0.0", "fe80::1"])
def test_what_nobody_may_meet_is_no_mail_server(host: str) -> None:
    with pytest.raises(Invalid) as refused:
        MailServer(host=host, encryption="tls").policy()
    assert refused.value.field == "server"


def test_a_mailbox_elsewhere_is_read_encrypted_only() -> None:
    assert MailboxServer(user="us", password="open").policy().exceptions
    assert not MailboxServer(host="mail.host.example", encryption="tls").policy().exceptions
    with pytest.raises(Invalid, match="encrypted"):
        MailboxServer(host="mail.host.example")
