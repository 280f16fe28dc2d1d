"""Registries that answer from a table."""

from __future__ import annotations

import pytest

from tutela.kernel.errors import Refused, Unavailable
from tutela.share.notices.registries import ACCEPT_RDAP, Answer, MemoryRegistries


def test_a_body_is_an_answer_from_where_it_was_asked() -> None:
    registries = MemoryRegistries({"https://a.test/": b"{}"})
    answer = registries.get("https://a.test/", ACCEPT_RDAP)
    assert (answer.status, answer.untrusted_body, answer.untrusted_final_url) == (
        200,
        b"{}",
        "https://a.test/",
    )
    assert registries.asked == ["https://a.test/"]


def test_what_is_not_in_the_table_does_not_exist() -> None:
    assert MemoryRegistries().get("https://a.test/", ACCEPT_RDAP).status == 404


def test_a_whole_answer_and_an_error_come_as_they_stand() -> None:
    moved = Answer(status=200, untrusted_body=b"", untrusted_final_url="https://b.test/")
    registries = MemoryRegistries({"https://a.test/": moved, "https://b.test/": Refused("no")})
    assert registries.get("https://a.test/", ACCEPT_RDAP) is moved
    with pytest.raises(Refused):
        registries.get("https://b.test/", ACCEPT_RDAP)


def test_registries_that_are_down_say_when_to_come_back() -> None:
    registries = MemoryRegistries({"https://a.test/": b"{}"})
    registries.down = True
    with pytest.raises(Unavailable) as caught:
        registries.get("https://a.test/", ACCEPT_RDAP)
    assert caught.value.retry_after_seconds == 60


def test_no_address_shows_in_repr() -> None:
    answer = Answer(status=200, untrusted_body=b"secret", untrusted_final_url="https://secret.test/")
    assert "secret" not in repr(answer)
