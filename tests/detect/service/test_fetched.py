"""A file by its address: held as an upload is, within the same room, and refused in words."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from typing import Any

import anyio
import pytest

from tutela.detect.service.admission import Admission, AdmissionRules
from tutela.detect.service.fetched import FETCHES, Fetches, error_of, fetches_of
from tutela.detect.service.problems import BadInput, Busy, TooLarge
from tutela.detect.service.settings import HmaSettings, ServiceSettings
from tutela.kernel.egress import connecting
from tutela.kernel.egress.reasons import REASONS, Failure, Reason
from tutela.kernel.egress.replaying import Recorded, ReplayFetcher
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import FetchRequest, Response
from tutela.kernel.errors import Invalid, TutelaError, Unavailable
from tutela.kernel.metrics import PrometheusMetrics

URL = "https://host.example/picture"
PICTURE = b"picture of a hill"


def admission(held_bytes_max: int = 1_000) -> Admission:
    return Admission(AdmissionRules(held_bytes_max=held_bytes_max))


def asked(fetches: Fetches, room: Admission, url: str = URL, bytes_max: int = 100) -> tuple[bytes, int, int]:
    """What was held, its size, and the bytes that were taken while it was."""

    async def ask() -> tuple[bytes, int, int]:
        async with fetches.body(url, room, bytes_max=bytes_max) as body:
            return os.pread(body.fd, 1_000, 0), body.size_bytes, room.held_bytes

    return anyio.run(ask)


def test_a_file_is_held_while_it_is_needed_and_its_room_given_back() -> None:
    room = admission()
    got = asked(Fetches(ReplayFetcher({URL: Recorded(body=PICTURE)})), room)
    assert got == (PICTURE, len(PICTURE), len(PICTURE))
    assert room.held_bytes == 0


@pytest.mark.parametrize(
    ("recorded", "url", "error"),
    [
        (Recorded(body=b"gone", status=404), URL, BadInput),
        (Recorded(body=b""), URL, BadInput),
        (Recorded(body=b"x" * 101), URL, TooLarge),
        (Recorded(body=b"half", failure="cut_short"), URL, Unavailable),
        (Recorded(), "http://127.1/", BadInput),
        (Recorded(), "https://other.example/", Unavailable),
    ],
)
def test_what_is_no_whole_file_is_refused_without_a_word_of_the_address(
    recorded: Recorded, url: str, error: type[TutelaError]
) -> None:
    room = admission()
    with pytest.raises(error) as caught:
        asked(Fetches(ReplayFetcher({URL: recorded})), room, url)
    assert "example" not in str(caught.value)
    assert "127" not in str(caught.value)
    assert room.held_bytes == 0


@pytest.mark.parametrize("reason", REASONS)
def test_each_word_becomes_an_error_of_the_callers_or_of_the_worlds(reason: Reason) -> None:
    error = error_of(Failure(reason=reason, retry_after_seconds=7))
    blamed = 413 if reason == "too_large" else 422
    assert error.http_status == (503 if isinstance(error, Unavailable) else blamed)
    if isinstance(error, Unavailable):
        assert error.retry_after_seconds == 7
    else:
        assert getattr(error, "field", "") == "url"


def test_without_room_nothing_is_fetched() -> None:
    fetcher = ReplayFetcher({URL: Recorded(body=PICTURE)})
    with pytest.raises(Busy):
        asked(Fetches(fetcher), admission(99))
    assert fetcher.asked == []


class Slow:
    """A fetcher that waits until it may go on."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def fetch(self, request: FetchRequest) -> Response | Failure:
        self.begun.set()
        self.go_on.wait(5)
        return Failure(reason="too_slow")


def test_one_more_than_there_are_turns_is_told_to_come_back() -> None:
    slow, room = Slow(), admission()
    fetches = Fetches(slow, at_once=1)

    async def fetch() -> None:
        with pytest.raises(Unavailable):
            async with fetches.body(URL, room, bytes_max=10):
                pass

    async def both() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(fetch)
            await anyio.to_thread.run_sync(slow.begun.wait, 5)
            with pytest.raises(Busy) as caught:
                async with fetches.body(URL, room, bytes_max=10):
                    pass
            assert caught.value.retry_after_seconds
            slow.go_on.set()

    anyio.run(both)
    assert room.held_bytes == 0


def test_what_came_of_each_address_is_counted_in_fixed_words() -> None:
    metrics = PrometheusMetrics([FETCHES])
    recorded = {
        URL: Recorded(body=PICTURE),
        "https://gone.example/": Recorded(body=b"gone", status=404),
        "https://empty.example/": Recorded(body=b""),
    }
    fetches = Fetches(ReplayFetcher(recorded), metrics=metrics)
    for url in (*recorded, "http://127.1/", "https://other.example/"):
        with suppress(TutelaError):
            asked(fetches, admission(), url)
    with pytest.raises(Busy):
        asked(fetches, admission(99))
    said = metrics.exposition().decode()
    for word in ("fetched", "other_status", "empty", "url_disputed", "not_recorded", "no_turn"):
        assert f'tutela_service_fetches_total{{outcome="{word}"}} 1.0' in said
    assert "example" not in said


ARACHNID = ServiceSettings(arachnid_enabled=True, arachnid_urls=True)
HMA = ServiceSettings(hma=HmaSettings(enabled=True, urls=True))


def test_nothing_is_fetched_unless_shape_and_addresses_are_switched_on() -> None:
    for settings in (
        ServiceSettings(),
        ServiceSettings(arachnid_enabled=True),
        ServiceSettings(arachnid_urls=True),
        ServiceSettings(hma=HmaSettings(enabled=True)),
        ServiceSettings(hma=HmaSettings(urls=True)),
        ServiceSettings(arachnid_enabled=True, hma=HmaSettings(urls=True)),
    ):
        assert fetches_of(settings, EgressSettings()) is None
    for both in (ARACHNID, HMA):
        assert isinstance(fetches_of(both, None), Fetches)
        with pytest.raises(Unavailable, match="none-such"):
            fetches_of(both, EgressSettings(fetcher="none-such"))


@pytest.mark.parametrize("settings", [ARACHNID, HMA], ids=["arachnid", "hma"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]"])
def test_what_is_switched_on_meets_no_address_of_this_machine(host: str, settings: ServiceSettings) -> None:
    fetches = fetches_of(settings, EgressSettings())
    assert fetches is not None
    with pytest.raises(BadInput, match="may not be met"):
        asked(fetches, admission(), f"http://{host}/")


def opened(*names: str, **egress: Any) -> Fetches:
    """What fetches with these networks opened."""
    settings = HMA.model_copy(update={"fetch_networks": names})
    found = fetches_of(settings, EgressSettings(**egress))
    assert found is not None
    return found


def test_a_network_that_is_named_may_be_met_and_its_neighbour_not(monkeypatch: pytest.MonkeyPatch) -> None:
    met: list[str] = []

    def refuse(address: str, *_: object) -> socket.socket:
        met.append(address)
        raise OSError("nobody is there")

    monkeypatch.setattr(connecting, "_opened", refuse)
    with pytest.raises(Unavailable):
        asked(opened("10.1.2.0/24"), admission(), "http://10.1.2.3/")
    for url in ("http://10.1.3.3/", "http://127.0.0.1/", "http://169.254.169.254/", "http://192.168.0.1/"):
        with pytest.raises(BadInput, match="may not be met"):
            asked(opened("10.1.2.0/24"), admission(), url)
    assert met == ["10.1.2.3"]


@pytest.mark.parametrize(
    "name",
    ["127.0.0.1/32", "127.0.0.0/8", "64.0.0.0/2", "::1/128", "::ffff:127.0.0.1/128", "0.0.0.0/0", "::/0",
     "169.254.169.254/32", "fe80::/10", "10.1.2.3/24", "a network", ""],
)  # fmt: skip
def test_no_setting_opens_this_machine_or_the_metadata_of_a_cloud(name: str) -> None:
    with pytest.raises(Invalid) as caught:
        opened("10.1.2.0/24", name)
    assert caught.value.field == "service.fetch_networks"


def test_networks_are_opened_by_the_guarded_fetcher_alone() -> None:
    with pytest.raises(Invalid, match="replay opens no networks"):
        opened("10.1.2.0/24", fetcher="replay")
    assert isinstance(opened(fetcher="replay"), Fetches)
