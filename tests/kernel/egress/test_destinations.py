"""Destinations of the settings: https, or http to loopback; both parsers agree; nothing hidden inside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.kernel.egress.addresses import AddressPolicy
from tutela.kernel.egress.destinations import URL_CHARACTERS_MAX, Destination, is_loopback, parse_destination
from tutela.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("url", "expected", "authority"),
    [
        ("https://hooks.example/in?a=1", ("https", "hooks.example", 443, "/in?a=1"), "hooks.example"),
        ("HTTPS://Hooks.Example", ("https", "hooks.example", 443, "/"), "hooks.example"),
        ("https://hooks.example:8443/x", ("https", "hooks.example", 8443, "/x"), "hooks.example:8443"),
        ("https://8.8.8.8/", ("https", "8.8.8.8", 443, "/"), "8.8.8.8"),
        ("https://[2606:4700::1]:444/", ("https", "2606:4700::1", 444, "/"), "[2606:4700::1]:444"),
        ("http://127.0.0.1:8701/in", ("http", "127.0.0.1", 8701, "/in"), "127.0.0.1:8701"),
        ("http://[::1]/in", ("http", "::1", 80, "/in"), "[::1]"),
    ],
)
def test_destination_is_read(url: str, expected: tuple[str, str, int, str], authority: str) -> None:
    destination = parse_destination(url)
    scheme, host, port, target = expected
    assert destination == Destination(scheme=scheme, host=host, port=port, target=target)
    assert destination.authority == authority
    assert destination.encrypted is (scheme == "https")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hooks.example/in", "https"),
        ("http://10.0.0.1/in", "https"),
        ("http://localhost/in", "https"),
        ("ftp://hooks.example/in", "https"),
        ("https://user:secret@hooks.example/in", "credentials"),
        ("https://hooks.example/in#part", "fragment"),
        ("https://hooks.example:0/", "port 0"),
        ("https://hooks.example/a b", "printable"),
        ("https://hooks.example/\u202egpj", "printable"),
        ("https://hooks.example/" + "a" * URL_CHARACTERS_MAX, "printable"),
        ("hooks.example/in", "no URL"),
        ("", "printable"),
        ("https://good.example\\@127.0.0.1/", "disagree"),
        ("https://127.0.0.1\\@good.example/", "disagree"),
        ("https://127.1/", "disagree"),
        ("https://0x7f.1/", "disagree"),
        ("https://2130706433/", "disagree"),
        ("https:///127.0.0.1/", "disagree"),
        ("https:127.0.0.1", "disagree"),
        ("https://good.example%00.evil/", "no URL"),
        ("//127.0.0.1/x", "no URL"),
        ("javascript:alert(1)", "disagree"),
    ],
)
def test_url_is_refused_and_the_field_is_named(url: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as caught:
        parse_destination(url, field="hooks.desk.url")
    assert caught.value.field == "hooks.desk.url"
    assert "secret" not in str(caught.value)


def test_the_target_is_not_shown() -> None:
    assert "token" not in repr(parse_destination("https://hooks.example/in?key=token"))


def test_a_written_loopback_address_opens_itself_alone() -> None:
    policy = parse_destination("http://127.0.0.1/").policy(AddressPolicy())
    assert policy.judge("127.0.0.1").allowed
    assert not policy.judge("127.0.0.2").allowed
    assert parse_destination("https://127.0.0.1/").policy(AddressPolicy()).judge("127.0.0.1").allowed


def test_a_name_or_a_private_address_opens_nothing() -> None:
    general = AddressPolicy()
    assert parse_destination("https://hooks.example/").policy(general) is general
    assert parse_destination("https://10.0.0.1/").policy(general) is general


def test_loopback_is_an_address_not_a_name() -> None:
    assert is_loopback("127.9.9.9")
    assert is_loopback("::1")
    assert not is_loopback("localhost")
    assert not is_loopback("128.0.0.1")


@given(st.text(max_size=60) | st.from_regex(r"https?://[a-z0-9@:.\\/#?%\[\]-]{0,40}", fullmatch=True))
def test_any_text_is_a_destination_or_invalid(text: str) -> None:
    try:
        destination = parse_destination(text)
    except Invalid:
        return
    assert destination.host
    assert destination.encrypted or is_loopback(destination.host)
    assert (
        parse_destination(f"{destination.scheme}://{destination.authority}{destination.target}")
        == destination
    )
