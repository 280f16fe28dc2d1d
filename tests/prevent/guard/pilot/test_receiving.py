from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.prevent.guard.pilot.making import clock, office_at
from tests.prevent.guard.pilot.test_store import frame_of
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.pilot.office import Office
from tutela.prevent.guard.pilot.receiving import Message, application
from tutela.prevent.guard.pilot.store import Store
from tutela.prevent.guard.pilot.wire import FRAME_BYTES_MAX


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return office_at(tmp_path / "s")


def asked(
    store: Store, method: str, *parts: bytes, hangs_up: bool = False
) -> tuple[int, Any, dict[bytes, bytes]]:
    """Status, what was said and the headers of one exchange."""
    coming = [
        {"type": "http.request", "body": part, "more_body": place < len(parts) - 1 or hangs_up}
        for place, part in enumerate(parts or (b"",))
    ]
    coming.append({"type": "http.disconnect"})
    going: list[Message] = []

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        going.append(message)

    asyncio.run(application(store)({"type": "http", "method": method}, receive, send))  # type: ignore[arg-type]  # a coroutine
    start, body = going
    return start["status"], json.loads(body["body"]), dict(start["headers"])


def test_a_report_is_taken_in_one_piece_or_many(office: Office) -> None:
    store, frame = Store(office.path, clock()), frame_of(office)
    status, said, headers = asked(store, "POST", frame)
    assert status == 200 and len(said["receipt"]) == 64
    assert asked(store, "POST", frame[:10], frame[10:500], frame[500:])[1] == said
    assert headers[b"cache-control"] == b"no-store" and b"set-cookie" not in headers
    assert asked(store, "GET")[:2] == (200, {"ready": True})


def test_what_is_no_report_is_refused_without_a_word_more(office: Office) -> None:
    store = Store(office.path, clock())
    assert asked(store, "PUT", b"x")[0] == asked(store, "HEAD")[0] == 405
    assert asked(store, "POST", b"nonsense")[0] == 422
    assert asked(store, "POST", b"x" * FRAME_BYTES_MAX, b"x")[0] == 413
    frame = frame_of(office)
    assert asked(store, "POST", frame[:4] + b"y" * 32 + frame[36:])[0] == 404
    assert asked(store, "POST", frame, hangs_up=True)[0] == 413, "a sender that went is not half taken"
    assert not list(store.frames())


def test_a_disk_that_fails_is_told_and_nothing_is_lost(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, frame = Store(office.path, clock()), frame_of(office)

    def full(*_: object) -> None:
        raise Unavailable("full")

    monkeypatch.setattr("tutela.prevent.guard.pilot.store.durable.write_file", full)
    assert asked(store, "POST", frame)[0] == 503
    monkeypatch.undo()
    assert asked(store, "POST", frame)[0] == 200 and len(list(store.frames())) == 1


def test_it_starts_and_ends_with_its_server(office: Office) -> None:
    coming = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    going: list[str] = []

    async def receive() -> Message:
        return dict[str, Any](coming.pop(0))

    async def send(message: Message) -> None:
        going.append(message["type"])

    app = application(Store(office.path, clock()))
    asyncio.run(app({"type": "lifespan"}, receive, send))  # type: ignore[arg-type]  # a coroutine
    assert going == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
