"""A platform that sends uploads to a match service, each answer checked; a process of its own.

``python -m proofs.upload_client PLAN``: PLAN is a file with a ``Plan`` as JSON; one line of JSON comes out. A
*closed* run sends the next upload on a connection when the last one is answered. An *open* run sends at
moments that are fixed beforehand, on whichever connection is free, and a latency counts from that moment: a
service that falls behind cannot hide it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import resource
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

#: What files that are listed are called, and the status that they get; all others are ``unknown``.
LISTED, FOUND, NOT_FOUND = "listed-", "known", "unknown"
#: Seconds for what is still under way when the time is over.
LAST_SECONDS = 20.0
_SEED = 203
_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What to send: the files ``*.jpg`` of a folder, one after the other in a random order, for how long.

    ``per_second`` 0 is a closed run; otherwise uploads begin at that rate, at equal distances or, with
    ``poisson``, as a Poisson process, until SIGTERM or the end of the time.
    """

    port: int
    token: str
    folder: str
    connections: int
    seconds: float
    per_second: float = 0.0
    poisson: bool = False


@dataclass(kw_only=True, slots=True)
class Seen:
    """What came back. ``wrong`` counts answers that must not be, by what is wrong with them."""

    milliseconds: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu_seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """One request as it goes over the wire, and the status that it must get."""

    wire: bytes
    status: str


class Connection(asyncio.Protocol):
    """One connection that is kept alive. ``done`` is called with it after each answer, and when it ends."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._transport: asyncio.WriteTransport | None = None
        self._received = b""
        self._upload: Upload | None = None
        self._due_seconds = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the way to send."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def send(self, upload: Upload, due_seconds: float) -> None:
        """Sends an upload that was to begin at ``due_seconds``."""
        self._upload, self._due_seconds = upload, due_seconds
        if self._transport is None:
            self._finish(0, "connection ended")
        else:
            self._transport.write(upload.wire)

    def data_received(self, data: bytes) -> None:
        """Takes a part of an answer; a whole one is judged."""
        self._received += data
        end = self._received.find(_HEAD_END)
        if end < 0:
            return
        head, body = self._received[:end], self._received[end + len(_HEAD_END) :]
        if len(body) >= _length_of(head):
            self._received = b""
            self._finish(*_read(head, body))

    def connection_lost(self, exc: Exception | None) -> None:
        """A connection that ends while it is asked something is a wrong answer."""
        self._transport = None
        if self._upload is not None:
            self._finish(0, "connection ended")

    def close(self) -> None:
        """Ends it."""
        if self._transport is not None:
            self._transport.close()

    def _finish(self, status: int, said: str) -> None:
        upload, self._upload = self._upload, None
        if upload is not None:
            right = status == 200 and said == upload.status
            self._load.note(said, "" if right else f"{status} {said}, not {upload.status}", self._due_seconds)
            self._load.free(self, alive=self._transport is not None)


def _length_of(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name == b"content-length":
            return int(value)
    return 0


def _read(head: bytes, body: bytes) -> tuple[int, str]:
    """HTTP status and what the service says of the file."""
    try:
        told = json.loads(body)
        return int(head.split(b" ", 2)[1]), str(told.get("status") or told["error"]["code"])
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return 0, "unreadable"


class Load:
    """Sends what a plan says and keeps what comes back."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self.seen = plan, Seen()
        self._uploads = _endless(uploads_of(plan))
        self._idle: deque[Connection] = deque()
        self._due: deque[float] = deque()
        self._under_way = 0
        self._all_sent = self._cut_short = False
        self._ended = asyncio.Event()

    async def run(self) -> Seen:
        """What came back in the time of the plan, the last answers waited for."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._cut)
        made = [await self._connect() for _ in range(self._plan.connections)]
        self._idle.extend(made)
        used, began = _cpu_seconds(), time.perf_counter()
        if self._plan.per_second:
            await self._send_at(moments(self._plan, began))
        else:
            await self._send_always(began)
        self._all_sent = True
        await self._last()
        self.seen.seconds = time.perf_counter() - began
        self.seen.cpu_seconds = _cpu_seconds() - used
        for one in made:
            one.close()
        return self.seen

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(lambda: Connection(self), "127.0.0.1", self._plan.port))[1]

    async def _send_at(self, due: Iterator[float]) -> None:
        for due_seconds in due:
            if self._cut_short:
                return
            await asyncio.sleep(due_seconds - time.perf_counter())
            self._due.append(due_seconds)
            self._send_due()

    def _cut(self) -> None:
        self._cut_short = True

    async def _send_always(self, began: float) -> None:
        while self._idle:
            self._send(time.perf_counter())
        await asyncio.sleep(began + self._plan.seconds - time.perf_counter())

    async def _last(self) -> None:
        self._check_end()
        try:
            await asyncio.wait_for(self._ended.wait(), LAST_SECONDS)
        except TimeoutError:
            self.seen.wrong["never answered"] += self._under_way + len(self._due)

    def _send(self, due_seconds: float) -> None:
        self._under_way += 1
        self._idle.popleft().send(next(self._uploads), due_seconds)

    def _send_due(self) -> None:
        while self._due and self._idle:
            self._send(self._due.popleft())

    def _check_end(self) -> None:
        if self._all_sent and not self._under_way and not self._due:
            self._ended.set()

    def note(self, said: str, wrong: str, due_seconds: float) -> None:
        """Takes one answer down; ``wrong`` says what is wrong with it, if anything."""
        self.seen.milliseconds.append(round((time.perf_counter() - due_seconds) * 1_000, 3))
        self.seen.answers[said] += 1
        if wrong:
            self.seen.wrong[wrong] += 1

    def free(self, connection: Connection, *, alive: bool) -> None:
        """A connection has its answer and, while it is alive, may have the next upload."""
        self._under_way -= 1
        if alive:
            self._idle.append(connection)
        if self._plan.per_second:
            self._send_due()
        elif not self._all_sent and self._idle:
            self._send(time.perf_counter())
        self._check_end()


def uploads_of(plan: Plan) -> list[Upload]:
    """Every file of the folder as a request, those that are listed with the status that says so."""
    found = []
    for path in sorted(Path(plan.folder).glob("*.jpg")):
        body = path.read_bytes()
        head = (
            f"POST /v1/match HTTP/1.1\r\nHost: 127.0.0.1:{plan.port}\r\n"
            f"Authorization: Bearer {plan.token}\r\nContent-Type: image/jpeg\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        status = FOUND if path.name.startswith(LISTED) else NOT_FOUND
        found.append(Upload(wire=head.encode("ascii") + body, status=status))
    return found


def moments(plan: Plan, began: float) -> Iterator[float]:
    """When each upload of an open run is due."""
    chance, due_seconds = random.Random(_SEED), began
    while due_seconds < began + plan.seconds:
        yield due_seconds
        due_seconds += chance.expovariate(plan.per_second) if plan.poisson else 1 / plan.per_second


def _endless(uploads: list[Upload]) -> Iterator[Upload]:
    chance = random.Random(_SEED)
    while True:
        chance.shuffle(uploads)
        yield from uploads


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main(path: str) -> None:
    """Carries a plan out and prints what came back."""
    plan = Plan(**json.loads(Path(path).read_text("utf-8")))
    load = Load(plan)
    gc.collect()
    gc.disable()  # a pause of this process is none of the service
    seen = asyncio.run(load.run())
    print(json.dumps({one.name: getattr(seen, one.name) for one in fields(seen)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
