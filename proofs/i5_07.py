"""Bar 7: set up, used and left by its own commands, with clocks that are turned and a device that restarts.

Homes with browsers' real databases. For each delay: a search for the names on the set-up home, refusals while
the delay runs (clocks turned, restarts, long switch-offs), leaving offline once it has run, every path of the
home as it was, bit for bit. A browser that changed its database meanwhile keeps what it added. The texts of
consent and help are whole in six languages.
"""

from __future__ import annotations

import re
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import client as http_client  # noqa: TID251 - a browser's side of the guard's own proxy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from proofs.figure import Figure, Tier, script
from proofs.guarded_home import KNOWN, OTHER, Home, waited
from tests.needs import missing
from tutela.kernel.help import countries, help_for
from tutela.kernel.help.contacts import KINDS
from tutela.prevent.guard.carriers import blanks
from tutela.prevent.guard.person.consent import PARAGRAPHS, paragraphs
from tutela.prevent.guard.person.discretion import FORBIDDEN
from tutela.prevent.guard.person.words import LANGUAGES, words_for
from tutela.prevent.guard.system.searching import places_of

BAR, REPLAY = "i5-7", "make proofs BAR=i5-7"
HOUR, DAY, YEAR = 3600.0, 86_400.0, 365 * 86_400.0
#: Delays in hours by tier.
DELAYS = {"full": (0, 1, 24, 72), "ci": (0, 24)}
#: What is done to the clocks while the delay runs; after each of them leaving is refused still.
TRICKS: tuple[tuple[str, Callable[[Home], None]], ...] = (
    ("the clock is set forward ten years", lambda home: home.clocks.turn(10 * YEAR)),
    ("the clock is set back twenty years", lambda home: home.clocks.turn(-20 * YEAR)),
    ("a restart, off for ten years by the clock", lambda home: home.clocks.restart(off_seconds=10 * YEAR)),
    ("a restart, off for minus a day by the clock", lambda home: home.clocks.restart(off_seconds=-DAY)),
)
#: Ports of the homes, from here on.
PORT = 18_704


class Pictures(BaseHTTPRequestHandler):
    """Two pictures on loopback."""

    def do_GET(self) -> None:
        content = KNOWN if self.path.endswith("known.jpg") else OTHER
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Says nothing."""


@contextmanager
def pictures() -> Iterator[int]:
    """The port of a site with both pictures."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pictures)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def shown(proxy_port: int, site_port: int, name: str) -> bytes:
    """What a browser gets through the guard."""
    connection = http_client.HTTPConnection("127.0.0.1", proxy_port, timeout=20)
    connection.request("GET", f"http://127.0.0.1:{site_port}/{name}")
    try:
        return connection.getresponse().read()
    finally:
        connection.close()


def use(figure: Figure, home: Home, port: int) -> None:
    """The guard runs as set up, blocks, is stopped at once in an emergency, and blocks again."""
    running = home.running()
    try:
        with pictures() as site:
            wrong = [shown(port, site, "known.jpg") != blanks.RASTER, shown(port, site, "other.jpg") != OTHER]
            home.guard("stop")
            wrong.append(all(shown(port, site, "known.jpg") != KNOWN for _ in waited()))
            home.guard("start")
            wrong.append(all(shown(port, site, "known.jpg") != blanks.RASTER for _ in waited()))
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(30)
    figure.record("guard in use: steps that went wrong", sum(wrong), "of 4 steps", bar="== 0")


def renew(figure: Figure, home: Home) -> None:
    """A new certificate in the place of the old one, in the real databases."""
    if home.guard("renew", "--now") != 0:
        figure.failure(REPLAY, f"no new certificate: {home.said[-300:]}")


def search(home: Home, names: tuple[str, ...]) -> tuple[int, int]:
    """Places outside of the guard's folder that hold the product's name; and with a chosen name."""
    folder = home.folder
    besides = [] if folder is None else [folder.path]
    return len(places_of(FORBIDDEN, [home.path], besides=besides)), len(places_of(names, [home.path]))


def leave(home: Home, delay_hours: int) -> list[str]:
    """What went wrong on the way out: each refusal that did not come, and one that came too late."""
    wrong = [] if home.guard("leave", "--yes") == 0 else ["asking to leave failed"]
    for said, trick in TRICKS if delay_hours else ():
        trick(home)
        home.guard("leave", "--yes")
        if home.folder is None:
            return [*wrong, f"left too early: {said}"]
    home.clocks.run(delay_hours * HOUR)
    if home.folder is not None and home.guard("leave", "--yes", offline=not missing("netns")) != 0:
        wrong.append("leaving failed after the whole delay")
    return wrong if home.folder is None else [*wrong, "still there after the whole delay"]


def one_home(figure: Figure, place: Path, delay_hours: int, port: int) -> dict[str, int]:
    """Counts of what went wrong in the life of one set-up."""
    place.mkdir()
    home = Home(place)
    before = home.state()
    if home.set_up(delay_hours=delay_hours, port=port) != 0 or home.folder is None:
        figure.failure(REPLAY, f"the set-up failed: {home.said[-300:]}")
        return {}
    names = ("Quiet Pages", "quiet-pages")
    product, chosen = search(home, names)
    if delay_hours == 0:
        use(figure, home, port)
        renew(figure, home)
    for wrong in (steps := leave(home, delay_hours)):
        figure.failure(REPLAY, f"delay {delay_hours} h: {wrong}; {home.said[-200:]}")
    after = home.state()
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    for path in sorted(changed):
        figure.failure(REPLAY, f"delay {delay_hours} h: not as before: {path}")
    left = sum(search(home, names))
    return {
        "product": product,
        "unseen": int(not chosen),
        "steps": len(steps),
        "changed": len(changed),
        "left": left,
    }


def changed_meanwhile(figure: Figure, place: Path) -> None:
    """Browsers that took up another certificate since keep it, and ours is gone."""
    place.mkdir()
    home = Home(place)
    home.set_up(delay_hours=0, port=PORT + 90)
    renew(figure, home)
    for store in home.stores:
        home.trust(store, "Added Since")
    home.guard("leave", "--yes")
    listed = [home.trusted(store) for store in home.stores]
    kept = sum("Added Since" in one for one in listed)
    ours = sum("Quiet Pages" in one for one in listed)
    figure.record("databases that keep what was added since", kept, "of 2 databases", bar="== 2")
    figure.record("databases in which our certificate is left", ours, "databases", bar="== 0")


def languages(figure: Figure) -> None:
    """Consent, every sentence and help in six languages."""
    names = set(words_for("en").sentences)
    lacking = sum(len(names ^ set(words_for(one).sentences)) for one in LANGUAGES)
    short = sum(len(paragraphs(one)) != len(PARAGRAPHS) + 4 for one in LANGUAGES)
    fields = {name: sorted(re.findall(r"\$\w+", said)) for name, said in words_for("en").sentences.items()}
    odd = sum(
        sorted(re.findall(r"\$\w+", said)) != fields[name]
        for one in LANGUAGES
        for name, said in words_for(one).sentences.items()
        if name in fields
    )
    figure.record("languages", len(LANGUAGES), "languages", bar="== 6")
    figure.record(
        "sentences that one language lacks, or says with others", lacking + odd, "sentences", bar="== 0"
    )
    figure.record("languages whose consent is not whole", short, "languages", bar="== 0")
    found = [help_for(code) for code, _ in countries("en")]
    order = [[KINDS.index(one.kind) for one in places] for places in found]
    figure.count("countries with help", sum(bool(places) for places in found))
    figure.record("countries without help", sum(not places for places in found), "countries", bar="== 0")
    figure.record(
        "countries whose help is not in its order, crisis first",
        sum(kinds != sorted(kinds) for kinds in order),
        "countries",
        bar="== 0",
    )


def main(tier: Tier) -> int:
    """Each delay in a home of its own, one home changed meanwhile, the texts."""
    figure = Figure(bar=BAR, tier=tier)
    if missing("certutil"):
        figure.failure(REPLAY, "certutil is missing (apt-get install libnss3-tools)")
        return figure.save()
    totals: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="guard-i5-7-") as name:
        for number, delay in enumerate(DELAYS[tier]):
            for key, value in one_home(figure, Path(name) / f"h{delay}", delay, PORT + number).items():
                totals[key] = totals.get(key, 0) + value
        changed_meanwhile(figure, Path(name) / "changed")
    count = len(DELAYS[tier])
    figure.record("homes set up and left", count, "homes", bar=f"== {count}")
    for key, said, unit in (
        ("product", "places outside of its folder that name the product", "places"),
        ("unseen", "homes on which the search found no chosen name either (it must)", "homes"),
        ("steps", "refusals that did not come, or leaving that failed", "steps"),
        ("changed", "paths that are not as before, bit for bit", "paths"),
        ("left", "places with any of the names after leaving", "places"),
    ):
        figure.record(said, totals.get(key, -1), unit, bar="== 0")
    languages(figure)
    figure.note("clocks and boots are the proof's, read from a file; everything else is the product's own")
    return figure.save()


if __name__ == "__main__":
    script(main)
