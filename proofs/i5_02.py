"""Bar 2: whatever fails, a placeholder or nothing at all is seen, and never a picture that is not decided.

A guard as it runs from a folder that was set up, with a sealed list and the stand-in class, before a site
on loopback. First the site is bad: some fifty kinds of answers that are broken, mislabelled, endless,
encrypted or packed into others. Then the guard's own parts are killed, stopped and spoilt, one kind after
another, while pictures come: known ones exactly and as copies, those of the class, and benign ones, which
nobody can decide about then. Then guards are started with something wrong already, with another proxy behind
them, and beside another person's guard. Every kind is given to a client without a guard first: what does not
get through there shows nothing. After each fault of its parts the guard shows benign pictures again. The tier
``ci`` has every bad answer once and some of the other kinds.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil

from proofs.figure import Figure, Tier, script
from proofs.guard_answers import Bad, came_through
from proofs.guard_client import ANSWER_SECONDS, AT_ONCE, Gallery, Seen, Site, outcome, passes, received
from proofs.guard_house import Place, digest_entries, missing_guard, print_entries, random_entries
from proofs.guard_neighbours import another_person, another_proxy, told_of_another_proxy
from proofs.guard_origin import serving
from proofs.guard_processes import Guard, Way, guarding
from proofs.guard_starts import STARTS, can_unshare, wrong_start
from proofs.guard_trouble import TROUBLES, Scene, Trouble
from tutela.prevent.guard.person.policy import Policy

BAR, REPLAY = "i5-2", "make proofs BAR=i5-2"
KINDS_MIN = 20
#: How often each bad answer comes, and how many pictures of each sort within one fault of the parts.
TIMES, PICTURES = {"full": 5, "ci": 1}, {"full": 8, "ci": 2}
#: Seconds that a client without a guard waits for one.
DIRECT_SECONDS = 3.0
#: What the tier ``ci`` does besides all bad answers.
SHORT = (
    "media workers killed without end", "list process stopped", "list badly signed", "list expired",
    "no descriptors left",
)  # fmt: skip
SHORT_STARTS = ("model altered",)


def bad_site(site: Site, guard: Guard, times: int) -> list[str]:
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
                site.seen.add(f"site: {name}", [what])
    return harmless


def through_directly(bad: Bad, got: bytes) -> bool:
    """Whether the secret comes to a client without a guard, which undoes gzip as browsers do."""
    body = got.partition(b"\r\n\r\n")[2]
    if body.startswith(b"\x1f\x8b"):
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


def own_parts(site: Site, scene: Scene, names: Sequence[str], count: int) -> list[str]:
    """All faults of the guard's own parts, one after another; those after which nothing is shown any more."""
    lasting = []
    for name in names:
        outcomes, again = in_trouble(site, scene, TROUBLES[name], count)
        site.seen.add(f"part: {name}", outcomes)
        if not again:
            lasting.append(name)
    return lasting


def whole_proxy(site: Site, scene: Scene, count: int) -> None:
    """The proxy itself stopped, then a client that does not trust it yet, then the proxy killed."""
    way = site.way(scene.guard, scene.place.device)
    sorts = ["known", "near", "benign"] * count
    doubting = replace(way, trust=scene.place.web)
    site.seen.add("certificate of the guard not trusted yet", site.all_at_once(doubting, sorts))
    first = psutil.Process(scene.guard.pid)
    first.suspend()
    site.seen.add("proxy stopped", site.all_at_once(way, sorts[:3]))
    first.resume()
    scene.guard.kill()
    site.seen.add("proxy killed", site.all_at_once(way, sorts))


def starts(site: Site, place: Place, bundle: bytes, names: Sequence[str], count: int) -> None:
    """Pictures that come to guards which were started with something wrong."""
    for name in names:
        sorts = ["known", "near", "class", *([] if name == "disk full" else ["benign"])]
        with wrong_start(name, place, bundle) as guard:
            outcomes = site.all_at_once(site.way(guard, place.device), sorts * count)
        site.seen.add(f"start: {name}", outcomes)


def measure(figure: Figure, tier: Tier, folder: Path) -> None:
    """All kinds of faults."""
    place = Place(folder=folder / "place", policy=Policy(classifier=True), classes=("stand-in",)).prepare()
    gallery = Gallery()
    entries = [*digest_entries(gallery.known), *print_entries(gallery.prints), *random_entries(500)]
    older, bundle = (place.seal(entries, number=number) for number in (1, 2))
    place.add(bundle)
    with serving(gallery, place.site_tls) as origin:
        site = Site(origin, gallery)
        with guarding(place) as guard:
            way = site.way(guard, place.device)
            figure.record("benign pictures before any fault: shown", site.shows_again(way), "", "== 1")
            control = site.all_at_once(site.way(guard, place.device), ["known", "near", "class"] * 4)
            site.seen.add("none: only that it is known", control)
            harmless = bad_site(site, guard, TIMES[tier])
            scene = Scene(guard=guard, place=place, bundle=bundle, older=older)
            names = SHORT if tier == "ci" else tuple(TROUBLES)
            for name in own_parts(site, scene, names, PICTURES[tier]):
                figure.failure(REPLAY, f"{name}: no picture was shown any more after it")
            whole_proxy(site, scene, PICTURES[tier])
        chosen: tuple[str, ...] = SHORT_STARTS if tier == "ci" else STARTS
        if not can_unshare():
            figure.note("no file system could be mounted here: a full disk by limit alone")
            chosen = tuple(one for one in chosen if one != "disk full")
        starts(site, place, bundle, chosen, PICTURES[tier])
        if tier == "full":
            another_proxy(site, place, PICTURES[tier])
        told = [told_of_another_proxy(place), *another_person(site, place, bundle, PICTURES[tier])]
        figure.record("another proxy or person: said in one sentence, and goes on", sum(told), "of 5", "== 5")
        direct = Way(port=origin.port)
        shown = site.all_at_once(direct, ["known", "near", "class", "benign"] * 2)
    record(figure, site.seen, harmless, shown)


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
    figure.record(
        "the same without a guard: shown",
        sum(one.startswith("passed") for one in direct),
        "of 8 pictures",
        "== 8",
    )
    figure.note(f"do not get through to a client without a guard either: {', '.join(harmless) or 'none'}")
    figure.table("by kind", {kind: dict(counts) for kind, counts in seen.by_kind.items()})
    for kind, number in passed.items():
        what = ", ".join(one for one in seen.by_kind[kind] if one.startswith("passed"))
        figure.failure(REPLAY, f"{kind}: {number} pictures ({what})")


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
