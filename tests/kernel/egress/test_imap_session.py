from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.imap_box import PASSWORD, Box, running_box
from tests.kernel.egress.speaking import authority
from tutela.kernel.clock import SystemClock
from tutela.kernel.egress import imap_session
from tutela.kernel.egress.imap_session import ImapSession
from tutela.kernel.egress.mail_servers import Encryption, MailboxServer
from tutela.kernel.errors import Unavailable

LETTER = b"Message-ID: <one@host.test>\r\n\r\nIt is gone.\r\n"


@contextmanager
def opened(
    box: Box,
    *,
    encryption: Encryption = "none",
    context: ssl.SSLContext | None = None,
    password: str = PASSWORD,
    talk_seconds: float = 2.0,
) -> Iterator[ImapSession]:
    place = MailboxServer(
        port=box.port, encryption=encryption, user="us", password=password, talk_seconds=talk_seconds
    )
    session = ImapSession(place, SystemClock())
    try:
        session.open(("127.0.0.1",), context or ssl.create_default_context(), "Tutela answers")
        yield session
    finally:
        session.close()


@pytest.mark.parametrize("encryption", ["none", "starttls", "tls"])
def test_a_message_is_read_whole_and_not_marked_by_that(encryption: Encryption) -> None:
    server, client = authority("127.0.0.1")
    with running_box(None if encryption == "none" else server, tls_first=encryption == "tls") as box:
        box.put(7, LETTER)
        with opened(box, encryption=encryption, context=client) as session:
            assert session.unseen() == ("7",)
            assert session.message("7") == LETTER
            assert session.message("8") is None
            assert session.unseen() == ("7",)
            session.mark("7", "\\Seen")
            assert session.unseen() == ()


def test_of_a_message_the_headers_alone_are_read_and_not_marked_by_that() -> None:
    with running_box(None) as box:
        box.put(7, LETTER)
        with opened(box, encryption="none") as session:
            head = session.head("7")
            assert head is not None and LETTER.startswith(head) and head.endswith(b"\r\n\r\n")
            assert len(head) < len(LETTER)
            assert session.head("8") is None
            assert session.unseen() == ("7",)


def test_the_oldest_comes_first() -> None:
    with running_box() as box:
        for number in (10, 9, 300):
            box.put(number, LETTER)
        with opened(box) as session:
            assert session.unseen() == ("9", "10", "300")


def test_what_is_marked_as_deleted_goes() -> None:
    with running_box() as box:
        box.put(1, LETTER)
        with opened(box) as session:
            session.mark("1", "\\Seen", "\\Deleted")
            session.expunge()
        assert not box.letters


def test_a_long_message_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_session, "MESSAGE_BYTES_MAX", 10)
    with running_box() as box:
        box.put(1, b"x" * 100)
        with opened(box) as session:
            assert session.message("1") == b"x" * 11


def test_a_server_of_another_name_is_not_asked_anything() -> None:
    server, client = authority("another.test")
    with running_box(server, tls_first=True) as box:
        with (
            pytest.raises(Unavailable, match="encryption"),
            opened(box, encryption="tls", context=client),
        ):
            pass
        assert not box.heard


def test_where_encryption_is_not_offered_no_password_is_given() -> None:
    with running_box() as box:
        box.disturb["STARTTLS"] = b"{tag} NO not here\r\n"
        with pytest.raises(Unavailable, match="encryption"), opened(box, encryption="starttls"):
            pass
        assert "LOGIN" not in box.heard


def test_a_wrong_password_is_said_without_it() -> None:
    with (
        running_box() as box,
        pytest.raises(Unavailable, match="login") as raised,
        opened(box, password="canary-of-a-password"),
    ):
        pass
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    "said",
    [
        b"* 1 FETCH (UID 1 BODY[]<0> {99999999999}\r\n",
        b"* 1 FETCH (UID 1 BODY[]<0> {50}\r\ncut off)\r\n",
        b"{tag} NO\r\n",
        b"{tag} BAD what\r\n",
        b"* BYE\r\n",
        b"\xff\xfe\x00garbage\r\n",
        b"",
        b"x" * 3_000_000,
        b"* SEARCH 1 2 three\r\n{tag} OK done\r\n",
    ],
    ids=["endless", "short", "no", "bad", "bye", "garbage", "silence", "long line", "words"],
)
@pytest.mark.parametrize("command", ["UID FETCH", "UID SEARCH", "GREETING"])
def test_a_broken_server_is_unavailable_and_nothing_else(command: str, said: bytes) -> None:
    with running_box() as box:
        box.put(1, LETTER)
        box.disturb[command] = said
        with suppress(Unavailable), opened(box, talk_seconds=0.1) as session:
            assert session.message("1") is None or command != "UID FETCH"
            session.unseen()
            assert command == "UID FETCH"
            assert b"SEARCH" in said


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_whatever_a_server_says_ends_in_an_answer_or_unavailable(said: bytes) -> None:
    with running_box() as box:
        box.disturb["UID SEARCH"] = said + b"\r\n{tag} OK done\r\n"
        with suppress(Unavailable), opened(box, talk_seconds=0.1) as session:
            assert all(one.isdigit() for one in session.unseen())


def test_a_session_that_was_closed_asks_nobody() -> None:
    with running_box() as box, opened(box) as session:
        session.close()
        with pytest.raises(Unavailable):
            session.unseen()
