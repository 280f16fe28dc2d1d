from __future__ import annotations

import hashlib

from tests.commands.pilot_calls import Pilot
from tests.serving import free_port


def test_what_is_shown_has_the_digest_that_is_told(pilot: Pilot) -> None:
    pilot.found()
    assert pilot.join() == 0
    digest = pilot.shown()
    assert hashlib.sha256(pilot.out.encode()).hexdigest() == digest


def test_nothing_goes_without_the_digest_of_what_was_shown(pilot: Pilot) -> None:
    pilot.found()
    assert pilot.join() == 0
    assert pilot.mine("send", "--agree", "0" * 64) == 2 and "look at what would be sent first" in pilot.err
    pilot.shown()
    assert pilot.mine("send", "--agree", "0" * 64) == 2 and "nothing was sent" in pilot.err
    assert pilot.mine("send") == 2 and "--agree" in pilot.err


def test_what_did_not_arrive_can_be_sent_again(pilot: Pilot) -> None:
    pilot.write_draft(port=free_port())
    pilot.found()
    assert pilot.join() == 0
    digest = pilot.shown()
    for _ in range(2):
        assert pilot.mine("send", "--agree", digest) == 3, "nobody listens there"
