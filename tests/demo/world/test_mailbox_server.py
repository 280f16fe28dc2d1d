"""Replies are read from their mailbox as from any other."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.demo.world.worlds import StillWorld, a_notice, post, tell
from tutela.demo.world.mailbox_server import PASSWORD, MailboxServer, _is_within, _Talk
from tutela.demo.world.post import BOUNCING, Post

US = "notices@hotline.test"


@contextmanager
def reading(world: StillWorld, box: str = US) -> Iterator[imaplib.IMAP4]:
    client = imaplib.IMAP4(*world.mailboxes, timeout=10)
    try:
        client.login(box, PASSWORD)
        client.select("INBOX")
        yield client
    finally:
        client.logout()


def numbers(client: imaplib.IMAP4, what: str) -> list[str]:
    _, (found,) = client.uid("SEARCH", what)
    return str(found.decode()).split()


def letter_of(client: imaplib.IMAP4, number: str, part: str = "(BODY.PEEK[])") -> bytes:
    _, told = client.uid("FETCH", number, part)
    found = told[0]
    assert isinstance(found, tuple)
    return bytes(found[1])


def test_answers_and_bounces_are_read_whole(world: StillWorld) -> None:
    tell(world, world.item("obedient.test"))
    post(world, a_notice(to=BOUNCING))
    with reading(world) as client:
        assert numbers(client, "ALL") == ["1", "2"]
        reply = message_from_bytes(letter_of(client, "1"))
        bounce = message_from_bytes(letter_of(client, "2"))
    assert reply["In-Reply-To"] == "<one@hotline.test>"
    assert bounce.get_content_type() == "multipart/report"
    assert len(list(bounce.walk())) >= 4


def test_what_was_read_is_marked_and_what_is_deleted_goes(world: StillWorld) -> None:
    for host in ("obedient.test", "slow.test", "form.test"):
        tell(world, world.item(host))
    with reading(world) as client:
        letter_of(client, "1")
        assert numbers(client, "UNSEEN") == ["1", "2", "3"]
        letter_of(client, "1", "(BODY[])")
        assert numbers(client, "UNSEEN") == ["2", "3"]
        client.uid("STORE", "2", "+FLAGS", r"(\Seen \Deleted)")
        client.uid("STORE", "1", "-FLAGS", r"(\Seen)")
        client.expunge()
        assert numbers(client, "ALL") == ["1", "3"]
        assert numbers(client, "UID 2:* UNSEEN") == ["3"]
    with reading(world) as client:
        assert numbers(client, "UNSEEN") == ["1", "3"]
        assert b"cinq jours" not in letter_of(client, "3")


def test_a_wrong_password_and_an_unknown_command_are_refused(world: StillWorld) -> None:
    client = imaplib.IMAP4(*world.mailboxes, timeout=10)
    with pytest.raises(imaplib.IMAP4.error, match="no such box"):
        client.login(US, "wrong")
    with pytest.raises(imaplib.IMAP4.error):
        client.select("INBOX")
    client.login(US, PASSWORD)
    client.select("INBOX")
    with pytest.raises(imaplib.IMAP4.error, match="does not know"):
        client.uid("THREAD", "x")
    client.logout()


def test_an_empty_box_is_empty(world: StillWorld) -> None:
    with reading(world, "nobody@hotline.test") as client:
        assert numbers(client, "ALL") == []
        assert client.noop()[0] == "OK"


WORDS = ["UID", "FETCH", "STORE", "SEARCH", "SELECT", "LOGIN", "1:*", "(BODY[])", "+FLAGS", r"\Seen", "x"]


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=5)), max_size=6).map(" ".join))
def test_any_line_gets_its_answer(line: str) -> None:
    talk = _Talk(MailboxServer(Post()))
    talk.answer(f"a LOGIN {US} {PASSWORD}")
    talk.answer("b SELECT INBOX")
    assert talk.answer(line)[-1].endswith(b"\r\n")


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 50))
def test_a_range_holds_what_lies_between_its_ends(number: int, first: int, last: int) -> None:
    assert _is_within(number, f"{first}:{last}") is (first <= number <= last)
    assert _is_within(number, f"{first}:*") is (first <= number)
    assert _is_within(number, f"{first},{last}") is (number in {first, last})
    assert not _is_within(number, "x")
