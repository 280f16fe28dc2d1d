from __future__ import annotations

import ssl
import time
from email.message import EmailMessage

import pytest

from tests.kernel.egress.speaking import authority
from tests.smtp_sink import Sink, Step, running_sink
from tutela.kernel.egress.answers import Answer, Result, Stage
from tutela.kernel.egress.letters import Letter, build_letter
from tutela.kernel.egress.mail_servers import MailServer
from tutela.kernel.egress.resolving import FixedResolver
from tutela.kernel.egress.smtp import MemoryMailer, SmtpMailer

ID = "<msg_one@hotline.test>"


def letter(body: str = "one line\n", to: str = "abuse@host.test", message_id: str = ID) -> Letter:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "notices@hotline.test", to, "Notice"
    message["Date"], message["Message-ID"] = "Mon, 04 May 2026 03:02:01 +0000", message_id
    message.set_content(body)
    return build_letter(message)


def mailer(sink: Sink, *, answer_seconds: float = 5.0, talk_seconds: float = 5.0) -> SmtpMailer:
    return SmtpMailer(MailServer(port=sink.port, talk_seconds=talk_seconds, answer_seconds=answer_seconds))


@pytest.mark.parametrize(
    ("step", "result", "stage", "code"),
    [
        (Step.ACCEPT, "accepted", "end", 250),
        (Step.BUSY, "temporary", "recipient", 450),
        (Step.CLOSING, "temporary", "recipient", 421),
        (Step.GREYLIST, "temporary", "recipient", 451),
        (Step.NEVER, "permanent", "recipient", 550),
        (Step.LATER, "temporary", "end", 451),
        (Step.REFUSE, "permanent", "end", 554),
        (Step.RESET_AFTER_DOT, "unknown", "end", 0),
        (Step.TAKE_AND_RESET, "unknown", "end", 0),
        (Step.TAKE_AND_CRASH, "accepted", "end", 250),
        (Step.GARBLE, "unknown", "end", 0),
        (Step.LONG_LINE, "unknown", "end", 0),
        (Step.HALF_A_REPLY, "unknown", "end", 0),
    ],
    ids=lambda value: value.name if isinstance(value, Step) else None,
)
def test_what_a_server_does_has_one_of_four_results(
    step: Step, result: Result, stage: Stage, code: int
) -> None:
    with running_sink() as sink, mailer(sink) as door:
        sink.plan("abuse@host.test", step)
        answer = door.deliver(letter())
    assert (answer.result, answer.stage, answer.code) == (result, stage, code)
    assert (answer.result == "accepted") <= (sink.count(ID) == 1)
    assert (answer.result in {"temporary", "permanent"}) <= (sink.count(ID) == 0)


def test_a_reset_while_the_content_goes_is_temporary_or_a_doubt_and_never_a_success() -> None:
    """Which of both depends on what the machine had taken from us when the reset came."""
    with running_sink() as sink, mailer(sink) as door:
        sink.plan("abuse@host.test", Step.RESET_BEFORE_DOT)
        answer = door.deliver(letter(("x" * 70 + "\n") * 10_000))
    assert (answer.result, answer.stage) in {
        ("temporary", "content"),
        ("temporary", "end"),
        ("unknown", "end"),
    }
    assert not sink.delivered


def test_after_a_reset_the_next_letter_goes_over_a_new_connection() -> None:
    with running_sink() as sink, mailer(sink) as door:
        sink.plan("abuse@host.test", Step.TAKE_AND_CRASH, Step.RESET_AFTER_DOT)
        results = [door.deliver(letter(message_id=f"<{number}@hotline.test>")).result for number in range(3)]
    assert results == ["accepted", "unknown", "accepted"]
    assert sink.connections == 3


def test_letters_share_a_connection_even_after_a_refused_one() -> None:
    with running_sink() as sink, mailer(sink) as door:
        sink.plan("abuse@host.test", Step.ACCEPT, Step.NEVER, Step.LATER)
        assert [door.deliver(letter()).result for _ in range(4)] == [
            "accepted",
            "permanent",
            "temporary",
            "accepted",
        ]
    assert sink.connections == 1


def test_silence_after_the_last_dot_is_a_doubt_when_its_time_is_over() -> None:
    with running_sink() as sink, mailer(sink, answer_seconds=0.2) as door:
        sink.plan("abuse@host.test", Step.TAKE_AND_SILENCE)
        begun = time.monotonic()
        assert door.deliver(letter()) == Answer(result="unknown", stage="end")
        assert time.monotonic() - begun < 2
        sink.slow_seconds = 0.0
    assert sink.count(ID) == 1


def test_a_slow_answer_is_waited_for() -> None:
    with running_sink() as sink, mailer(sink) as door:
        sink.slow_seconds = 0.2
        sink.plan("abuse@host.test", Step.TARPIT)
        assert door.deliver(letter()).result == "accepted"


def test_an_attempt_has_an_end() -> None:
    door = SmtpMailer(MailServer(talk_seconds=2.0, answer_seconds=5.0))
    assert 11.0 <= door.attempt_seconds <= 60.0


def test_nobody_there_is_temporary_and_about_the_server() -> None:
    with running_sink() as sink:
        pass
    door = mailer(sink)
    assert door.deliver(letter()) == Answer(result="temporary", stage="connection")
    assert door.deliver(letter()).about_server and not door.probe()


def test_a_probe_says_whether_a_letter_would_be_taken_and_sends_none() -> None:
    with running_sink() as sink, mailer(sink) as door:
        assert door.probe()
        assert not sink.tries and not sink.delivered
        assert door.deliver(letter()).result == "accepted"
        assert sink.connections == 1


def test_a_dot_alone_in_a_line_is_content() -> None:
    body = "one\n.\n..\n.three\nfour\n"
    with running_sink() as sink, mailer(sink) as door:
        assert door.deliver(letter(body)).result == "accepted"
    content = sink.delivered[0].content.replace(b"\r\n", b"\n")
    assert content.endswith(body.encode())


def trusted() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(ours, theirs)."""
    theirs, ours = authority("mail.test", "127.0.0.1")
    return ours, theirs


def encrypted(
    sink: Sink, context: ssl.SSLContext, *, encryption: str = "starttls", host: str = "127.0.0.1"
) -> SmtpMailer:
    server = MailServer(host=host, port=sink.port, encryption=encryption, talk_seconds=5)  # type: ignore[arg-type]  # both words
    return SmtpMailer(server, context=context)


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
def test_what_is_to_be_encrypted_is(encryption: str) -> None:
    ours, theirs = trusted()
    with (
        running_sink(context=theirs, implicit=encryption == "tls") as sink,
        encrypted(sink, ours, encryption=encryption) as door,
    ):
        assert [door.deliver(letter()).result for _ in range(2)] == ["accepted", "accepted"]
    assert all(one.encrypted for one in sink.delivered) or encryption == "tls"
    assert sink.connections >= 1 and len(sink.delivered) == 2


def test_a_server_without_starttls_gets_nothing() -> None:
    ours, _ = trusted()
    with running_sink() as sink, encrypted(sink, ours) as door:
        answer = door.deliver(letter())
    assert (answer.result, answer.stage, answer.about_server) == ("temporary", "encryption", True)
    assert not sink.tries and not sink.delivered and sink.plain_contents == 0


def test_a_certificate_of_nobody_we_know_ends_it() -> None:
    _, theirs = trusted()
    with running_sink(context=theirs) as sink, encrypted(sink, ssl.create_default_context()) as door:
        assert door.deliver(letter()).stage == "encryption"
    assert not sink.tries and not sink.delivered


def test_a_context_that_verifies_nothing_is_refused() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with pytest.raises(ValueError):
        SmtpMailer(MailServer(), context=context)


@pytest.mark.parametrize(
    "addresses", [("10.0.0.1",), ("127.0.0.1",), ("8.8.8.8", "169.254.169.254"), ()], ids=range(4)
)
def test_a_name_that_leads_to_where_nothing_may_go_gets_no_connection(addresses: tuple[str, ...]) -> None:
    resolver = FixedResolver(table={"mail.test": [addresses]})
    door = SmtpMailer(MailServer(host="mail.test", encryption="starttls"), resolver=resolver)
    assert door.deliver(letter()) == Answer(result="temporary", stage="connection")


def test_the_fake_keeps_what_it_accepts() -> None:
    fake = MemoryMailer()
    assert fake.deliver(letter()).result == "accepted" and fake.probe()
    fake.up = False
    assert fake.deliver(letter()).about_server and not fake.probe()
    fake.close()
    assert len(fake.accepted) == 1
