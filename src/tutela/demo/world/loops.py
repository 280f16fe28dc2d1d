"""One event loop in a thread of its own, and sockets on many addresses at one port."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from tutela.kernel.errors import Conflict, Unavailable

Result = TypeVar("Result")

#: Seconds in which something that is started or ended on the loop has to be done.
DONE_SECONDS = 30.0
#: Ports that are tried where any will do: one may be taken on one of the addresses.
TRIES = 20
#: Connections that wait to be taken, for each address.
BACKLOG = 128


class LoopThread:
    """An event loop that runs in a thread until ``close``."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def call(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """What the coroutine returned, run on the loop. For any other thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(DONE_SECONDS)

    def close(self) -> None:
        """Ends everything that runs on it, and the thread."""
        self.call(_end_others())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(DONE_SECONDS)
        self.loop.close()


def bound(addresses: Sequence[str], port: int) -> tuple[socket.socket, ...]:
    """Listening sockets at all of these addresses and one port; any free port where it is 0.

    Raises Conflict where the port is taken on one of them, Unavailable where the machine has no such address.
    """
    for _ in range(1 if port else TRIES):
        sockets: list[socket.socket] = []
        try:
            for address in addresses:
                at = port or (sockets[0].getsockname()[1] if sockets else 0)
                sockets.append(_listening(address, at))
        except OSError as error:
            for opened in sockets:
                opened.close()
            if error.errno == errno.EADDRNOTAVAIL:
                raise Unavailable("this machine has not the whole of 127.0.0.0/8: Linux has it") from error
        else:
            return tuple(sockets)
    raise Conflict(f"port {port or 'of any number'} is not free at {addresses[0]} and the addresses after it")


def _listening(address: str, port: int) -> socket.socket:
    # asyncio switches Nagle's algorithm off only where the protocol is named: 40 ms for each mail else
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((address, port))
        opened.listen(BACKLOG)
        opened.setblocking(False)
    except BaseException:
        opened.close()
        raise
    return opened


async def _end_others() -> None:
    own = asyncio.current_task()
    others = [task for task in asyncio.all_tasks() if task is not own]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0.01)  # transports that were closed say goodbye on the next turn of the loop
