"""Bar 2: whatever fails, a placeholder or nothing at all is seen, and never a picture that is not decided.

A guard as it runs from a folder that was set up, with a sealed list and the stand-in class, before a site on
loopback. First the site is bad: some fifty kinds of answers that are broken, mislabelled, endless, encrypted
or packed into others. Then the guard's own parts are killed, stopped and spoilt, one kind after another, while
pictures come: known ones exactly and as copies, those of the class, and benign ones, which nobody can decide
about then. Then guards are started with something wrong already. Every kind is given to a client without a
guard first: what does not get through there shows nothing. After each fault of its parts the guard shows
benign pictures again. The tier ``ci`` has every bad answer once and some of the other kinds.
"""

from __future__ import annotations

import itertools
import secrets
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil
from PIL import Image

from proofs.figure import Figure, Tier, script
from proofs.guard_answers import Bad, bad_answers, came_through
from proofs.guard_house import (
    BLANKS,
    Guard,
    Place,
    Way,
    digest_entries,
    guarding,
    missing_guard,
    print_entries,
    random_entries,
)
from proofs.guard_origin import Origin, Request, head, marked, serving
from proofs.guard_trouble import TROUBLES, Scene, Trouble
from tests.prevent.guard.proxy.origin import authority
from tutela.arithmetic import finish, reduce_luma
from tutela.demo.copies import half_size, jpeg, mirrored
from tutela.demo.pictures import landscape
from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.classes.charts import chart
from tutela.prevent.guard.person.policy import Policy

BAR, REPLAY = "i5-2", "make proofs BAR=i5-2"
KINDS_MIN = 20
#: How often each bad answer comes, and how many pictures of each sort within one fault of the parts.
TIMES, PICTURES = {"full": 5, "ci": 1}, {"full": 8, "ci": 2}
#: Seconds in which an answer has come, or does not.
ANSWER_SECONDS, DIRECT_SECONDS = 12.0, 3.0
#: Seconds after a fault in which benign pictures are shown again; parts that were killed often wait longer.
AGAIN_SECONDS = 90.0
#: Answers without a blank that are longer than this are counted as pictures: error pages are short.
OTHER_BYTES_MAX = 1_500
AT_ONCE = 6
#: What the tier ``ci`` does besides all bad answers.
SHORT = (
    "media workers killed without end", "list process stopped", "list badly signed", "list expired",
    "no descriptors left",
)  # fmt: skip
SHORT_STARTS = ("model altered",)
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
    import numpy as np

    return np.asarray(picture.convert("RGB"))


def received(port: int, target: str, seconds: float) -> bytes:
    """Everything that comes back to a plain request, as raw bytes, within so many seconds."""
    until, got = time.monotonic() + seconds, b""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), seconds) as peer:
        lines = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
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
    shown: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, outcomes: Iterable[str]) -> None:
        """Keeps more of them."""
        self.by_kind.setdefault(kind, Counter()).update(outcomes)


class Site:
    """The site, and a client of it."""

    def __init__(self, origin: Origin, gallery: Gallery) -> None:
        self.origin, self.gallery = origin, gallery
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
                f"passed: {sort}" if what == "passed" else what for sort, what in zip(sorts, found, strict=True)
            ]

    def shows_again(self, way: Way) -> bool:
        """Whether a benign picture comes through within ``AGAIN_SECONDS``."""
        until = time.monotonic() + AGAIN_SECONDS
        while time.monotonic() < until:
            if self.judged(way, "benign") == "passed":
                return True
            time.sleep(0.2)
        return False


def bad_site(site: Site, guard: Guard, times: int, seen: Seen) -> list[str]:
    """Every bad answer so many times; the names of those that do not get through without a guard."""
    port = site.origin.port
    names = list(site.gallery.bad)

    def direct(name: str) -> bool:
        got = received(port, f"/bad/{name.replace(' ', '_')}", DIRECT_SECONDS)
        return through_directly(site.gallery.bad[name], got)

    def guarded(name: str) -> str:
        target = f"http://127.0.0.1:{port}/bad/{name.replace(' ', '_')}"
        return outcome(received(guard.port, target, ANSWER_SECONDS), site.gallery.bad[name].secret)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        harmless = [name for name, came in zip(names, threads.map(direct, names), strict=True) if not came]
        for _ in range(times):
            for name, what in zip(names, threads.map(guarded, names), strict=True):
                seen.add(f"site: {name}", [what])
    return harmless


def through_directly(bad: Bad, got: bytes) -> bool:
    """Whether the secret comes to a client without a guard, which undoes gzip as browsers do."""
    body = got.partition(b"\r\n\r\n")[2]
    if body.startswith(b"\x1f\x8b"):
        import zlib

        with suppress(zlib.error):
            got += zlib.decompressobj(31).decompress(body, 4 << 20)
    return came_through(bad.secret, got)


def in_trouble(site: Site, scene: Scene, trouble: Trouble, count: int) -> tuple[list[str], bool]:
    """What became of pictures within one fault, and whether benign ones are shown again after it."""
    way = site.way(scene.guard, scene.place.device)
    sorts = ["known", "near", "class", *(["benign"] if trouble.undecided else [])]
    with trouble.make(scene):
        outcomes = site.all_at_once(way, sorts * count)
    return outcomes, site.shows_again(way)


def own_parts(site: Site, scene: Scene, names: Sequence[str], count: int, figure: Figure, seen: Seen) -> None:
    """All faults of the guard's own parts, one after another."""
    for name in names:
        outcomes, again = in_trouble(site, scene, TROUBLES[name], count)
        seen.add(f"part: {name}", outcomes)
        if not again:
            figure.failure(REPLAY, f"{name}: no picture was shown any more after it")


def whole_proxy(site: Site, scene: Scene, count: int, seen: Seen) -> None:
    """The proxy itself stopped, then a client that does not trust it yet, then the proxy killed."""
    way = site.way(scene.guard, scene.place.device)
    sorts = ["known", "near", "benign"] * count
    doubting = replace(way, trust=scene.place.web)
    seen.add("certificate of the guard not trusted yet", site.all_at_once(doubting, sorts))
    first = psutil.Process(scene.guard.pid)
    first.suspend()
    seen.add("proxy stopped", site.all_at_once(way, sorts[:3]))
    first.resume()
    scene.guard.kill()
    seen.add("proxy killed", site.all_at_once(way, sorts))


# -- guards that are started with something wrong already ----------------------------------------


def altered_models(place: Place, change: str) -> dict[str, str]:
    """A folder of models in which the weights are altered, replaced or missing."""
    from tutela.prevent.guard.classes.shipped import FOLDER

    folder = place.folder / f"models-{secrets.token_hex(4)}"
    shutil.copytree(FOLDER, folder)
    weights = folder / "stand-in.onnx"
    data = weights.read_bytes()
    if change == "model missing":
        weights.unlink()
    else:
        weights.write_bytes({"model altered": data[:-1] + b"?", "model of nonsense": b"x" * len(data)}[change])
    return {"models": str(folder)}


def other_web(place: Place) -> dict[str, str]:
    """A file of certificates that do not vouch for the site."""
    return {"trusted": str(authority(place.folder, f"other-{secrets.token_hex(4)}").file)}


def full_disk(place: Place) -> Sequence[str]:
    """A command before the guard's: its home is on a file system of its own that has no byte left."""
    home, kept = place.home, place.folder / "kept"
    steps = (
        f"cp -a {home}/. {kept}/ && mount -t tmpfs -o size=4m,mode=700 none {home} && cp -a {kept}/. {home}/"
        f" && (dd if=/dev/zero of={home}/fill bs=4k 2>/dev/null; true) && exec \"$@\""
    )
    kept.mkdir(exist_ok=True)
    return ["unshare", "-rm", "sh", "-c", steps, "sh"]


STARTS = (
    "model altered", "model of nonsense", "model missing", "trust of the list damaged", "no list at all",
    "site that nobody vouches for", "disk full",
)  # fmt: skip


@contextmanager
def wrong_start(name: str, place: Place, bundle: bytes) -> Iterator[Guard]:
    """A guard that was started with this wrong."""
    more: Mapping[str, Any] = {}
    before: Sequence[str] = ()
    folder = place.guard_folder
    if name.startswith("model"):
        more = altered_models(place, name)
    elif name == "site that nobody vouches for":
        more = other_web(place)
    elif name == "disk full":
        before = full_disk(place)
    elif name == "no list at all":
        for one in ("list-1", "list-1-trust", "list-1-key"):
            folder.remove(one)
    else:
        kept = folder.read("list-1-trust") or b""
        folder.write("list-1-trust", b"{}")
    try:
        with guarding(place, before=before, **more) as guard:
            yield guard
    finally:
        if name == "no list at all":
            place.add(bundle)
        elif name.startswith("trust"):
            folder.write("list-1-trust", kept)


def starts(site: Site, place: Place, bundle: bytes, names: Sequence[str], count: int, seen: Seen) -> None:
    """Pictures that come to guards which were started with something wrong."""
    for name in names:
        sorts = ["known", "near", "class", *([] if name == "disk full" else ["benign"])]
        with wrong_start(name, place, bundle) as guard:
            outcomes = site.all_at_once(site.way(guard, place.device), sorts * count)
        seen.add(f"start: {name}", outcomes)


# -- all of it -----------------------------------------------------------------------------------


def can_unshare() -> bool:
    """Whether a file system of one's own can be mounted here."""
    done = subprocess.run(["unshare", "-rm", "true"], capture_output=True)
    return done.returncode == 0


def measure(figure: Figure, tier: Tier, folder: Path) -> None:
    """All kinds of faults."""
    place = Place(
        folder=folder / "place", policy=Policy(classifier=True), classes=("stand-in",)
    ).prepare()
    gallery, seen = Gallery(), Seen()
    entries = [*digest_entries(gallery.known), *print_entries(gallery.prints), *random_entries(500)]
    older, bundle = (place.seal(entries, number=number) for number in (1, 2))
    place.add(bundle)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(place.site)
    with serving(gallery, tls) as origin:
        site = Site(origin, gallery)
        with guarding(place) as guard:
            way = site.way(guard, place.device)
            figure.record("benign pictures before any fault: shown", site.shows_again(way), "", "== 1")
            control = site.all_at_once(site.way(guard, place.device), ["known", "near", "class"] * 4)
            seen.add("none: only that it is known", control)
            harmless = bad_site(site, guard, TIMES[tier], seen)
            scene = Scene(guard=guard, place=place, bundle=bundle, older=older)
            names = SHORT if tier == "ci" else tuple(TROUBLES)
            own_parts(site, scene, names, PICTURES[tier], figure, seen)
            whole_proxy(site, scene, PICTURES[tier], seen)
        chosen = SHORT_STARTS if tier == "ci" else STARTS
        if not can_unshare():
            figure.note("no file system could be mounted here: a full disk by limit alone")
            chosen = tuple(one for one in chosen if one != "disk full")
        starts(site, place, bundle, chosen, PICTURES[tier], seen)
        direct = Way(port=origin.port)
        shown = site.all_at_once(direct, ["known", "near", "class", "benign"] * 2)
    record(figure, seen, harmless, shown)


def record(figure: Figure, seen: Seen, harmless: Sequence[str], direct: Sequence[str]) -> None:
    """The table of all kinds, and the bar."""
    faults = {kind: counts for kind, counts in seen.by_kind.items() if not kind.startswith("none")}
    passed = {kind: passes(counts) for kind, counts in seen.by_kind.items() if passes(counts)}
    total = sum(sum(counts.values()) for counts in faults.values())
    placeholders = sum(counts["placeholder"] for counts in faults.values())
    figure.count("pictures", total)
    figure.record("kinds of fault", len(faults), "kinds", f">= {KINDS_MIN}")
    figure.record("pictures that passed", sum(passed.values()), "pictures", "== 0")
    figure.record("ended in the placeholder", 100 * placeholders / total, "%")
    held = total - sum(passed.values())
    figure.record("ended in the placeholder, or with nothing to see", 100 * held / total, "%", "== 100")
    figure.record("the same without a guard: shown", sum(one.startswith("passed") for one in direct), "of 8 pictures", "== 8")
    figure.note(f"do not get through to a client without a guard either: {', '.join(harmless) or 'none'}")
    figure.table("by kind", {kind: dict(counts) for kind, counts in seen.by_kind.items()})
    for kind, number in passed.items():
        what = ", ".join(one for one in seen.by_kind[kind] if one.startswith("passed"))
        figure.failure(REPLAY, f"{kind}: {number} pictures ({what})")


def passes(counts: Mapping[str, int]) -> int:
    """How many passed."""
    return sum(number for what, number in counts.items() if what.startswith("passed"))


def main(tier: Tier) -> int:
    """0 when nothing passed."""
    figure = Figure(bar=BAR, tier=tier)
    if missing_guard():
        figure.failure(REPLAY, missing_guard())
        return figure.save()
    with tempfile.TemporaryDirectory(prefix="tutela-proof-") as name:
        measure(figure, tier, Path(name))
    return figure.save()


if __name__ == "__main__":
    script(main)
