"""A mail server that takes everything."""

from __future__ import annotations

import smtplib

from tutela.demo.post_office import post_office


def test_a_message_is_kept_and_one_that_does_not_come_is_waited_for_in_vain() -> None:
    with post_office() as office:
        with smtplib.SMTP("127.0.0.1", office.port, timeout=10) as client:
            client.sendmail("a@one.test", ["b@two.test"], b"Subject: hello\r\n\r\nbody\r\n")
        assert office.wait(1, 10.0)
        assert not office.wait(2, 0.1)
    (letter,) = office.letters
    assert (letter["Subject"], letter.get_content().strip()) == ("hello", "body")
