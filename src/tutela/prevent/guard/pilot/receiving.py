"""The clinic's receiving server: one ASGI application without a framework, for one kind of POST.

It stores what is sealed and opens nothing; behind the clinic's own front, which does TLS. No log, no address,
no cookie. ``GET`` answers that it is there.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from tutela.kernel.errors import TutelaError
from tutela.prevent.guard.pilot.store import Store
from tutela.prevent.guard.pilot.wire import FRAME_BYTES_MAX

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
#: An ASGI 3 application.
Application = Callable[[Message, Receive, Send], Awaitable[None]]


def application(store: Store) -> Application:
    """The application of a store."""

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            await _say(send, *await _answered(store, scope["method"], receive))

    return answer


async def _answered(store: Store, method: str, receive: Receive) -> tuple[int, dict[str, Any]]:
    if method == "GET":
        return 200, {"ready": True}
    if method != "POST":
        return 405, {"error": "POST a report"}
    body = await _body(receive)
    if body is None:
        return 413, {"error": "this is too long for a report"}
    try:
        return 200, store.take(body)
    except TutelaError as error:
        return error.http_status, {"error": error.public_message()}


async def _body(receive: Receive) -> bytes | None:
    """The body; None where it is longer than any report: the rest is not read."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > FRAME_BYTES_MAX:
            return None
        if not message.get("more_body"):
            return bytes(body)


async def _say(send: Send, status: int, said: dict[str, Any]) -> None:
    body = json.dumps(said).encode("ascii")
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _live(receive: Receive, send: Send) -> None:
    """Return once the server ends."""
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
