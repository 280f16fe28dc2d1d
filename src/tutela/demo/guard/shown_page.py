"""A page of a dozen pictures: harmless ones, some declared known in four forms, some of the class."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

from tutela.demo.guard.deliveries import Answer
from tutela.demo.guard.marks import Kind
from tutela.demo.guard.pictures import FORMS, HEIGHT, LAYOUTS, WIDTH, Picture

#: Size of the window in pixels: four pictures beside each other, three below each other.
WINDOW: Final = (4 * (WIDTH + 16) + 16, 3 * (HEIGHT + 40) + 76)
PATH: Final = "/gallery"
#: Layouts that take turns.
_LAYOUTS: Final = ("jpeg", "png", "webp", "avif")
_CAPTIONS: Final[dict[Kind, str]] = {
    "known": "declared known",
    "class": "stand-in class",
    "benign": "harmless",
}
_STYLE: Final = (
    "body{margin:12px 16px;background:#f4f4f2;font:14px sans-serif;color:#222}h1{font-size:18px;margin:0}"
    "p{margin:4px 0 12px}figure{margin:0}figcaption{margin:3px 0 13px}"
    f"main{{display:grid;grid-template-columns:repeat(4,{WIDTH}px);column-gap:16px}}"
    f"img{{width:{WIDTH}px;height:{HEIGHT}px;display:block}}"
)
_LEGEND: Final = (
    "All pictures are generated. So that a machine can tell them apart, harmless ones are marked yellow, "
    "those declared known blue."
)
#: Turns between two visits: so many steps of quality apart, a copy in any layout is another file.
_TURNS_APART: Final = 7
#: Number of the first harmless picture of the first visit.
_BENIGN_FIRST: Final = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Hung:
    """One picture of the gallery and what is said below it."""

    picture: Picture
    layout: str
    caption: str


def hung(visit: int) -> tuple[Hung, ...]:
    """What hangs there on the visit of this number. Of photographs the exact copy alone comes again."""
    turn = _TURNS_APART * visit
    known = [Picture(kind="known", number=1 + at, form=form, turn=turn) for at, form in enumerate(FORMS)]
    of_class = [Picture(kind="class", number=at, form=form, turn=turn) for at, form in enumerate(FORMS[1:3])]
    first = _BENIGN_FIRST + 6 * visit
    benign = [Picture(kind="benign", number=first + at, turn=visit) for at in range(6)]
    mixed = [one for pair in zip(benign, [*known, *of_class], strict=True) for one in pair]
    return tuple(_hung(one, at) for at, one in enumerate(mixed))


def _hung(picture: Picture, at: int) -> Hung:
    form = f", {picture.form}" if picture.kind == "known" else ""
    return Hung(
        picture=picture,
        layout=_LAYOUTS[at // 2 % len(_LAYOUTS)],
        caption=_CAPTIONS[picture.kind] + form,
    )


def gallery(visit: int, note: str) -> dict[str, Answer]:
    """All answers of one visit, by path. ``note``: what stands above the pictures."""
    answers, figures = {}, []
    for at, one in enumerate(hung(visit)):
        path = f"{PATH}/{visit}-{at}"
        answers[path] = Answer(body=one.picture.encoded(one.layout), content_type=LAYOUTS[one.layout])
        figures.append(
            f'<figure><img src="{path}" alt=""><figcaption>{escape(one.caption)}</figcaption></figure>'
        )
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{visit}</title>'
        f"<style>{_STYLE}</style><h1>A benign gallery, {escape(note)}</h1><p>{_LEGEND}</p>"
        f"<main>{''.join(figures)}</main>"
    )
    answers[PATH] = Answer(body=body.encode(), content_type="text/html; charset=utf-8")
    return answers
