from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.share.notices.bounces import RECIPIENTS_MAX, Bounce, parse_bounces, parse_fields

REPORT = """\
Reporting-MTA: dns; mx.host.test
Arrival-Date: Mon, 04 May 2026 09:30:00 +0000

Original-Recipient: rfc822;abuse@host.test
Final-Recipient: rfc822; abuse-desk@host.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user
 here
"""


def test_a_report_says_for_whom_what_happened() -> None:
    assert parse_bounces(REPORT) == (
        Bounce(action="failed", status="5.1.1", untrusted_recipient="abuse@host.test"),
    )
    assert "abuse" not in repr(parse_bounces(REPORT))


@pytest.mark.parametrize(
    ("action", "status", "undelivered", "permanent", "dead"),
    [
        ("failed", "5.1.1", True, True, True),
        ("Failed", "5.1.10 (null MX)", True, True, True),
        ("failed", "5.7.1", True, True, False),
        ("failed", "5.2.2", True, True, False),
        ("failed", "4.4.7", True, False, False),
        ("failed", "", True, False, False),
        ("delayed", "4.4.1", False, False, False),
        ("delayed", "5.1.1", False, False, False),
        ("delivered", "2.1.5", False, False, False),
        ("relayed", "2.0.0", False, False, False),
    ],
)
def test_only_what_was_given_up_is_lost_and_only_a_missing_mailbox_is_dead(
    action: str, status: str, undelivered: bool, permanent: bool, dead: bool
) -> None:
    (found,) = parse_bounces(f"Action: {action}\nStatus: {status}\nFinal-Recipient: rfc822; a@b.test\n")
    assert (found.is_undelivered, found.is_permanent, found.address_is_dead) == (undelivered, permanent, dead)


def test_an_international_address_is_read() -> None:
    (found,) = parse_bounces("Action: failed\nStatus: 5.1.1\nFinal-Recipient: utf-8; stra\u00dfe@b.test\n")
    assert found.untrusted_recipient == "stra\u00dfe@b.test"


def test_a_block_without_a_known_action_is_none() -> None:
    assert parse_bounces("") == parse_bounces("Action: exploded\nStatus: 5.1.1\n") == ()


def test_recipients_are_bounded() -> None:
    assert len(parse_bounces("Action: failed\n\n" * 100)) == RECIPIENTS_MAX


def test_fields_are_the_first_of_each_name_folded_lines_put_together() -> None:
    fields = parse_fields("A: 1\n two\nno field\n lost\nb : 3\na: 4\n lost\n")
    assert fields == {"a": "1 two", "b": "3"}


@given(st.text(max_size=500))
def test_arbitrary_text_is_read(text: str) -> None:
    for found in parse_bounces(text + "\n\nAction: failed\n" + text):
        assert len(found.untrusted_recipient) <= 320 and (not found.status or found.status[0] in "245")
