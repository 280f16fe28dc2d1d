"""Names are pinned to judged addresses: one bad answer refuses, no second look-up, a limit in time."""

from __future__ import annotations

import socket
import threading

import pytest

from tutela.kernel.egress.addresses import AddressPolicy, networks
from tutela.kernel.egress.resolving import ADDRESSES_MAX, FixedResolver, SystemResolver, pinned
from tutela.kernel.errors import Refused, Unavailable

OPEN = AddressPolicy(exceptions=networks(["127.0.0.0/8"]))


def table(*answers: tuple[str, ...]) -> FixedResolver:
    return FixedResolver(table={"hooks.example": list(answers)})


def test_public_answers_are_pinned_in_their_order_without_doubles() -> None:
    resolver = table(("8.8.8.8", "1.1.1.1", "8.8.8.8", "2606:4700::1111"))
    assert pinned("hooks.example", AddressPolicy(), resolver) == ("8.8.8.8", "1.1.1.1", "2606:4700::1111")


@pytest.mark.parametrize(
    "answers",
    [
        ("127.0.0.1",),
        ("8.8.8.8", "10.0.0.1"),
        ("2606:4700::1111", "::ffff:169.254.169.254"),
        ("8.8.8.8", "::1"),
    ],
)
def test_one_bad_answer_refuses_the_name(answers: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="may not be connected to"):
        pinned("hooks.example", AddressPolicy(), table(answers))


def test_an_answer_that_is_no_address_is_refused() -> None:
    with pytest.raises(Refused, match="no address"):
        pinned("hooks.example", AddressPolicy(), table(("0x7f.1",)))


def test_no_answer_and_an_unknown_name_are_unavailable() -> None:
    with pytest.raises(Unavailable):
        pinned("hooks.example", AddressPolicy(), table(()))
    with pytest.raises(Unavailable):
        pinned("other.example", AddressPolicy(), table(("8.8.8.8",)))


def test_too_many_answers_are_refused() -> None:
    many = tuple(f"8.8.{number}.8" for number in range(ADDRESSES_MAX + 1))
    with pytest.raises(Refused, match="too many"):
        pinned("hooks.example", AddressPolicy(), table(many))


def test_a_mapped_answer_is_pinned_as_the_address_it_carries() -> None:
    assert pinned("hooks.example", AddressPolicy(), table(("::ffff:8.8.8.8",))) == ("8.8.8.8",)


def test_the_fixed_resolver_can_change_its_mind() -> None:
    resolver = table(("8.8.8.8",), ("127.0.0.1",))
    answers = [resolver.addresses("hooks.example") for _ in range(3)]
    assert answers == [("8.8.8.8",), ("127.0.0.1",), ("127.0.0.1",)]


#: Threat model section 10.2: spellings that getaddrinfo turns into an address without asking anybody.
@pytest.mark.parametrize(
    "host", ["127.1", "0x7f000001", "2130706433", "017700000001", "0177.0.0.1", "0", "①②⑦.⓪.⓪.①"]
)
def test_the_system_resolver_knows_odd_spellings_and_the_guard_refuses_them(host: str) -> None:
    with pytest.raises(Refused):
        pinned(host, AddressPolicy(), SystemResolver())


def test_the_system_resolver_gives_literals() -> None:
    assert pinned("127.0.0.1", OPEN, SystemResolver()) == ("127.0.0.1",)


@pytest.mark.parametrize("error", [socket.gaierror("no"), UnicodeError("label too long")])
def test_a_name_without_address_is_unavailable(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object, **__: object) -> object:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(Unavailable, match="no address"):
        SystemResolver().addresses("hooks.example")


def test_a_silent_name_server_costs_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait(5) and [])
    with pytest.raises(Unavailable, match="in time"):
        SystemResolver(timeout_seconds=0.01).addresses("hooks.example")
    release.set()
