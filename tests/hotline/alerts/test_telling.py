from __future__ import annotations

import json
from collections.abc import Mapping
from email import message_from_bytes
from email.policy import default

import pytest

from tests.hotline.takedown.making import START
from tutela.detect.service.hook_signing import check_signature, new_secret
from tutela.hotline.alerts.actions import Said
from tutela.hotline.alerts.telling import ByHook, ByMail, MemoryWay
from tutela.kernel.egress.answers import Answer as MailAnswer
from tutela.kernel.egress.destinations import Destination, parse_destination
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.egress.posting import Answer
from tutela.kernel.egress.smtp import MemoryMailer
from tutela.kernel.errors import Unavailable

SAID = Said(kind="job_parked", event="began", number=3, since=START)
OVER = Said(kind="job_parked", event="over", number=0, since=None)
SENDER, DUTY = parse_mail_address("notices@hotline.test"), parse_mail_address("duty@hotline.test")


def by_mail(mailer: MemoryMailer) -> ByMail:
    return ByMail(mailer=mailer, sender=SENDER, recipients=(DUTY, parse_mail_address("two@hotline.test")))


def test_a_mail_to_each_says_counts_and_words() -> None:
    mailer = MemoryMailer()
    assert by_mail(mailer).tell(SAID, START)
    assert [str(one.recipient) for one in mailer.accepted] == ["duty@hotline.test", "two@hotline.test"]
    mail = message_from_bytes(mailer.accepted[0].content, policy=default)
    assert mail["Subject"] == "tutela: job parked began"
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_content()
    assert "Work was given up and waits for a person. 3 jobs parked. Look here: Desk, Jobs." in body
    assert "Since 2026-05-04 03:02 UTC." in body


def test_that_it_is_over_is_said_without_a_number() -> None:
    mailer = MemoryMailer()
    assert by_mail(mailer).tell(OVER, START)
    assert b"Over: Work was given up" in mailer.accepted[0].content
    assert b"Since" not in mailer.accepted[0].content


@pytest.mark.parametrize(
    ("result", "reached"), [("temporary", False), ("permanent", False), ("unknown", True)]
)
def test_what_the_mail_server_answers_decides(result: str, reached: bool) -> None:
    answer = MailAnswer(result=result, stage="end")  # type: ignore[arg-type]  # a word of the list
    assert by_mail(MemoryMailer(script=lambda _letter: answer)).tell(SAID, START) is reached


def test_a_web_hook_is_signed_and_says_kind_and_number() -> None:
    sent: list[tuple[Mapping[str, str], bytes]] = []
    secret = new_secret()

    def post(destination: Destination, headers: Mapping[str, str], body: bytes) -> Answer:
        sent.append((headers, body))
        return Answer(status=204, untrusted_headers={}, untrusted_body=b"")

    way = ByHook(post=post, destination=parse_destination("https://hooks.test/in"), secret=secret)
    assert way.tell(SAID, START)
    ((headers, body),) = sent
    check_signature(secret, headers, body, now_seconds=START.timestamp())
    assert json.loads(body)["type"] == "alert.began"
    assert json.loads(body)["data"] == {
        "kind": "job_parked",
        "number": 3,
        "since": json.loads(body)["timestamp"],
    }
    assert secret not in repr(way)


@pytest.mark.parametrize("status", [None, 301, 410, 500])
def test_a_receiver_that_does_not_take_it_was_not_reached(status: int | None) -> None:
    def post(*_arguments: object) -> Answer:
        if status is None:
            raise Unavailable("no answer")
        return Answer(status=status, untrusted_headers={}, untrusted_body=b"")

    way = ByHook(post=post, destination=parse_destination("https://hooks.test/in"), secret=new_secret())
    assert not way.tell(OVER, START)


def test_the_fake_keeps_what_it_tells_while_it_is_up() -> None:
    assert MemoryWay().tell(SAID, START)
    assert not MemoryWay(up=False).tell(SAID, START)
