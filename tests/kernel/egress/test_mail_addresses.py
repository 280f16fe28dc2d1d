from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.egress.mail_addresses import parse_mail_address

LOCAL = st.from_regex(r"[a-z0-9+_-]{1,20}(\.[a-z0-9+_-]{1,10}){0,2}", fullmatch=True)
HOST = st.from_regex(r"([a-z0-9]{1,10}\.){1,3}[a-z]{2,8}", fullmatch=True)


@given(LOCAL, HOST)
def test_a_plain_address_is_read_and_written_the_same(local: str, host: str) -> None:
    read = parse_mail_address(f"{local}@{host}")
    assert (read.local, read.host, str(read)) == (local, host, f"{local}@{host}")


@given(st.text(max_size=60))
def test_whatever_is_taken_has_nothing_that_a_command_could_take_for_more(text: str) -> None:
    try:
        read = parse_mail_address(text)
    except ValueError:
        return
    assert str(read).isascii() and str(read).isprintable()
    assert not set(str(read)) & set(' \t\r\n<>,;:"()[]\\%!') and str(read).count("@") == 1


def test_the_domain_is_in_lower_case_and_the_local_part_as_written() -> None:
    assert str(parse_mail_address("Abuse@HOST.Test")) == "Abuse@host.test"


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "a@", "@b.test", "a@b", "a@b..test", "a@.test", "a@b.test.", "a..b@c.test", ".a@b.test"),
        *("a.@b.test", "a@b@c.test", "a b@c.test", "a@b.test ", " a@b.test", "a@b.test\n", "a\n@b.test"),
        *('"a"@b.test', "a(c)@b.test", "<a@b.test>", "A <a@b.test>", "a@b.test,c@d.test", "a@b.test;c"),
        *("a@[1.2.3.4]", "a@1.2.3.4", "a%b@c.test", "a!b@c.test", "ä@b.test", "a@ä.test", "a@b.tést"),
        *("a@-b.test", "a@b-.test", "x" * 65 + "@b.test", "a@" + "b." * 130 + "test", "a\x00@b.test"),
        *("a@b_c.test", "postmaster", "a@b.test\r\nRCPT TO:<x@y.test>"),
    ],
    ids=range(38),
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a mail address"):
        parse_mail_address(text)
