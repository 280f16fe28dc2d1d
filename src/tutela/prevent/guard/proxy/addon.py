"""The hooks that mitmproxy calls. An answer is turned into a blank first and back only when it was ruled
shown: a hook that fails leaves the blank, since mitmproxy goes on with whatever is there.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable
from typing import Final

from mitmproxy.connection import Client
from mitmproxy.http import HTTPFlow, Response, ResponseData
from mitmproxy.tls import ClientHelloData

from tutela.prevent.guard.judging.places import Places
from tutela.prevent.guard.proxy.asking import ask_whole, destination
from tutela.prevent.guard.proxy.holding import hold, keep_here, replace
from tutela.prevent.guard.proxy.planning import Head, Plan, may_be_long, plan
from tutela.prevent.guard.proxy.policy import Policy
from tutela.prevent.guard.proxy.reading import Outcome, Reader, holds
from tutela.prevent.guard.proxy.sockets import carries
from tutela.prevent.guard.proxy.streaming import Bounded, Events, Instead, Piecewise, Watched
from tutela.prevent.guard.shapes import Path, Tier

#: Told of each block: nothing but the path and the tier.
Blocked = Callable[[Path, Tier], None]

_PLAN: Final = "guard"
_ALONE: Final = "alone"
_PLACE: Final = "place"


class Guard:
    """The addon. Its methods are hooks of mitmproxy (``mitmproxy.hooks``), called in one event loop."""

    def __init__(self, reader: Reader, policy: Policy, blocked: Blocked) -> None:
        self._reader, self._policy, self._blocked = reader, policy, blocked
        self.asked = False
        #: What is left alone, by the name of a tunnel or of an exchange: the browser's connection, the host.
        self._alone: dict[str, tuple[str, str | None]] = {}
        self._films = Places(pictures_max=policy.films_waiting_max, bytes_max=policy.film_bytes_max)

    def change(self, policy: Policy) -> list[str]:
        """Follows another policy from the next request on. Belongs to the event loop, as every hook.

        The connections of browsers in which something was left alone and no longer is: they have to end,
        because nothing that comes of it can be looked into.
        """
        self._policy = policy
        self._reader.change(policy)
        return list(dict.fromkeys(one for one, host in self._alone.values() if not self._left_alone(host)))

    def tls_clienthello(self, data: ClientHelloData) -> None:
        """A host on the person's list keeps its own certificate and is not looked into."""
        address = data.context.server.address
        host = data.client_hello.sni or (address[0] if address else None)
        if self._left_alone(host):
            data.ignore_connection = True
            self._alone[data.context.client.id] = data.context.client.id, host

    def client_disconnected(self, client: Client) -> None:
        """A browser's connection that has ended."""
        self._alone = {name: one for name, one in self._alone.items() if one[0] != client.id}

    def requestheaders(self, flow: HTTPFlow) -> None:
        """Asks for whole answers."""
        self.asked = True
        if not self._left_alone(flow.request.host):
            ask_whole(flow.request.headers)

    def responseheaders(self, flow: HTTPFlow) -> None:
        """Decides what becomes of the answer before its body comes."""
        if flow.response is None:
            return
        if self._left_alone(flow.request.host):
            flow.metadata[_PLAN] = _ALONE
            self._alone[flow.id] = flow.client_conn.id, flow.request.host
            flow.response.stream = True
            return
        try:
            self._plan(flow, flow.response)
        except Exception:  # noqa: BLE001 - whatever fails is held
            flow.metadata[_PLAN] = "held"
            flow.response.stream = self._instead(flow.response)

    def _plan(self, flow: HTTPFlow, response: Response) -> None:
        keep_here(response.headers)
        head = _head(flow, response)
        flow.metadata[_PLAN] = chosen = plan(head, self._policy)
        self._prepare(flow, response, head, chosen)

    def _keep_film(self, flow: HTTPFlow, response: Response, length_bytes: int) -> None:
        """Keeps a film together beyond the limit of all others, where there is a place for so much."""
        if not self._films.take(length_bytes):
            response.stream = self._instead(response)
            return
        flow.metadata[_PLACE] = length_bytes
        flow.response = Bounded.of(response, self._instead, bytes_max=length_bytes)

    def _leave(self, flow: HTTPFlow) -> None:
        """Forgets an exchange that has ended, and gives back the place of a film, if this was one."""
        self._alone.pop(flow.id, None)
        taken = flow.metadata.pop(_PLACE, None)
        if taken is not None:
            self._films.leave(taken)

    def error(self, flow: HTTPFlow) -> None:
        """An exchange that ended early."""
        self._leave(flow)

    def _prepare(self, flow: HTTPFlow, response: Response, head: Head, chosen: Plan) -> None:
        response.stream = False
        if chosen == "held":
            response.stream = self._instead(response)
        elif chosen == "watched":
            response.stream = self._watched(response)
        elif chosen == "events":
            response.stream = self._events(response)
        elif chosen == "film" and head.length_bytes is not None:
            self._keep_film(flow, response, head.length_bytes)
        elif chosen in {"whole", "bare"}:  # beyond the limit too, whatever was said of its length
            passes = chosen == "whole" and may_be_long(head)
            flow.response = Bounded.of(response, self._watched if passes else self._instead)

    def _instead(self, response: Response) -> Piecewise:
        self._count("undecided")
        content = hold(response)
        response.raw_content = None
        return Instead(content)

    def _watched(self, response: Response) -> Watched:
        headers = response.headers
        return Watched(
            headers.get("Content-Type", ""),
            headers.get("Content-Encoding", ""),
            held=lambda: self._count("undecided"),
            attachment=_is_attachment(response),
        )

    def _events(self, response: Response) -> Events:
        encoding = response.headers.pop("Content-Encoding", "")
        response.headers.pop("Content-Length", None)
        return Events(
            encoding, segments_pass=self._policy.segments_pass, held=lambda: self._count("undecided")
        )

    async def response(self, flow: HTTPFlow) -> None:
        """Passes, mends or holds an answer whose body is here."""
        try:
            await self._answered(flow)
        finally:
            self._leave(flow)

    async def _answered(self, flow: HTTPFlow) -> None:
        response, chosen = flow.response, flow.metadata.get(_PLAN, "held")
        if response is None or chosen in {_ALONE, "events"}:
            return
        if chosen == "bare":
            response.raw_content = b""
        elif isinstance(response.stream, Watched):
            if response.stream.broken and flow.killable:
                flow.kill()
        elif chosen not in {"whole", "film"}:
            _hold_bare(response)
        elif response.raw_content and not response.stream:
            await self._decide(response, response.raw_content, destination(flow.request.headers))

    async def _decide(self, response: Response, body: bytes, wanted: str) -> None:
        came = copy.copy(response.data)
        came.headers = response.headers.copy()
        headers = response.headers
        content_type, encoding = headers.get("Content-Type", ""), headers.get("Content-Encoding", "")
        hold(response)
        try:
            outcome = await self._reader.read(body, content_type, encoding, destination=wanted)
        except Exception:  # noqa: BLE001 - whatever fails is held
            outcome = holds()
        self._release(response, came, outcome)
        for tier in outcome.held:
            self._count(tier)

    def _release(self, response: Response, came: ResponseData, outcome: Outcome) -> None:
        if not outcome.passes:
            return
        response.data = came
        if outcome.mended is not None:
            replace(response, outcome.mended)

    def http_connect_error(self, flow: HTTPFlow) -> None:
        """A tunnel that could not be opened says so without a name."""
        if flow.response is not None:
            flow.response.content = b""

    def websocket_message(self, flow: HTTPFlow) -> None:
        """Drops what comes with a picture in it, and forgets every message."""
        if flow.websocket is None:
            return
        message = flow.websocket.messages[-1]
        flow.websocket.messages.clear()
        if message.from_client or self._left_alone(flow.request.host):
            return
        if carries(message.content, segments_pass=self._policy.segments_pass):
            message.drop()
            self._count("undecided")

    def _left_alone(self, host: str | None) -> bool:
        return self._policy.leaves_alone(host)

    def _count(self, tier: Tier) -> None:
        with contextlib.suppress(Exception):  # a counter that fails stops nothing
            self._blocked("network", tier)


def _hold_bare(response: Response) -> None:
    """Holds an answer that came without a body after all, and drops what came behind one that is held."""
    response.trailers = None
    if response.raw_content is not None:
        hold(response)


def _head(flow: HTTPFlow, response: Response) -> Head:
    headers = response.headers
    return Head(
        status=response.status_code,
        method=flow.request.method.upper(),
        content_type=headers.get("Content-Type", ""),
        content_encoding=headers.get("Content-Encoding", ""),
        length_bytes=_length(response),
        destination=destination(flow.request.headers),
        attachment=_is_attachment(response),
    )


def _is_attachment(response: Response) -> bool:
    said = str(response.headers.get("Content-Disposition", ""))
    return said.strip().lower().startswith("attachment")


def _length(response: Response) -> int | None:
    """What the server says; None where it does not say or contradicts itself."""
    if "Transfer-Encoding" in response.headers:
        return None
    said = response.headers.get("Content-Length", "")
    return int(said) if said.isascii() and said.isdigit() else None
