"""A file by its address: held as an upload is, within the same room, and refused in words."""

from __future__ import annotations

import os
import threading

import anyio
import pytest

from tutela.detect.service.admission import Admission, AdmissionRules
from tutela.detect.service.fetched import Fetches, error_of, fetches_of
from tutela.detect.service.problems import BadInput, Busy
from tutela.detect.service.settings import ServiceSettings
from tutela.kernel.egress.reasons import REASONS, Failure, Reason
from tutela.kernel.egress.replaying import Recorded, ReplayFetcher
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import FetchRequest, Response
from tutela.kernel.errors import TutelaError, Unavailable

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
        (Recorded(body=b"x" * 101), URL, BadInput),
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
    assert error.http_status == (503 if isinstance(error, Unavailable) else 422)
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


def test_nothing_is_fetched_unless_shape_and_addresses_are_switched_on() -> None:
    for settings in (
        ServiceSettings(),
        ServiceSettings(arachnid_enabled=True),
        ServiceSettings(arachnid_urls=True),
    ):
        assert fetches_of(settings, EgressSettings()) is None
    both = ServiceSettings(arachnid_enabled=True, arachnid_urls=True)
    assert isinstance(fetches_of(both, None), Fetches)
    with pytest.raises(Unavailable, match="none-such"):
        fetches_of(both, EgressSettings(fetcher="none-such"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]"])
def test_what_is_switched_on_meets_no_address_of_this_machine(host: str) -> None:
    fetches = fetches_of(ServiceSettings(arachnid_enabled=True, arachnid_urls=True), EgressSettings())
    assert fetches is not None
    with pytest.raises(BadInput, match="may not be met"):
        asked(fetches, admission(), f"http://{host}/")
