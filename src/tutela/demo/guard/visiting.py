"""Pages visited one after another, each while somebody else looks at the screen."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tutela.demo.guard.browser import Browser
from tutela.demo.guard.marks import Kind
from tutela.demo.guard.pages import Load, page
from tutela.demo.guard.sampling import Sampler, Tally, Watch
from tutela.demo.guard.site import Site
from tutela.kernel.errors import Unavailable

#: Seconds that a page has to come, and for what is waited for on the screen to be there after it: two films
#: are held for 8 seconds each at most, one after the other.
PAGE_SECONDS_MAX: Final = 20.0
SIGHT_SECONDS_MAX: Final = 17.0
#: Seconds for which a finished page is looked at in any case: six frames.
DWELL_SECONDS: Final = 0.1
#: Seconds in which a page that was taken away is gone from the screen.
_CLEAR_SECONDS_MAX: Final = 2.0
_FINISHED: Final = "typeof finished === 'undefined' ? '' : finished.then(() => document.title)"
_TAKEN_AWAY: Final = "document.documentElement.remove()"


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One load, and what was seen on the screen while it was there."""

    load: Load
    seen: Tally


def visit(site: Site, browser: Browser, sampler: Sampler, loads: Iterable[Load], awaited: set[Kind]) -> None:
    """Return once every page was there and gone. ``awaited``: what is waited for on each, for a while.

    Raises Unavailable where a page does not come.
    """
    for load in loads:
        site.put(page(load, site.places))
        sampler.load(load.number)
        browser.go(site.url + load.path)
        _await_page(browser, load)
        wanted = {load.stopped.kind if kind != "benign" else kind for kind in awaited}
        _await_sight(sampler, wanted)
        browser.evaluate(_TAKEN_AWAY)
        _await_clear(sampler)


def visits(loads: Iterable[Load], watch: Watch) -> list[Visit]:
    """Each load with what was seen of it."""
    seen = {one.load: one for one in watch.tallies}
    return [Visit(load=one, seen=seen[one.number]) for one in loads]


def _await_page(browser: Browser, load: Load) -> None:
    deadline = time.monotonic() + PAGE_SECONDS_MAX
    while browser.evaluate(_FINISHED) != str(load.number):
        if time.monotonic() > deadline:
            raise Unavailable(f"page {load.number} ({load.way}) did not come")
        time.sleep(0.005)


def _await_sight(sampler: Sampler, wanted: set[Kind]) -> None:
    """Waits until all of it was seen, and at least a little."""
    began = time.monotonic()
    while (waited := time.monotonic() - began) < SIGHT_SECONDS_MAX:
        tally = sampler.now()
        if waited >= DWELL_SECONDS and all(map(tally.showed, wanted)):
            return
        time.sleep(0.01)


def _await_clear(sampler: Sampler) -> None:
    deadline = time.monotonic() + _CLEAR_SECONDS_MAX
    while sampler.now().last and time.monotonic() < deadline:
        time.sleep(0.005)
