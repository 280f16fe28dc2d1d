"""What of a change on the screen is to be judged. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tutela.prevent.guard.screen import tiles
from tutela.prevent.guard.screen.busy import Busy
from tutela.prevent.guard.screen.cutting import cut
from tutela.prevent.guard.screen.islands import islands
from tutela.prevent.guard.screen.looks import is_picture
from tutela.prevent.guard.screen.shapes import Grid, Pixels, Rectangle

#: Likeness from which two rectangles are two readings of one picture (our own).
SAME_PICTURE: Final = 0.7


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One picture, perhaps. ``readings``: where its edges may be, each judged."""

    area: Rectangle
    readings: tuple[Rectangle, ...]


def find(
    before: Pixels | None, after: Pixels, changed: Grid, busy: Busy, uncovered: Sequence[Rectangle] = ()
) -> list[Candidate]:
    """The pictures that a change touches, the largest first; ``busy`` is brought up to date. ``uncovered``:
    parts that count as changed as a whole.

    Edges are read three ways, since a list knows a picture by the whole of it: plain lines round what
    changed, plain lines round all that is busy there, and the change itself to the pixel.
    """
    height, width = after.shape[:2]
    groups = islands(changed)
    busy.update(after, groups)
    areas = (tiles.area_of(group, width, height) for group in groups)
    exact = (tiles.changed_within(before, after, area) for area in areas)
    changes = [*uncovered, *(one for one in exact if one is not None)]
    cuts = [one for change in changes for one in cut(after, change)]
    for area in busy.around(after, changed):
        cuts += [one for one in cut(after, area) if any(one.shared(change) for change in changes)]
    return _candidates(_pictures(after, cuts), _pictures(after, changes))


def _pictures(pixels: Pixels, areas: Iterable[Rectangle]) -> list[Rectangle]:
    """Those that look like a picture, each once, the largest first."""
    distinct = sorted(set(areas), key=lambda one: (-one.area, one))
    return [one for one in distinct if is_picture(pixels, one)]


def _candidates(cuts: list[Rectangle], changes: list[Rectangle]) -> list[Candidate]:
    """Rectangles that are nearly the same are readings of one; what changed adds no area to one that was cut
    out of it, and is none by itself where it only holds others: a page is no picture.
    """
    groups = _groups(cuts)
    found = []
    for group in groups:
        more = [one for one in changes if one not in group and one.likeness(group[0]) >= SAME_PICTURE]
        found.append(Candidate(area=_round(group), readings=(*group, *more)))
    alone = [one for one in changes if not any(one.shared(cut) for cut in cuts)]
    return found + [Candidate(area=one, readings=(one,)) for one in alone]


def _groups(areas: list[Rectangle]) -> list[list[Rectangle]]:
    groups: list[list[Rectangle]] = []
    for area in areas:
        group = next((one for one in groups if one[0].likeness(area) >= SAME_PICTURE), None)
        if group is None:
            groups.append([area])
        else:
            group.append(area)
    return groups


def _round(group: list[Rectangle]) -> Rectangle:
    left, top = min(one.left for one in group), min(one.top for one in group)
    right, bottom = max(one.right for one in group), max(one.bottom for one in group)
    return Rectangle(left=left, top=top, width=right - left, height=bottom - top)
