"""The mail server: boxes, answers, bounces, faults."""

from __future__ import annotations

import smtplib
from email.policy import SMTP

import pytest

from tests.demo.world.worlds import StillWorld, a_notice, post, tell
from tutela.demo.world.mail_faults import Fault
from tutela.demo.world.post import BOUNCING, PARTNER, POLICE

US = "notices@hotline.test"


def test_a_letter_lies_in_its_box_and_the_desk_answers(world: StillWorld) -> None:
    item = world.item("slow.test")
    tell(world, item)
    assert len(world.post.box("Abuse@slow-hosting.test")) == 1
    (reply,) = world.post.box(US)
    assert (reply["In-Reply-To"], reply["Auto-Submitted"]) == ("<one@hotline.test>", "auto-replied")
    assert "cinq jours" in reply.get_content()
    assert world.post.wait(1, 0.1)


def test_the_answer_goes_where_the_letter_asks(world: StillWorld) -> None:
    letter = a_notice(world.url(world.item("obedient.test")))
    letter["Reply-To"] = "Replies <replies@hotline.test>"
    post(world, letter)
    assert len(world.post.box("replies@hotline.test")) == 1
    assert world.post.box(US) == ()


def test_machines_do_not_answer_machines(world: StillWorld) -> None:
    letter = a_notice(to="abuse@obedient-hosting.test")
    letter["Auto-Submitted"] = "auto-replied"
    post(world, letter)
    assert world.post.box(US) == ()


def test_the_partner_acknowledges_and_the_police_do_not(world: StillWorld) -> None:
    post(world, a_notice(to=PARTNER))
    post(world, a_notice(to=POLICE))
    (reply,) = world.post.box(US)
    assert "P-0001" in reply.get_content()
    assert len(world.post.box(POLICE)) == 1


def test_one_box_sends_letters_back(world: StillWorld) -> None:
    post(world, a_notice(to=BOUNCING))
    (bounce,) = world.post.box(US)
    assert bounce.get_content_type() == "multipart/report"
    _, status, original = bounce.iter_parts()
    assert status.get_content_type() == "message/delivery-status"
    assert "Action: failed" in status.as_string()
    assert "<one@hotline.test>" in original.as_string()
    assert world.hosts["bounces.test"].place.abuse == BOUNCING


@pytest.mark.parametrize(
    ("fault", "code"), [(Fault.BUSY, 450), (Fault.REFUSE, 550), (Fault.GREYLIST, 451), (Fault.DOWN, 421)]
)
def test_a_recipient_can_be_refused(world: StillWorld, fault: Fault, code: int) -> None:
    world.post.faults.plan(fault)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        post(world, a_notice())
    assert [answer[0] for answer in refused.value.recipients.values()] == [code]
    post(world, a_notice())
    assert len(world.post.letters) == 1


def test_greylisting_lets_the_second_try_in(world: StillWorld) -> None:
    world.post.faults.always(Fault.GREYLIST)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        post(world, a_notice())
    world.still.advance(301)
    post(world, a_notice())
    assert len(world.post.letters) == 1


def test_it_can_take_a_letter_and_crash(world: StillWorld) -> None:
    world.post.faults.plan(Fault.TAKE_AND_CRASH)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        post(world, a_notice())
    assert len(world.post.letters) == 1


def test_it_can_hang_and_still_be_ended(world: StillWorld) -> None:
    world.post.faults.plan(Fault.HANG)
    with smtplib.SMTP(*world.mail, local_hostname="hotline.test", timeout=10) as client:
        client.ehlo()
        client.mail(US)
        client.rcpt("abuse@obedient-hosting.test")
        client.docmd("DATA")
        assert client.sock is not None
        client.sock.settimeout(0.3)
        client.send(a_notice().as_bytes(policy=SMTP) + b"\r\n.\r\n")
        with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
            client.getreply()
    assert world.post.letters == []


def test_a_fault_is_one_letters_and_not_its_connections(world: StillWorld) -> None:
    world.post.faults.plan(Fault.REFUSE)
    with smtplib.SMTP(*world.mail, local_hostname="hotline.test", timeout=10) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.send_message(a_notice())
        client.send_message(a_notice())
        client.send_message(a_notice())
    assert len(world.post.letters) == 2
