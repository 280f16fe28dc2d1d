"""The whole way: a match and a list change in one process, delivered by another to a server on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.detect.service.drafts import create
from tests.detect.service.test_hook_changes import Standing
from tests.detect.service.test_hooks import news
from tutela.detect.service.changes import MemoryChangeLog
from tutela.detect.service.hook_endpoints import Endpoint
from tutela.detect.service.hook_opening import QUEUE, deliver, endpoints_of, open_hooks
from tutela.detect.service.hook_signing import check_signature, new_secret
from tutela.detect.service.settings import ServiceSettings
from tutela.kernel.clock import SystemClock
from tutela.kernel.errors import Invalid, Unavailable

SECRET = new_secret()


class Receiver(BaseHTTPRequestHandler):
    """Verifies and remembers the types of what it was sent."""

    types: list[str]
    both: threading.Event

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        check_signature(SECRET, headers, body, now_seconds=SystemClock().now().timestamp())
        self.types.append(json.loads(body)["type"])
        self.send_response(204)
        self.end_headers()
        if len(self.types) == 2:
            self.both.set()

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


@pytest.fixture
def receiver() -> Iterator[HTTPServer]:
    Receiver.types, Receiver.both = [], threading.Event()
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def endpoint(url: str) -> Endpoint:
    return Endpoint(name="desk", url=url, secrets=(SECRET,))


@pytest.mark.slow
def test_a_match_and_a_change_reach_the_receiver(receiver: HTTPServer, tmp_path: Path) -> None:
    desk = endpoint(f"http://127.0.0.1:{receiver.server_port}/in")
    worker, sender = (open_hooks(tmp_path, [desk]) for _ in range(2))
    log, shelf, stop = MemoryChangeLog(), Standing(), threading.Event()
    sender.queue.set_mark(f"told {log.identity}", 0)
    thread = threading.Thread(target=deliver, args=(sender, log, shelf, stop))
    thread.start()
    assert worker.matched(news()).queued == 1
    log.append(create("hotline"))
    shelf.sequence = 1
    assert Receiver.both.wait(10)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert sorted(Receiver.types) == ["list.changed", "match.found"]
    worker.close()
    sender.close()


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    for wrong in ("169.254.0.0/16", "no network"):
        with pytest.raises(Invalid) as caught:
            open_hooks(tmp_path, [], open_networks=[wrong])
        assert caught.value.field == "hook_networks"
    twice = [endpoint("https://desk.example/")] * 2
    with pytest.raises(Invalid, match="twice"):
        open_hooks(tmp_path, twice)


def test_a_queue_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / QUEUE).write_bytes(b"something else that is long enough to be no database" * 20)
    with pytest.raises(Invalid):
        open_hooks(tmp_path, [])
    with pytest.raises(Unavailable):
        open_hooks(tmp_path / "nowhere", [])


def test_endpoints_stand_in_the_settings_and_their_secrets_beside_them() -> None:
    url = "https://desk.example/in?key=hidden"
    chosen = ServiceSettings.model_validate(
        {
            "hooks": [
                {"name": "desk", "url": url, "role": "detail", "kinds": ["match.found"], "lists": ["a"]}
            ],
            "hook_secrets": {"desk": [SECRET]},
            "hook_networks": ["10.1.2.0/24"],
        }
    )
    (desk,) = endpoints_of(chosen)
    assert desk == Endpoint(
        name="desk", url=url, secrets=(SECRET,), role="detail", kinds=("match.found",), lists=("a",)
    )
    assert SECRET not in repr(chosen)
    assert "hidden" not in repr(chosen)
    assert endpoints_of(ServiceSettings()) == ()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"hooks": [{"name": "desk", "url": "https://desk.example/"}]}, "hooks.desk.secrets"),
        ({"hook_secrets": {"desk": [SECRET]}}, "service.hook_secrets"),
        ({"hook_networks": ["169.254.0.0/16"]}, "hook_networks"),
        (
            {"hooks": [{"name": "desk", "url": "http://desk.example/"}], "hook_secrets": {"desk": [SECRET]}},
            "hooks.desk.url",
        ),
    ],
)
def test_wrong_endpoints_are_named_before_anything_is_opened(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        endpoints_of(ServiceSettings.model_validate(wrong))
    assert caught.value.field == field
