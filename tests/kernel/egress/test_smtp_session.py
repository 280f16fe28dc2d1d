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
from tutela.kernel.egress.limited import LimitedSocket
from tutela.kernel.egress.mail_servers import MailServer
from tutela.kernel.egress.smtp_session import MESSAGES_MAX, Session, StoppedError, stuffed


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


GREETED = (b"220 here\r\n", b"250-here\r\n250 AUTH PLAIN\r\n")


@pytest.mark.parametrize(
    ("replies", "answer"),
    [
        ((b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"250 taken\r\n"), ("accepted", "end", 250)),
        ((b"250 ok\r\n", b"251 forwarded\r\n", b"354 go\r\n", b"554 no\r\n"), ("permanent", "end", 554)),
        ((b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"421 bye\r\n"), ("temporary", "end", 421)),
        ((b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"what\r\n"), ("unknown", "end", 0)),
        ((b"250 ok\r\n", b"250 ok\r\n", b"554 no\r\n"), ("permanent", "content", 554)),
        ((b"250 ok\r\n", b"250 ok\r\n"), ("temporary", "content", 0)),
        ((b"250 ok\r\n", b"550 nobody\r\n"), ("permanent", "recipient", 550)),
        ((b"250 ok\r\n", b"450 busy\r\n"), ("temporary", "recipient", 450)),
        ((b"250 ok\r\n", b"354 what\r\n"), ("temporary", "recipient", 0)),
        ((b"550 not you\r\n",), ("temporary", "sender", 550)),
    ],
    ids=range(10),
)
def test_each_answer_to_a_letter_has_its_meaning(
    replies: tuple[bytes, ...], answer: tuple[str, str, int]
) -> None:
    with server(*GREETED, *replies) as port:
        session = opened(port)
        try:
            found = session.hand_over(letter())
        except StoppedError as stopped:
            found = stopped.answer
        session.close()
    assert (found.result, found.stage, found.code) == answer


def test_a_connection_that_ends_while_the_content_goes_is_no_success() -> None:
    """Whether the last dot had left when the end was noticed is up to the machine."""
    with server(*GREETED, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n") as port:
        session = opened(port)
        with pytest.raises(StoppedError) as stopped:
            session.hand_over(letter())
        session.close()
    assert stopped.value.answer.result in {"temporary", "unknown"}


def test_a_letter_whose_last_dot_never_left_is_certainly_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    send = LimitedSocket.sendall

    def refuse(limited: LimitedSocket, untrusted: bytes) -> None:
        if untrusted == b".\r\n":
            limited.unsent_bytes = len(untrusted)
            raise BrokenPipeError
        send(limited, untrusted)

    monkeypatch.setattr(LimitedSocket, "sendall", refuse)
    with server(*GREETED, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"250 ok\r\n") as port:
        session = opened(port)
        with pytest.raises(StoppedError) as stopped:
            session.hand_over(letter())
        session.close()
    assert (stopped.value.answer.result, stopped.value.answer.stage) == ("temporary", "end")


@pytest.mark.parametrize(("reply", "alive"), [(b"250 ok\r\n", True), (b"421 bye\r\n", False), (b"", False)])
def test_a_session_is_asked_before_it_takes_another_letter(reply: bytes, alive: bool) -> None:
    with server(*GREETED, reply) as port:
        session = opened(port)
        assert session.alive() is alive
        session.close()


def test_a_session_ends_after_so_many_letters() -> None:
    with server(*GREETED, *([b"250 ok\r\n"] * MESSAGES_MAX)) as port:
        session = opened(port)
        assert [session.alive() for _ in range(MESSAGES_MAX)] == [True] * (MESSAGES_MAX - 1) + [False]
        session.close()


def test_a_session_that_was_never_opened_takes_nothing() -> None:
    session = Session(MailServer(), SystemClock())
    assert not session.alive()
    with pytest.raises(StoppedError):
        session.hand_over(letter())


@pytest.mark.parametrize(
    ("replies", "code"),
    [((b"235 welcome\r\n",), 0), ((b"535 wrong\r\n",), 535), ((b"454 later\r\n",), 454), ((), -1)],
    ids=range(4),
)
@pytest.mark.parametrize("encryption", ["starttls", "tls"])
def test_a_password_is_said_once_the_connection_is_encrypted(
    encryption: str, replies: tuple[bytes, ...], code: int
) -> None:
    theirs, ours = authority("127.0.0.1")
    secured_lines: list[bytes] = []
    greeting = [b"250-here\r\n250 AUTH PLAIN\r\n" if replies else b"250 here\r\n", *replies]

    def encrypt(talking: socket.socket) -> None:
        with theirs.wrap_socket(talking, server_side=True) as secured:
            for reply in ([b"220 here\r\n"] if encryption == "tls" else []) + greeting:
                if reply != b"220 here\r\n":
                    secured_lines.append(secured.recv(65_536))
                secured.sendall(reply)
            secured.recv(65_536)

    plain = (
        (b"220 here\r\n", b"250-here\r\n250 STARTTLS\r\n", b"220 go\r\n") if encryption == "starttls" else ()
    )
    with server(*plain, then=encrypt) as port:
        place = MailServer(port=port, encryption=encryption, user="me", password="hunter", talk_seconds=2)  # type: ignore[arg-type]  # a word of the list
        session = Session(place, SystemClock())
        if code:
            with pytest.raises(StoppedError) as stopped:
                session.open(("127.0.0.1",), ours)
            assert (stopped.value.answer.stage, stopped.value.answer.code) == ("login", max(code, 0))
        else:
            session.open(("127.0.0.1",), ours)
        session.close()
    assert (b"AUTH PLAIN" in b"".join(secured_lines)) is bool(replies)


def test_a_server_that_offers_no_encryption_is_told_nothing() -> None:
    _, ours = authority("127.0.0.1")
    with server(*GREETED) as port, pytest.raises(StoppedError) as stopped:
        opened(port, encryption="starttls", context=ours)
    assert (stopped.value.answer.stage, stopped.value.answer.code) == ("encryption", 0)
