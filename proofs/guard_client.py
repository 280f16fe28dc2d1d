"""A site with known, near, classed and benign pictures for bar i5-2, its client, and what came of each."""

from __future__ import annotations

import itertools
import socket
import ssl
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from proofs.guard_answers import bad_answers, came_through
from proofs.guard_house import BLANKS
from proofs.guard_origin import Origin, Request, head, marked
from proofs.guard_processes import Guard, Way
from tutela.arithmetic import finish, reduce_luma
from tutela.demo.copies import half_size, jpeg, mirrored
from tutela.demo.pictures import landscape
from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.classes.charts import chart

#: Seconds in which an answer has come, or does not.
ANSWER_SECONDS = 12.0
#: Seconds after a fault in which benign pictures are shown again; parts that were killed often wait longer.
AGAIN_SECONDS = 90.0
#: Answers without a blank that are longer than this are counted as pictures: error pages are short.
OTHER_BYTES_MAX = 1_500
AT_ONCE = 6
SIZE = (480, 360)


class Gallery:
    """``/known/N/MARK``, ``/near/N/MARK``, ``/class/N/MARK``, ``/benign/N/MARK`` and ``/bad/NAME``."""

    def __init__(self) -> None:
        originals = [landscape(seed, *SIZE) for seed in range(4)]
        self.known = [jpeg(one, quality=80) for one in originals]
        #: PDQ of each original.
        self.prints = [finish(reduce_luma(pixels_of(one)))[0] for one in originals]
        near = [change(one) for one, change in zip(originals, (jpeg, half_size, mirrored, jpeg), strict=True)]
        charts = [jpeg(Image.fromarray(chart(*SIZE, fields=n)), quality=85) for n in (8, 8, 8, 8)]
        benign = [jpeg(landscape(seed, *SIZE), quality=80) for seed in range(50, 54)]
        self._sorts = {"near": near, "class": charts, "benign": benign}
        self.bad = bad_answers(self.known[0])
        self._names = {name.replace(" ", "_"): name for name in self.bad}

    def picture(self, path: str) -> bytes:
        """The bytes at a path."""
        _, sort, number, mark = path.split("/")
        if sort == "known":
            return self.known[int(number) % 4]
        return marked(self._sorts[sort][int(number) % 4], mark)

    def __call__(self, request: Request) -> Iterator[bytes | float]:
        """The answer."""
        path = request.path
        if path.startswith("/bad/"):
            yield from self.bad[self._names[path.removeprefix("/bad/")]].answer()
            return
        body = self.known[0] if path == "/known" else self.picture(path)
        yield head("image/jpeg", len(body)) + body


def pixels_of(picture: Image.Image) -> Any:
    """RGB as the hash takes it."""
    return np.asarray(picture.convert("RGB"))


def received(port: int, target: str, seconds: float) -> bytes:
    """Everything that comes back to a plain request, as raw bytes, within so many seconds."""
    until, got = time.monotonic() + seconds, b""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), seconds) as peer:
        lines = (
            f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
        )
        peer.sendall(lines.encode())
        while (left := until - time.monotonic()) > 0:
            peer.settimeout(left)
            piece = peer.recv(1 << 16)
            if not piece:
                break
            got += piece
    return got


def outcome(got: bytes, secret: bytes) -> str:
    """``placeholder``, ``nothing`` (an error page, or no answer) or ``passed``."""
    if came_through(secret, got):
        return "passed"
    if any(one in got for one in BLANKS) or blanks.RASTER_BASE64 in got:
        return "placeholder"
    return "passed" if len(got) > OTHER_BYTES_MAX else "nothing"


@dataclass
class Seen:
    """What became of pictures, by kind of fault."""

    by_kind: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, kind: str, outcomes: Iterable[str]) -> None:
        """Keeps more of them."""
        self.by_kind.setdefault(kind, Counter()).update(outcomes)


class Site:
    """The site, and a client of it."""

    def __init__(self, origin: Origin, gallery: Gallery) -> None:
        self.origin, self.gallery = origin, gallery
        #: What became of pictures by kind of fault.
        self.seen = Seen()
        self._numbers = itertools.count()

    def way(self, guard: Guard, trust: ssl.SSLContext | None = None) -> Way:
        """The way through a guard."""
        port = self.origin.port if trust is None else self.origin.tls_port
        return Way(port=port, proxy=guard.port, trust=trust)

    def path(self, sort: str) -> str:
        """The path of a picture that was never asked for."""
        number = next(self._numbers)
        return f"/{sort}/{number}/n-{number}"

    def ask(self, way: Way, path: str) -> bytes:
        """The body, as much of it as came; empty where none did."""
        connection = way.connect()
        connection.timeout = ANSWER_SECONDS
        try:
            return way.ask(connection, path)
        except (OSError, ssl.SSLError) as error:
            return getattr(error, "partial", b"")
        except Exception as error:  # noqa: BLE001 - whatever the client makes of what came: it is no picture
            return getattr(error, "partial", b"") or b""
        finally:
            connection.close()

    def judged(self, way: Way, sort: str) -> str:
        """What became of one picture of this sort."""
        path = self.path(sort)
        return outcome(self.ask(way, path), self.gallery.picture(path))

    def all_at_once(self, way: Way, sorts: Sequence[str]) -> list[str]:
        """What became of one picture of each of these sorts; what passed is named with its sort."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            found = threads.map(lambda sort: self.judged(way, sort), sorts)
            return [
                f"passed: {sort}" if what == "passed" else what
                for sort, what in zip(sorts, found, strict=True)
            ]

    def shows_again(self, way: Way) -> bool:
        """Whether a benign picture comes through within ``AGAIN_SECONDS``."""
        until = time.monotonic() + AGAIN_SECONDS
        while time.monotonic() < until:
            if self.judged(way, "benign") == "passed":
                return True
            time.sleep(0.2)
        return False


def passes(counts: Mapping[str, int]) -> int:
    """How many passed."""
    return sum(number for what, number in counts.items() if what.startswith("passed"))
