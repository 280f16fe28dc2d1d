"""The product's own letters are understood by these desks, and these desks' answers by the product."""

from __future__ import annotations

import smtplib
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.demo.world.worlds import START, StillWorld
from tests.share.notices import telling
from tutela.demo.world.post import BOUNCING
from tutela.kernel.egress.letters import Letter
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.share.notices.letters import build_notice_letter, build_retraction_letter
from tutela.share.notices.replies import Reply, parse_reply

US = "notices@hotline.test"


def notice_to(world: StillWorld, host: str, **words: object) -> Letter:
    """A notice about everything known on a host, to whoever its registry names."""
    site = world.hosts[host]
    sightings = tuple(
        replace(telling.sighting(world.url(item)), first_seen=START, last_seen=START)
        for item in site.items
        if item.kind == "known"
    )
    recipient = parse_mail_address(site.place.abuse)
    content = telling.content(recipient=recipient, sightings=sightings, **words)
    return build_notice_letter(content, telling.head(), now=START)


def sent(world: StillWorld, letter: Letter) -> Reply:
    """What comes back, as the product reads it."""
    with smtplib.SMTP(*world.mail, local_hostname="hotline.test", timeout=10) as client:
        client.sendmail(str(letter.sender), [str(letter.recipient)], letter.content)
    return parse_reply(world.post.box(US)[-1].as_bytes())


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr", "de", "nl"])
def test_a_notice_in_any_language_is_understood(world: StillWorld, language: str) -> None:
    letter = notice_to(world, "obedient.test", language=language)
    reply = sent(world, letter)
    assert world.desks.read_letters[0].items == ("obedient.test/known-0", "obedient.test/known-1")
    assert reply.message_ids[0] == letter.message_id
    assert "removed" in reply.claims


@pytest.mark.parametrize(
    ("host", "claim"),
    [
        ("slow.test", "received"),
        ("reencodes.test", "removed"),
        ("says-removed.test", "removed"),
        ("geo.test", "removed"),
        ("moves.test", "removed"),
        ("behind-proxy.test", "forwarded"),
        ("liar.test", "not_ours"),
    ],
)
def test_what_they_claim_is_read_and_need_not_be_true(world: StillWorld, host: str, claim: str) -> None:
    assert claim in sent(world, notice_to(world, host)).claims


def test_what_comes_back_undelivered_is_read_as_that(world: StillWorld) -> None:
    letter = notice_to(world, "bounces.test")
    reply = sent(world, letter)
    (bounce,) = reply.bounces
    assert (bounce.action, bounce.status, bounce.untrusted_recipient) == ("failed", "5.1.1", BOUNCING)
    assert reply.message_ids[0] == letter.message_id


def test_a_retraction_brings_it_back(world: StillWorld) -> None:
    letter = notice_to(world, "obedient.test")
    sent(world, letter)
    world.pass_days(1)
    item = world.item("obedient.test")
    assert world.look(item).status == 404
    content = telling.retraction(
        recipient=letter.recipient,
        message_id=telling.EARLIER_MESSAGE_ID,
        retracts=telling.PLACE,
        retracts_message_id=letter.message_id,
        retracts_sent=START,
    )
    sent(world, build_retraction_letter(content, telling.head(), now=START + timedelta(days=1)))
    assert world.look(item).showed
