"""Registries over the guarded fetcher: a small one on loopback, asked as it would be on the internet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.kernel.egress.speaking import Speaker, fetcher, moved, ok, speaker
from tests.share.notices.registry_answers import document, hoster
from tutela.kernel.egress.fetching import guarded_fetcher
from tutela.kernel.errors import Refused, Unavailable
from tutela.share.notices.asking import Asker, Trouble
from tutela.share.notices.bootstrap import parse_bootstrap
from tutela.share.notices.fetched import FetchedRegistries
from tutela.share.notices.finding import Found, find_recipients
from tutela.share.notices.places import read_place
from tutela.share.notices.registries import ACCEPT_RDAP, ANSWER_BYTES_MAX


@contextmanager
def registry(answer: bytes) -> Iterator[tuple[Speaker, FetchedRegistries]]:
    with speaker(answer) as there:
        yield there, FetchedRegistries(fetcher(there.port))


def found_at(there: Speaker, registries: FetchedRegistries) -> Found:
    services = [[["198.51.100.0/24"], [f"http://127.0.0.1:{there.port}/rdap/"]]]
    bootstrap = parse_bootstrap(json.dumps({"ipv4": document(services)}), encrypted_only=False)
    place = read_place("http://198.51.100.7/a.jpg")
    return find_recipients(place, Asker(registries, bootstrap))


def test_a_registry_on_loopback_names_the_abuse_desk() -> None:
    with registry(ok(hoster(), "Content-Type: application/rdap+json")) as (there, registries):
        found = found_at(there, registries)
    assert [one.address for one in found.on("hoster")] == ["abuse@hoster.test"]
    head = there.received[0].decode()
    assert head.startswith("GET /rdap/ip/198.51.100.7 HTTP/1.1\r\n")
    assert f"\r\nAccept: {ACCEPT_RDAP}\r\n" in head


def test_a_registry_that_is_busy_says_when_to_come_back() -> None:
    with registry(ok(b"", "Retry-After: 30", status="429 Too Many Requests")) as (there, registries):
        found = found_at(there, registries)
    assert (found.retry_after_seconds, found.is_complete) == (30.0, False)


def test_a_body_that_is_too_large_is_refused() -> None:
    with (
        registry(ok(b" " * (ANSWER_BYTES_MAX + 1))) as (there, registries),
        pytest.raises(Refused),
    ):
        registries.get(f"http://127.0.0.1:{there.port}/", ACCEPT_RDAP)


def test_a_redirect_to_the_inside_is_refused_by_the_guard() -> None:
    with registry(moved("http://169.254.169.254/latest/meta-data")) as (there, registries):
        found = found_at(there, registries)
    assert Trouble(question="network", reason="refused") in found.troubles


def test_the_door_without_a_policy_asks_nothing_on_loopback() -> None:
    with speaker(ok(hoster())) as there, pytest.raises(Refused):
        FetchedRegistries(guarded_fetcher()).get(f"http://127.0.0.1:{there.port}/", ACCEPT_RDAP)
    assert there.connections == 0


def test_a_registry_that_is_away_is_unavailable() -> None:
    with speaker(ok()) as there:
        port = there.port
    with pytest.raises(Unavailable):
        FetchedRegistries(fetcher(port)).get(f"http://127.0.0.1:{port}/", ACCEPT_RDAP)


def test_what_was_told_has_the_address_that_was_asked() -> None:
    with registry(ok(hoster())) as (there, registries):
        found = found_at(there, registries)
    assert [one.url for one in found.answers] == [f"http://127.0.0.1:{there.port}/rdap/ip/198.51.100.7"]
