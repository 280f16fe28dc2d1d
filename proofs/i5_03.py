"""Bar 3: what the guard adds to the time of a picture: one after another, six at once, and a page of twelve.

Pictures of 110 kB (1,024 x 768, generated) come over TLS from a site on loopback, directly, through bare
mitmproxy and through the guard in turn, each time with other bytes, so that no ruling is remembered. What
is added is the time through the guard without the time it takes directly, each from the request to the last
byte; client and site run on the same cores. The guard asks a sealed list as large as a real one. A page is
fetched as a browser does it that speaks HTTP/1.1, over six new connections and a link of 50 Mbit/s and 20
ms; other links are printed beside. At last the processes that decide are stopped: how long is a picture
held then?
"""

from __future__ import annotations

import itertools
import secrets
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from proofs.figure import Figure, Tier, script, speed_bar
from proofs.guard_house import BLANKS, Place, missing_guard, random_entries
from proofs.guard_origin import PAGE_PICTURES, Gallery
from proofs.guard_processes import Guard, Talking, Way, bare_proxy, guarding
from tutela.demo.copies import jpeg
from tutela.demo.pictures import landscape
from tutela.prevent.guard.person.policy import Policy

BAR, REPLAY = "i5-3", "make proofs BAR=i5-3"
#: Bytes of a picture, and how far one may be from it.
PICTURE_BYTES, PICTURE_BYTES_OFF = 110_000, 6_000
SIZE = (1_024, 768)
PICTURES = {"full": 36, "ci": 12}
#: Entries of each kind in the list.
LISTED = {"full": 100_000, "ci": 2_000}
ROUNDS = {"full": 40, "ci": 3}
#: Pictures in one round and way, one after another and at once; pages in one round and way.
IN_TURN, AT_ONCE_EACH, AT_ONCE, PAGES = 25, 8, 6, 2
PAGE_ROUNDS = {"full": 15, "ci": 2}
#: The first answers of each way are not counted: connections are made and memory is taken then.
WARMING = 12
#: Mbit/s and seconds of a round trip: the one of the bar, and those that are printed beside it.
LINK = (50.0, 0.020)
OTHER_LINKS = ((20.0, 0.030), (100.0, 0.010), (0.0, 0.0))
HELD_PICTURES = 6
HOLD_SECONDS_MAX = 1.5

Ways = dict[str, Way]


def picture(seed: int) -> bytes:
    """A generated picture of about ``PICTURE_BYTES``."""
    made, low, high = landscape(seed, *SIZE), 5, 95
    while low < high:
        middle = (low + high + 1) // 2
        if len(jpeg(made, quality=middle)) > PICTURE_BYTES:
            high = middle - 1
        else:
            low = middle
    return jpeg(made, quality=low)


class Clock:
    """Numbers that no two requests share."""

    def __init__(self) -> None:
        self._numbers = itertools.count()

    def mark(self) -> str:
        """The next one."""
        return f"m-{next(self._numbers)}"


class Client:
    """Asks for pictures of a gallery, and looks at every byte that comes."""

    def __init__(self, gallery: Gallery, figure: Figure) -> None:
        self._gallery, self._figure, self._clock = gallery, figure, Clock()
        self._lock = threading.Lock()
        #: Pictures that did not come as they are.
        self.lost = 0

    def seconds(self, way: Way, connection: Any, path: str) -> float:
        """How long one picture takes."""
        began = time.perf_counter()
        body = way.ask(connection, path)
        seconds = time.perf_counter() - began
        if body != self._gallery.picture(path):
            with self._lock:
                self.lost += 1
        return seconds

    def in_turn(self, way: Way, count: int) -> list[float]:
        """Seconds of so many pictures, one after another on one connection."""
        connection = way.connect()
        try:
            paths = [f"/picture/{number}/{self._clock.mark()}" for number in range(count)]
            return [self.seconds(way, connection, path) for path in paths]
        finally:
            connection.close()

    def at_once(self, way: Way, count: int, lanes: int = AT_ONCE) -> list[float]:
        """Seconds of ``count`` pictures on each of several connections at once."""
        with ThreadPoolExecutor(lanes) as threads:
            rows = threads.map(lambda _: self.in_turn(way, count)[1:], range(lanes))
            return [one for row in rows for one in row]

    def page(self, way: Way) -> float:
        """How long a page takes: its text, then its pictures over that connection and five more."""
        mark = self._clock.mark()
        paths = self._gallery.page(mark)
        began = time.perf_counter()
        connection = way.connect()
        way.ask(connection, f"/page/{mark}")
        lanes = [connection, *(way.connect() for _ in range(AT_ONCE - 1))]
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(lambda lane: self._lane(way, lanes[lane], paths[lane::AT_ONCE]), range(AT_ONCE)))
        return time.perf_counter() - began

    def _lane(self, way: Way, connection: Any, paths: Sequence[str]) -> None:
        for path in paths:
            self.seconds(way, connection, path)
        connection.close()


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 99th percentile in milliseconds."""
    return tuple(1_000 * float(one) for one in np.percentile(seconds, (50, 99)))  # type: ignore[return-value]  # two of them


def in_rounds(ways: Ways, rounds: int, measure: Callable[[Way], list[float]]) -> dict[str, list[float]]:
    """What ``measure`` gives for each way, the ways in turn, so that a busy moment meets all of them."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        names = list(ways) if number % 2 else list(reversed(ways))
        for name in names:
            seconds[name] += measure(ways[name])
    return seconds


def record_added(figure: Figure, what: str, seconds: dict[str, list[float]], bars: tuple[str, str]) -> None:
    """What each way adds to the direct one; the bars are the guard's."""
    direct = percentiles(seconds["direct"])
    figure.count(f"{what}: pictures each way", len(seconds["direct"]))
    figure.record(f"{what}, direct: p50", direct[0], "ms")
    figure.record(f"{what}, direct: p99", direct[1], "ms")
    for name in [one for one in seconds if one != "direct"]:
        for word, ours, theirs, bar in zip(
            ("p50", "p99"), percentiles(seconds[name]), direct, bars, strict=True
        ):
            figure.record(
                f"{what}, {name}: added {word}",
                ours - theirs,
                "ms",
                speed_bar(bar, figure.tier) if name == "guard" else "",
            )


def record_page(figure: Figure, what: str, seconds: dict[str, list[float]], bar: str = "") -> None:
    """How much longer the median page takes."""
    direct = statistics.median(seconds["direct"])
    figure.record(f"page of {PAGE_PICTURES}, {what}, direct: median", 1_000 * direct, "ms")
    for name in [one for one in seconds if one != "direct"]:
        longer = 100 * (statistics.median(seconds[name]) / direct - 1)
        figure.record(
            f"page of {PAGE_PICTURES}, {what}, {name}: longer by",
            longer,
            "%",
            speed_bar(bar, figure.tier) if bar and name == "guard" else "",
        )


def stopped_hold(guard: Guard, client: Client, way: Way, gallery: Gallery) -> list[float]:
    """Seconds of pictures, one after another, while all that decides about them is stopped."""
    deciding = [one for one in guard.processes() if one.pid != guard.pid]
    for one in deciding:
        one.send_signal(signal.SIGSTOP)
    try:
        connection, seconds = way.connect(), []
        for _ in range(HELD_PICTURES):
            path = f"/picture/0/{client._clock.mark()}"
            began = time.perf_counter()
            body = way.ask(connection, path)
            seconds.append(time.perf_counter() - began)
            if body not in BLANKS:
                raise RuntimeError("a picture came through though nobody could decide")
        return seconds
    finally:
        for one in deciding:
            with suppress(psutil.NoSuchProcess):  # given up meanwhile
                one.send_signal(signal.SIGCONT)


@contextmanager
def site(place: Place, count: int) -> Iterator[tuple[Talking, dict[str, int], Gallery]]:
    """The site as a process of its own, its ports, and its gallery."""
    folder = place.folder / "pictures"
    folder.mkdir()
    pictures = [picture(seed) for seed in range(count)]
    for number, one in enumerate(pictures):
        (folder / f"{number:03d}.jpg").write_bytes(one)
    told = place.configuration(pictures=str(folder), certificate=str(place.site))
    process = Talking([sys.executable, "-m", "proofs.guard_origin", str(told)])
    try:
        yield process, process.hear(), Gallery(pictures)
    finally:
        process.end()


def measure(figure: Figure, tier: Tier, place: Place, classing: Place) -> None:
    """All figures, in one run on one site."""
    bundle = place.seal(random_entries(LISTED[tier]))
    for one in (place, classing):
        one.add(bundle)
    figure.count("entries in the list", 2 * LISTED[tier])
    with ExitStack() as stack:
        process, ports, gallery = stack.enter_context(site(place, PICTURES[tier]))
        sizes = [len(one) for one in gallery.pictures]
        figure.record("bytes of a picture, mean", statistics.mean(sizes), "bytes")
        guard = stack.enter_context(guarding(place))
        classed = stack.enter_context(guarding(classing, trusted=str(place.folder / "web.pem")))
        bare, bare_trust = stack.enter_context(bare_proxy(place))
        port = ports["tls_port"]
        ways = {
            "direct": Way(port=port, trust=place.web),
            "bare mitmproxy": Way(port=port, proxy=bare, trust=bare_trust),
            "guard": Way(port=port, proxy=guard.port, trust=place.device),
            "guard with classifier": Way(port=port, proxy=classed.port, trust=classing.device),
        }
        client = Client(gallery, figure)
        in_rounds(ways, 1, lambda way: client.at_once(way, WARMING // 2))
        turns = in_rounds(ways, ROUNDS[tier], lambda way: client.in_turn(way, IN_TURN + 1)[1:])
        record_added(figure, "one after another", turns, ("<= 15", "<= 40"))
        crowds = in_rounds(ways, ROUNDS[tier], lambda way: client.at_once(way, AT_ONCE_EACH + 1))
        record_added(figure, "six at once", crowds, ("<= 60", "<= 120"))
        plain = {
            "direct": Way(port=ports["port"]),
            "guard, plain HTTP": Way(port=ports["port"], proxy=guard.port),
        }
        turns = in_rounds(plain, max(1, ROUNDS[tier] // 4), lambda way: client.in_turn(way, IN_TURN + 1)[1:])
        record_added(figure, "one after another, plain HTTP", turns, ("", ""))
        measure_pages(figure, tier, process, client, ways)
        figure.record("pictures that did not come as they are", client.lost, "pictures", "== 0")
        direct = statistics.median(client.in_turn(ways["direct"], IN_TURN))
        held = max(stopped_hold(guard, client, ways["guard"], gallery)) - direct
        figure.record("held at most, all that decides stopped", held, "s", f"<= {HOLD_SECONDS_MAX}")


def measure_pages(figure: Figure, tier: Tier, process: Talking, client: Client, ways: Ways) -> None:
    """Pages over each link."""
    for link in (LINK, *(OTHER_LINKS if tier == "full" else ())):
        process.say(f"{link[0]} {link[1]}")
        process.hear()
        rounds = PAGE_ROUNDS[tier]
        seconds = in_rounds(ways, rounds, lambda way: [client.page(way) for _ in range(PAGES)])
        what = f"{link[0]:g} Mbit/s and {1_000 * link[1]:g} ms" if link[0] else "no link but loopback"
        record_page(figure, what, seconds, "<= 20" if link == LINK else "")
    process.say("0 0")
    process.hear()


def main(tier: Tier) -> int:
    """0 when the guard adds no more than the bar says."""
    figure = Figure(bar=BAR, tier=tier)
    if missing_guard():
        figure.failure(REPLAY, missing_guard())
        return figure.save()
    with tempfile.TemporaryDirectory(prefix="tutela-proof-") as name:
        key = secrets.token_bytes(32)
        place = Place(folder=Path(name, "plain"), prints_key=key).prepare()
        with_class = Policy(classifier=True)
        classing = Place(
            folder=Path(name, "classing"), policy=with_class, classes=("stand-in",), prints_key=key
        )
        measure(figure, tier, place, classing.prepare())
    return figure.save()


if __name__ == "__main__":
    script(main)
