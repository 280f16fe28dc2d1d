"""Which media and links of a page become items, in which order, and how much is left out. Pure.

What is taken, the weightiest first: films and files that the page leads to (the full sizes behind
thumbnails), pictures, frames and pages behind a thumbnail, thumbnails, pictures that a style sheet paints.
Frames and links are taken on the page that was reported only: one level. docs/explanation/pages.md says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from tutela.detect.media.page_shapes import Embedded, Link, Page
from tutela.kernel.egress.urls import Url

#: Version of the counts of a page's series.
COUNTS_FORMAT: Final = 1
#: Endings of a path that say what a link leads to; our own, what browsers and players show.
ENDINGS: Final[Mapping[str, frozenset[str]]] = {
    "picture": frozenset(
        [
            "jpg",
            "jpeg",
            "jpe",
            "jfif",
            "png",
            "apng",
            "gif",
            "webp",
            "avif",
            "heic",
            "heif",
            "bmp",
            "tif",
            "tiff",
        ]
    ),
    "film": frozenset(["mp4", "m4v", "webm", "mov", "mkv", "avi", "wmv", "flv", "mpg", "mpeg", "ogv", "3gp"]),
    "file": frozenset(["zip", "rar", "7z", "tar", "tgz"]),
}
#: Relations of links that lead to nothing of the page's own.
_FOREIGN: Final = frozenset({"sponsored", "license", "tag"})
#: Deepest page that is read: 0 is what was reported, 1 what it leads to.
LEVEL_MAX: Final = 1
#: Items that a page may bring at least, however many addresses its report names (intake takes 100; our own).
SHARE_MIN: Final = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class PageRules:
    """Bounds: media and linked pages of one page, items of all that came of one report."""

    media_max: int = 600
    linked_max: int = 50
    group_max: int = 1_000

    def shared(self, among: int) -> PageRules:
        """The same for one of so many addresses of a report: each gets its share, and never nothing."""
        share = max(min(SHARE_MIN, self.group_max), self.group_max // max(1, among))
        return replace(self, group_max=share)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What becomes an item: its kind (``acts.KINDS``), and how the page shows it."""

    url: Url = field(repr=False)
    kind: str
    found_as: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is opened, and counts of all that the page held and of what was left out, by reason."""

    wanted: tuple[Wanted, ...]
    counts: Mapping[str, int]
    left: Mapping[str, int]


def plan_of(page: Page, here: Url, *, level: int, rules: PageRules) -> Plan:
    """The plan for a page that was met at ``here``, ``level`` pages away from what was reported."""
    left: Counter[str] = Counter({str(word): number for word, number in page.dropped.items()})
    ranked = sorted(_candidates(page, here, level, left), key=lambda one: one[0])
    first = {one.url.canonical: one for _, one in reversed(ranked) if one.url.canonical != here.canonical}
    wanted = [one for _, one in ranked if first.get(one.url.canonical) is one]
    media = [one for one in wanted if one.kind != "url"]
    linked = [one for one in wanted if one.kind == "url"]
    left["cut"] += len(media[rules.media_max :])
    left["linked_cut"] += len(linked[rules.linked_max :])
    counts = {"shown": len(page.embedded), "links": len(page.links), "inline": len(page.inline)}
    return Plan(
        wanted=(*media[: rules.media_max], *linked[: rules.linked_max]),
        counts=counts,
        left={word: number for word, number in left.items() if number},
    )


def ending_kind(url: Url) -> str:
    """``picture``, ``film`` or ``file`` by the ending of its path, or an empty text."""
    name = url.target.partition("?")[0].rpartition("/")[2]
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return next((kind for kind, endings in ENDINGS.items() if ending in endings), "")


def _candidates(page: Page, here: Url, level: int, left: Counter[str]) -> Iterator[tuple[int, Wanted]]:
    """(rank, what is wanted), the lowest rank first; what is not is counted in ``left``."""
    for one in page.embedded:
        if one.kind == "frame" and level >= LEVEL_MAX:
            left["too_deep"] += 1
            continue
        yield _of_embedded(one)
    if page.refresh is not None and level < LEVEL_MAX:
        yield 2, Wanted(url=page.refresh, kind="url", found_as="link")
    for link in page.links:
        found = _of_link(link, here) if level < LEVEL_MAX else None
        if found is None:
            left["not_followed"] += 1
        else:
            yield found


def _of_embedded(one: Embedded) -> tuple[int, Wanted]:
    if one.kind == "frame":
        return 2, Wanted(url=one.url, kind=ending_kind(one.url) or "url", found_as="frame")
    kind = "film" if one.kind == "film" else "picture"
    rank = {"film": 0, "style": 4}.get(one.kind, 3 if one.linked else 1)
    return rank, Wanted(url=one.url, kind=kind, found_as=one.kind)


def _of_link(link: Link, here: Url) -> tuple[int, Wanted] | None:
    """A file behind any link, a page behind a picture; None for what is not followed."""
    kind = ending_kind(link.url)
    if kind and not (kind == "file" and not link.has_thumbnail and link.url.name != here.name):
        return 0, Wanted(url=link.url, kind=kind, found_as="link")
    if link.has_thumbnail and not _FOREIGN.intersection(link.rel):
        return 2, Wanted(url=link.url, kind="url", found_as="link")
    return None
