from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.egress.speaking import authority
from tests.kernel.egress.test_smtp import letter
from tutela.kernel.clock import SystemClock
from tutela.kernel.egress.mail_servers import MailServer
from tutela.kernel.egress.smtp_session import Session, StoppedError, stuffed


@contextmanager
def server(*replies: bytes, then: Callable[[socket.socket], None] | None = None) -> Iterator[int]:
    """A port at which these replies are said in turn, whatever is asked, and then the connection ends."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            talking, _ = listening.accept()
            with talking:
                for number, reply in enumerate(replies):
                    if number:
                        talking.recv(65_536)
                    talking.sendall(reply)
                if then:
                    then(talking)
        except OSError:
            return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()
        thread.join(5)


def opened(port: int, *, encryption: str = "none", context: ssl.SSLContext | None = None) -> Session:
    place = MailServer(port=port, encryption=encryption, talk_seconds=1, answer_seconds=1)  # type: ignore[arg-type]  # a word of the list
    session = Session(place, SystemClock())
    try:
        session.open(("127.0.0.1",), context or ssl.create_default_context())
    except StoppedError:
        session.close()
        raise
    return session


@pytest.mark.parametrize(
    ("replies", "stage"),
    [
        ((b"554 go away\r\n",), "greeting"),
        ((b"421 busy\r\n",), "greeting"),
        ((b"",), "greeting"),
        ((b"hello\r\n",), "greeting"),
        ((b"220 " + b"x" * 10_000 + b"\r\n",), "greeting"),
        ((b"220-y\r\n" * 20_000,), "greeting"),
        ((b"220 here\r\n", b"502 no\r\n"), "greeting"),
    ],
    ids=range(7),
)
def test_a_greeting_that_is_none_ends_it_before_anything_is_said(
    replies: tuple[bytes, ...], stage: str
) -> None:
    with server(*replies) as port, pytest.raises(StoppedError) as stopped:
        opened(port)
    assert (stopped.value.answer.stage, stopped.value.answer.result) == (stage, "temporary")


def test_what_is_said_before_the_encryption_is_forgotten_after_it() -> None:
    """A reply that somebody put in after 220 to STARTTLS is not taken for one of the encrypted server's."""
    theirs, ours = authority("127.0.0.1")

    def encrypt(talking: socket.socket) -> None:
        with theirs.wrap_socket(talking, server_side=True) as secured:
            secured.recv(65_536)
            secured.sendall(b"250 secured\r\n")
            secured.recv(65_536)
            secured.sendall(b"550 not from you\r\n")

    replies = (
        b"220 here\r\n",
        b"250-here\r\n250 STARTTLS\r\n",
        b"220 go\r\n250 injected\r\n250 injected\r\n",
    )
    with server(*replies, then=encrypt) as port:
        session = opened(port, encryption="starttls", context=ours)
        with pytest.raises(StoppedError) as stopped:
            session.hand_over(letter())
        session.close()
    assert (stopped.value.answer.stage, stopped.value.answer.code) == ("sender", 550)


def test_a_refused_starttls_ends_it() -> None:
    _, ours = authority("127.0.0.1")
    replies = (b"220 here\r\n", b"250-here\r\n250 STARTTLS\r\n", b"454 not now\r\n")
    with server(*replies) as port, pytest.raises(StoppedError) as stopped:
        opened(port, encryption="starttls", context=ours)
    assert (stopped.value.answer.stage, stopped.value.answer.code) == ("encryption", 454)


@given(st.lists(st.sampled_from([b".", b"..", b"a", b".a", b"", b"a."]), min_size=1, max_size=12))
def test_stuffed_content_is_read_back_the_same_and_ends_nowhere_early(lines: list[bytes]) -> None:
    content = b"".join(line + b"\r\n" for line in lines)
    sent = stuffed(content) + b".\r\n"
    body, _, rest = (b"\r\n" + sent).partition(b"\r\n.\r\n")
    assert rest == b""
    read = [line[1:] if line.startswith(b".") else line for line in body.split(b"\r\n")[1:]]
    assert [line + b"\r\n" for line in read] == [line + b"\r\n" for line in lines]


def test_content_without_an_end_of_line_gets_one() -> None:
    assert stuffed(b"a") == b"a\r\n"
