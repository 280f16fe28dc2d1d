"""Bar 5: memory of the guard stays flat over 10,000 pictures, and a download of 500 MB streams through it.

``tutela guard run`` with a sealed list, before a site on loopback in TLS. Pictures of four kinds and
several sizes come six at once, every one with other bytes, every twentieth a known one. Memory is the
proportional share (PSS) of all of the guard's processes together, so that what they share counts once; of
mapped files nothing counts, because the share of a library falls and rises with other programs that have it.
Then large files are fetched, with a length and in chunks, in the clear and in TLS, and memory is looked at
all the while.
"""

from __future__ import annotations

import itertools
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from proofs.figure import Figure, Tier, script
from proofs.guard_house import BLANKS, Place, digest_entries, missing_guard, random_entries
from proofs.guard_origin import BLOCK, Request, head, marked, serving
from proofs.guard_processes import CommandedGuard, Way, commanded
from proofs.processes import memory_bytes
from tests.pictures import animation, encoded
from tutela.demo.copies import jpeg
from tutela.demo.pictures import landscape

BAR, REPLAY = "i5-5", "make proofs BAR=i5-5"
PICTURES = {"full": 10_000, "ci": 1_200}
#: Pictures before the first look, so that every part has met every kind, and looks at memory.
WARMING = {"full": 1_000, "ci": 1_000}
LOOKS = {"full": 40, "ci": 20}
LISTED = {"full": 20_000, "ci": 1_000}
DOWNLOAD_BYTES = {"full": 500_000_000, "ci": 120_000_000}
GROWTH_MAX_MB, FLAT_PERCENT = 64, 5
AT_ONCE = 6
#: Samples of one look, whose median counts: a worker may just be replaced by another one.
SAMPLES = 3
#: Parts of the run that are compared, by the median of their looks: one sways by a worker that was just
#: replaced, so a part has at least four.
PARTS = {"full": 10, "ci": 4}
#: One in so many pictures is a known one.
KNOWN_EVERY = 20
LOOK_SECONDS = 0.05


class Gallery:
    """``/N``: picture N, whose bytes nobody has seen; ``/download/BYTES`` and ``/chunks/BYTES``."""

    def __init__(self) -> None:
        sizes = ((320, 240), (640, 480), (1_024, 768))
        self._jpegs = [jpeg(landscape(seed, *size), quality=75) for seed, size in enumerate(sizes * 3)]
        self.known = jpeg(landscape(99, 640, 480), quality=80)
        still = landscape(31, 400, 300)
        self._others = [
            (encoded(still, "PNG"), "image/png"),
            (encoded(still, "WEBP", quality=70), "image/webp"),
            (animation("GIF", [landscape(one, 160, 120) for one in (41, 42, 43)]), "image/gif"),
        ]

    def picture(self, number: int) -> tuple[bytes, str]:
        """Bytes and type; three of four are JPEGs."""
        if number % KNOWN_EVERY == 0:
            return self.known, "image/jpeg"
        if number % 4:
            return marked(self._jpegs[number % len(self._jpegs)], f"n-{number}"), "image/jpeg"
        body, kind = self._others[number // 4 % len(self._others)]
        mark = b"%08d" % number
        return (_with_chunk(body, mark) if kind == "image/webp" else body + mark), kind

    def __call__(self, request: Request) -> Iterator[bytes | float]:
        """The answer."""
        _, first, *rest = request.path.split("/")
        if first == "download":
            yield head("application/octet-stream", int(rest[0]))
            yield from _blocks(int(rest[0]))
        elif first == "chunks":
            yield head("application/octet-stream", None, more={"Transfer-Encoding": "chunked"})
            for block in _blocks(int(rest[0])):
                yield b"%x\r\n%s\r\n" % (len(block), block)
            yield b"0\r\n\r\n"
        else:
            body, kind = self.picture(int(first))
            yield head(kind, len(body)) + body


def _with_chunk(webp: bytes, mark: bytes) -> bytes:
    """The same WebP with a chunk that nobody knows (RFC 9649, section 2.7): other bytes, the same pixels."""
    chunks = webp[8:] + b"MARK" + len(mark).to_bytes(4, "little") + mark
    return b"RIFF" + len(chunks).to_bytes(4, "little") + chunks


def _blocks(size: int) -> Iterator[bytes]:
    for at in range(0, size, len(BLOCK)):
        yield BLOCK[: size - at]


def memory_mb(processes: Sequence[psutil.Process], *, files: bool = False) -> float:
    """Memory of all of them in MB, what they share counted once; ``files``: with their part of files."""
    time.sleep(LOOK_SECONDS)
    total = 0
    for one in processes:
        with suppress(OSError, KeyError):  # a worker that ended meanwhile
            total += memory_bytes(one.pid)[0 if files else 1]
    return total / 1e6


class Crowd:
    """Fetches pictures, six at once, and says how many were shown and held."""

    def __init__(self, way: Way, gallery: Gallery) -> None:
        self._way, self._gallery = way, gallery
        self._numbers, self._lock = itertools.count(1), threading.Lock()
        self.shown, self.held, self.wrong = 0, 0, 0

    def fetch(self, count: int) -> None:
        """So many more."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(self._lane, [count // AT_ONCE] * AT_ONCE))

    def _lane(self, count: int) -> None:
        connection = self._way.connect()
        for _ in range(count):
            with self._lock:
                number = next(self._numbers)
            self._note(number, self._way.ask(connection, f"/{number}"))
        connection.close()

    def _note(self, number: int, body: bytes) -> None:
        expected, held = self._gallery.picture(number)[0], number % KNOWN_EVERY == 0
        with self._lock:
            self.held += body in BLANKS
            self.shown += body == expected
            self.wrong += body == expected if held else body != expected


def over_pictures(guard: CommandedGuard, crowd: Crowd, tier: Tier) -> list[float]:
    """Memory in MB after the first pictures, and at each look until all have come."""
    crowd.fetch(WARMING[tier])
    looks = []
    for _ in range(LOOKS[tier]):
        crowd.fetch(PICTURES[tier] // LOOKS[tier])
        looks.append(statistics.median(memory_mb(guard.processes()) for _ in range(SAMPLES)))
    return looks


def download(guard: CommandedGuard, way: Way, path: str, size: int) -> dict[str, float]:
    """Growth in MB while a download passes, its bytes, and its speed."""
    over, most = threading.Event(), [0.0]
    processes = guard.processes()
    before = memory_mb(processes)

    def look() -> None:
        while not over.is_set():
            most[0] = max(most[0], memory_mb(processes))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    began, came = time.monotonic(), 0
    connection = way.connect()
    connection.request("GET", way.url(path), headers={"Accept-Encoding": "identity"})
    answer = connection.getresponse()
    while piece := answer.read(1 << 18):
        came += len(piece)
    seconds = time.monotonic() - began
    connection.close()
    over.set()
    watcher.join()
    return {"growth": max(0.0, most[0] - before), "lacking": size - came, "speed": came / 1e6 / seconds}


def record_pictures(figure: Figure, looks: Sequence[float], crowd: Crowd, tier: Tier) -> None:
    """Whether memory is flat."""
    middle, part = statistics.median(looks), len(looks) // PARTS[tier]
    parts = [statistics.median(looks[at : at + part]) for at in range(0, len(looks), part)]
    figure.count("pictures shown", crowd.shown)
    figure.count("pictures held", crowd.held)
    figure.record("pictures that did not end as they should", crowd.wrong, "pictures", "== 0")
    figure.record("memory of all processes, median", middle, "MB")
    away = 100 * max(abs(one / middle - 1) for one in parts)
    figure.record("memory, the part furthest from the median", away, "%", f"<= {FLAT_PERCENT}")
    last = 100 * abs(parts[-1] / parts[0] - 1)
    figure.record("memory, the last part against the first", last, "%", f"<= {FLAT_PERCENT}")
    furthest = 100 * max(abs(one / middle - 1) for one in looks)
    figure.record("memory, the single look furthest from the median", furthest, "%")
    figure.table("memory at each look, MB", [round(one, 1) for one in looks])


def measure(figure: Figure, tier: Tier, folder: Path) -> None:
    """Pictures first, then downloads."""
    place, gallery = Place(folder=folder / "place").prepare(), Gallery()
    place.add(place.seal([*digest_entries([gallery.known]), *random_entries(LISTED[tier])]))
    with serving(gallery, place.site_tls) as origin, commanded(place, folder / "said") as guard:
        secure = Way(port=origin.tls_port, proxy=guard.port, trust=place.device)
        crowd = Crowd(secure, gallery)
        record_pictures(figure, over_pictures(guard, crowd, tier), crowd, tier)
        whole = memory_mb(guard.processes(), files=True)
        figure.record("memory of all processes at the end, with their part of mapped files", whole, "MB")
        _downloads(
            figure, tier, guard, {"TLS": secure, "plain HTTP": Way(port=origin.port, proxy=guard.port)}
        )


def _downloads(figure: Figure, tier: Tier, guard: CommandedGuard, ways: dict[str, Way]) -> None:
    size = DOWNLOAD_BYTES[tier]
    for way_name, way in ways.items():
        for kind, path in (("of a given length", "download"), ("in chunks", "chunks")):
            got: Any = download(guard, way, f"/{path}/{size}", size)
            what = f"download of {size // 1_000_000} MB {kind}, {way_name}"
            figure.record(f"{what}: growth", got["growth"], "MB", f"<= {GROWTH_MAX_MB}")
            figure.record(f"{what}: speed", got["speed"], "MB/s")
            if got["lacking"]:
                figure.failure(REPLAY, f"{what}: {got['lacking']} bytes did not come")


def main(tier: Tier) -> int:
    """0 when memory stays."""
    figure = Figure(bar=BAR, tier=tier)
    if missing_guard():
        figure.failure(REPLAY, missing_guard())
        return figure.save()
    with tempfile.TemporaryDirectory(prefix="tutela-proof-") as name:
        measure(figure, tier, Path(name))
    return figure.save()


if __name__ == "__main__":
    script(main)
