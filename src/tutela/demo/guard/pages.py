"""A page of one way: a picture that should not be seen, beside a harmless one that should."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from tutela.demo.guard.deliveries import Answer, Deliver, Places, plain
from tutela.demo.guard.pictures import FORMS, HEIGHT, WIDTH, Picture
from tutela.demo.guard.scripted import HELPERS
from tutela.demo.guard.ways import WAYS

#: Pictures that are declared known, by their numbers.
KNOWN_NUMBERS: Final = range(1, 7)
#: Number of the first harmless picture; each page has one of its own.
BENIGN_FIRST: Final = 1_000
#: Milliseconds after which a page counts as finished, whatever it still waits for: longer than the guard
#: holds a picture.
_PAGE_MILLISECONDS: Final = 2_500

_STYLE: Final = (
    "body{margin:12px;background:#777} "
    f"img,canvas,video{{width:{WIDTH}px;height:{HEIGHT}px;display:inline-block;margin:4px}}"
)
#: ``finished`` is a promise for whoever looks at the page.
_SCRIPT: Final = """
const waits = [...document.images].map(one => one.complete || new Promise(end =>
  { one.addEventListener('load', end); one.addEventListener('error', end); }));
"""
_LAST: Final = f"""
const late = new Promise(end => setTimeout(end, {_PAGE_MILLISECONDS}));
const frame = () => new Promise(end => requestAnimationFrame(end));
const finished = Promise.race([Promise.allSettled(waits), late]).then(frame).then(frame);
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """One visit: the way, the number of the visit, and on how many before the same way was taken."""

    way: str
    number: int
    turn: int

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/{self.number}"

    @property
    def stopped(self) -> Picture:
        """The picture that should not be seen: known in each form, or of the stand-in class."""
        form = self.turn % (len(FORMS) + 1)
        kept = self.turn // (len(FORMS) + 1)
        if form == len(FORMS):
            return Picture(kind="class", number=kept % 5, form=FORMS[1 + kept % 3], turn=self.number)
        number = KNOWN_NUMBERS[kept % len(KNOWN_NUMBERS)]
        return Picture(kind="known", number=number, form=FORMS[form], turn=self.number)

    @property
    def neighbour(self) -> Picture:
        """The harmless one."""
        return Picture(kind="benign", number=BENIGN_FIRST + self.number, turn=self.number)


def page(load: Load, places: Places) -> dict[str, Answer]:
    """Everything that the site answers for this load, by path. ``places``: without a path."""
    way = WAYS[load.way]
    deliver = way.deliver[load.turn % len(way.deliver)]
    beside: Deliver = deliver if way.ruled else plain("png")
    # The turn of what is delivered changes with each load of the way, so all its spellings have their turn.
    turn = load.turn // len(way.deliver) + load.turn
    one = deliver(replace(load.stopped, turn=turn), replace(places, path=f"{load.path}/a"))
    other = beside(replace(load.neighbour, turn=turn), replace(places, path=f"{load.path}/b"))
    html = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{load.number}</title>'
        f"<style>{_STYLE}</style>{one.head}{other.head}<body>{one.html} {other.html}"
        f"<script>{HELPERS}{_SCRIPT}{one.script}{other.script}{_LAST}</script>"
    )
    return {load.path: Answer(body=html.encode(), content_type="text/html; charset=utf-8")} | (
        one.answers | other.answers
    )


def loads(turns: int, ways: tuple[str, ...] = ()) -> list[Load]:
    """So many loads of each way, one way after another in each round."""
    names = ways or tuple(WAYS)
    return [
        Load(way=way, number=turn * len(names) + at, turn=turn)
        for turn in range(turns)
        for at, way in enumerate(names)
    ]
