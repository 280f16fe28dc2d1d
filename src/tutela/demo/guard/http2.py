"""The same site in HTTP/2: as little of it as a browser needs to fetch pictures."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING, Final

import h2.config
import h2.connection
import h2.events

from tutela.demo.guard.serving import Answering

if TYPE_CHECKING:
    from tutela.demo.guard.deliveries import Answer

_READ_BYTES: Final = 64 << 10


async def serve(port: int, context: ssl.SSLContext, answering: Answering) -> asyncio.Server:
    """A server on loopback that speaks nothing else."""
    context.set_alpn_protocols(["h2"])

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Talk(reader, writer, answering).run()
        except (OSError, EOFError, h2.connection.ProtocolError):
            return  # who leaves or talks nonsense: their loss
        except asyncio.CancelledError:
            writer.transport.abort()
            raise
        finally:
            writer.close()

    return await asyncio.start_server(take, "127.0.0.1", port, ssl=context)


class _Talk:
    """One connection. Answers wait until the browser's window takes them."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answering: Answering
    ) -> None:
        self._reader, self._writer, self._answering = reader, writer, answering
        self._connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        self._left: dict[int, bytes] = {}

    async def run(self) -> None:
        """Answers until the browser goes."""
        self._connection.initiate_connection()
        while True:
            self._writer.write(self._connection.data_to_send())
            await self._writer.drain()
            came = await self._reader.read(_READ_BYTES)
            if not came:
                return
            for event in self._connection.receive_data(came):
                if isinstance(event, h2.events.RequestReceived):
                    self._answer(event)
            self._send()

    def _answer(self, event: h2.events.RequestReceived) -> None:
        path = next(_text(value) for name, value in event.headers or () if _text(name) == ":path")
        answer = self._answering(path)
        self._connection.send_headers(event.stream_id, _fields(answer))
        self._left[event.stream_id] = answer.body

    def _send(self) -> None:
        """As much of each answer as its window takes."""
        for stream in list(self._left):
            while self._left[stream] and (room := self._room(stream)) > 0:
                self._connection.send_data(stream, self._left[stream][:room])
                self._left[stream] = self._left[stream][room:]
            if not self._left[stream]:
                self._connection.end_stream(stream)
                del self._left[stream]

    def _room(self, stream: int) -> int:
        window: int = self._connection.local_flow_control_window(stream)
        frame: int = self._connection.max_outbound_frame_size
        return min(window, frame)


def _fields(answer: Answer) -> list[tuple[str, str]]:
    length = ("content-length", str(len(answer.body)))
    return [(":status", str(answer.status)), ("content-type", answer.content_type), length]


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode()
