"""FI-07: the database goes and comes back in five ways while the public page is used all the time."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from proofs import machine
from proofs.faults.flow import Place, python
from tests.postgres import Server
from tests.serving import free_port
from tutela.kernel.errors import Unavailable

#: Reports a second (FI-07), and seconds for one answer.
PER_SECOND, ANSWER_SECONDS = 20.0, 30.0
#: Seconds for which the database is away, and for which nobody listens at its socket, by tier.
AWAY_SECONDS = {"full": 60.0, "ci": 5.0}
EMPTY_SECONDS = 3.0


def fast(server: Server, _: float) -> None:
    """In order: sessions are ended."""
    server.stop("fast")
    server.start()


def immediate(server: Server, _: float) -> None:
    """As by a crash, without a last checkpoint."""
    server.stop("immediate")
    server.start()


def killed(server: Server, _: float) -> None:
    """kill -9 of the postmaster."""
    main = int((server.data / "postmaster.pid").read_text("ascii").split()[0])
    os.kill(main, signal.SIGKILL)
    for _try in range(100):
        with suppress(Unavailable):
            server.start()  # refused until the last child of the old one has gone
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not come back")


def away(server: Server, seconds: float) -> None:
    """Gone for a while."""
    server.stop("fast")
    time.sleep(seconds)
    server.start()


def empty_socket(server: Server, _: float) -> None:
    """It comes back at another socket; at the old one nobody is, until it moves again."""
    other = server.folder / "other"
    other.mkdir(exist_ok=True)
    os.chmod(other, 0o777)
    server.stop("fast")
    server.start(f"unix_socket_directories={other}")
    time.sleep(EMPTY_SECONDS)
    server.stop("fast")
    server.start()


KINDS: Mapping[str, Callable[[Server, float], None]] = {
    "fast": fast,
    "immediate": immediate,
    "kill -9": killed,
    "away": away,
    "empty socket": empty_socket,
}


@dataclass(kw_only=True)
class Reporters:
    """People who report all the time; ``answers`` are moments (monotonic), statuses, receipts (or empty)."""

    port: int
    answers: list[tuple[float, int, str]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, number: int = 4) -> None:
        """Several at a time, together at the rate."""
        for place in range(number):
            thread = threading.Thread(target=self._report, args=(number / PER_SECOND, place), name="reporter")
            self._threads.append(thread)
            thread.start()

    def end(self) -> None:
        """Nobody reports any more."""
        self._stop.set()
        for thread in self._threads:
            thread.join(2 * ANSWER_SECONDS)

    def _report(self, every_seconds: float, place: int) -> None:
        turn = 0
        while not self._stop.wait(every_seconds):
            turn += 1
            status, words = post(self.port, f"http://host.test/{place}/{turn}.png")
            self.answers.append((time.monotonic(), status, words))


def post(port: int, address: str) -> tuple[int, str]:
    """Status and receipt of one report over a connection of its own; 0 where nobody answered."""
    body = urlencode({"addresses": address, "text": ""}).encode("ascii")
    head = (
        f"POST /report HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS) as connection:
            connection.sendall(head.encode("ascii") + body)
            answer = b"".join(iter(lambda: connection.recv(65_536), b"")).decode("utf-8", "replace")
    except OSError:
        return 0, ""
    words = re.findall(r'<li lang="en">([\w-]+)</li>', answer)
    return int(answer[9:12] or 0), " ".join(words)


@contextmanager
def public_site(place: Place) -> Iterator[int]:
    """The port of the public process, for as long as the block lasts."""
    port, log = free_port(), place.home.with_name(place.home.name + ".public")
    with Path(log).open("wb") as said:
        process = subprocess.Popen(
            python("tutela", "serve", "public", "--listen", f"127.0.0.1:{port}"),
            cwd=machine.ROOT,
            env=place.environment(),
            stdout=said,
            stderr=said,
        )
        try:
            _await(port)
            yield port
        finally:
            process.terminate()
            process.wait(ANSWER_SECONDS)


def _await(port: int) -> None:
    for _ in range(300):
        status, _words = post(port, "http://host.test/first.png")
        if status:
            return
        time.sleep(0.1)
    raise RuntimeError("the public process did not come up")


def errors_after(answers: list[tuple[float, int, str]], since: float) -> float:
    """Seconds after ``since`` at which the last answer that was no receipt came; 0 where there was none."""
    late = [moment - since for moment, _, words in answers if moment > since and not words]
    return max(late, default=0.0)


def told(place: Place, answers: list[tuple[float, int, str]]) -> dict[str, Any]:
    """How many answers of each kind."""
    return {
        "answers": len(answers),
        "receipts": sum(bool(words) for _, _, words in answers),
        "errors": sum(not words for _, _, words in answers),
        "home": place.home.name,
    }
