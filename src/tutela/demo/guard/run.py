"""The demonstration: a benign gallery in Chromium, without the guard and behind it, with figures."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from PIL import Image

from tutela.demo.guard import browser as chromium
from tutela.demo.guard.behind import GuardBehind
from tutela.demo.guard.browser import Browser
from tutela.demo.guard.marks import Seen, look
from tutela.demo.guard.sampling import Sampler, Watch
from tutela.demo.guard.screen import PROGRAM, Screen
from tutela.demo.guard.shown_page import PATH, WINDOW, gallery, hung
from tutela.demo.guard.stage import Stage, open_stage
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.shapes import Tier

Say = Callable[[str], None]

#: Visits of the gallery without the guard and behind it: the median of their times is told.
VISITS: Final = 5
#: Seconds that a page has to come.
_PAGE_SECONDS_MAX: Final = 30.0
#: Milliseconds from the request to the last picture, once it is there; else nothing.
_TOOK: Final = (
    "document.title == '{0}' && document.readyState == 'complete'"
    " && performance.getEntriesByType('navigation')[0].loadEventEnd || null"
)
_TWO_FRAMES: Final = (
    "new Promise(end => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(end, 60))))"
)
_TIERS: Final[dict[Tier, str]] = {
    "exact": "the very file is on the list",
    "near": "it looks like one on the list",
    "class": "the stand-in class was recognised",
    "undecided": "could not be decided in time, and was held: this machine is busy",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """What was seen on one side. ``watch`` is None where there is no screen to be looked at."""

    picture: Path
    took_milliseconds: tuple[float, ...]
    seen: Seen
    watch: Watch | None

    @property
    def milliseconds(self) -> float:
        """The median of the times."""
        return median(self.took_milliseconds)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Both sides, and what the guard counted."""

    without: Side
    behind: Side
    blocked: dict[Tier, int]

    @property
    def passed(self) -> bool:
        """Whether without the guard everything was seen, and behind it the harmless pictures alone."""
        watched = self.behind.watch is None or not self.behind.watch.stopped
        plain, guarded = self.without.seen, self.behind.seen
        shown = plain.shows("known") and plain.shows("class") and plain.shows("benign")
        stopped = not guarded.shows("known") and not guarded.shows("class") and watched
        return shown and stopped and guarded.shows("benign")


def run_demo(folder: Path, say: Say) -> Outcome:
    """Build, visit, count, tell. ``folder`` takes two screenshots. Raises Unavailable without Chromium."""
    chromium.program()
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    say("1/4  drawing harmless pictures, declaring some known, sealing a device list of them; some seconds")
    with TemporaryDirectory() as name, open_stage(Path(name)) as stage:
        say("     the guard is set up in a home of its own: " + stage.trust)
        say(f"2/4  {VISITS} visits of a gallery over TLS without the guard")
        without = _side(stage, None, folder / "without-the-guard.png")
        say("3/4  starting the guard in a process of its own, with the list and the stand-in class")
        with stage.guard() as guard:
            say(f"     {VISITS} visits of the same gallery behind it")
            behind = _side(stage, guard, folder / "behind-the-guard.png")
        outcome = Outcome(without=without, behind=behind, blocked=stage.device.blocked())
    say("4/4  what came of it")
    for line in told(outcome):
        say(line)
    say(f"     ({time.monotonic() - began:.0f} seconds in all)")
    return outcome


def told(outcome: Outcome) -> Iterator[str]:
    """The figures in plain words."""
    pictures = len(hung(0))
    blocked = sum(outcome.blocked.values())
    yield f"     {pictures} pictures on the page, {VISITS} visits: {pictures * VISITS} pictures"
    yield f"     blocked before they were seen: {blocked}"
    for tier, why in _TIERS.items():
        yield f"       {outcome.blocked.get(tier, 0):3}  {tier}: {why}"
    yield f"     shown: {pictures * VISITS - blocked}"
    without, behind = outcome.without, outcome.behind
    added = behind.milliseconds - without.milliseconds
    yield (
        f"     the page took {without.milliseconds:.0f} ms without the guard, {behind.milliseconds:.0f} ms "
        f"behind it: {added:.0f} ms more, {added / pictures:.0f} ms a picture"
    )
    yield from _told_looks(outcome)
    yield f"     screenshots: {without.picture} and {behind.picture}"
    yield "     as it should be" if outcome.passed else "     NOT as it should be"


def _told_looks(outcome: Outcome) -> Iterator[str]:
    watches = (("without the guard", outcome.without.watch), ("behind it", outcome.behind.watch))
    for where, watch in watches:
        if watch is not None:
            yield (
                f"     the screen was looked at {watch.per_second:.0f} times a second {where}: "
                f"{watch.stopped} of {watch.looks} looks met what should not be seen"
            )
    if outcome.behind.watch is None:
        yield f"     no screen was watched (there is no {PROGRAM}): one look at the end of the last visit"


def _side(stage: Stage, guard: GuardBehind | None, picture: Path) -> Side:
    """The visits on one side."""
    with (
        _looked_at(stage.folder / picture.stem) as (display, sampler),
        stage.browser(guard, display=display, size=WINDOW) as browser,
    ):
        took = tuple(_visit(stage, browser, visit, guarded=guard is not None) for visit in range(VISITS))
        content = browser.screenshot()
    picture.write_bytes(content)
    with Image.open(io.BytesIO(content)) as shown:
        seen = look(np.asarray(shown.convert("RGB")))
    watch = sampler.watch if sampler else None
    return Side(picture=picture, took_milliseconds=took, seen=seen, watch=watch)


@contextmanager
def _looked_at(folder: Path) -> Iterator[tuple[str, Sampler | None]]:
    """A screen and who looks at it; neither where there is no Xvfb."""
    if which(PROGRAM) is None:
        yield "", None
        return
    folder.mkdir()
    with Screen(folder, *WINDOW) as screen, Sampler(screen.file) as sampler:
        yield screen.display, sampler


def _visit(stage: Stage, browser: Browser, visit: int, *, guarded: bool) -> float:
    """Milliseconds until the last picture was there."""
    note = "behind the guard" if guarded else "without the guard"
    stage.site.put(gallery(visit, note))
    browser.go(stage.site.url + PATH)
    deadline = time.monotonic() + _PAGE_SECONDS_MAX
    while not (took := browser.evaluate(_TOOK.replace("{0}", str(visit)))):
        if time.monotonic() > deadline:
            raise Unavailable("the gallery did not come")
        time.sleep(0.02)
    browser.evaluate(_TWO_FRAMES)
    return float(took)
