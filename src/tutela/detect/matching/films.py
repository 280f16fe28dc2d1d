"""vPDQ: how much of a listed film is in a file, and how much of the file is in the listed film.

Frames are unordered *sets* of distinct hashes, compared with ``<=`` the list's distance
(standards/12 section 12.2; performance.md section 5). ``target_percent`` is the share of the listed
film's distinct frames that were found, ``query_percent`` the share of the file's distinct usable
frames that were. Both are compared with ``>=``; by default target 80 and query 0 (decisions.md
section 2): a known clip inside a longer upload is found. No usable frame means no match.

Every file with PDQ prints is asked, not only films: an animation is a film, and a picture is a film
of one frame, which reaches 80 % only of a film that shows hardly anything else. A single still out of
a longer listed film is therefore *not* reported; for that the list holds the still as ``pdq``. Each
orientation of a file is a film of its own, the best one counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.detect.matching.parts import Part
from tutela.detect.matching.shapes import Thresholds


@dataclass(frozen=True, kw_only=True, slots=True)
class FilmMatch:
    """A file meets a listed film. ``print_number`` is the first usable print that met a frame of it."""

    row: int
    print_number: int
    distance_bits: int
    query_percent: float
    target_percent: float


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FrameHits:
    """Pairs of one file's usable prints and listed frames; three arrays of equal length."""

    prints: NDArray[np.int64]
    frames: NDArray[np.uint32]
    distance: NDArray[np.uint16]

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> FrameHits:
        """The chosen pairs."""
        return FrameHits(
            prints=self.prints[chosen], frames=self.frames[chosen], distance=self.distance[chosen]
        )


def orientation_of(form: str) -> str:
    """What frames of one orientation share in the names of their forms: ``t3.000/mx`` gives ``mx``."""
    return form.partition("/")[2]


def distinct_count(hashes: NDArray[np.uint64]) -> int:
    """Number of different (N, 4) hashes."""
    return len(np.unique(np.ascontiguousarray(hashes).reshape(-1).view("S32")))


def _by_film(part: Part, hits: FrameHits) -> Iterator[tuple[int, FrameHits]]:
    films = part.films_of(hits.frames)
    order = np.argsort(films, kind="stable")
    starts = np.flatnonzero(np.diff(films[order], prepend=-1))
    for chosen in np.split(order, starts[1:]):
        yield int(films[chosen[0]]), hits.where(chosen)


def _judge(part: Part, usable: NDArray[np.uint64], film: int, met: FrameHits, usable_count: int) -> FilmMatch:
    target_count = distinct_count(part.film_frames(film))
    return FilmMatch(
        row=part.film_row(film),
        print_number=int(met.prints.min()),
        distance_bits=int(met.distance.min()),
        query_percent=100.0 * distinct_count(usable[met.prints]) / usable_count,
        target_percent=100.0 * distinct_count(part.frame_hashes(met.frames)) / target_count,
    )


def _reaches(found: FilmMatch, thresholds: Thresholds) -> bool:
    return (
        found.target_percent >= thresholds.film_target_percent
        and found.query_percent >= thresholds.film_query_percent
    )


def film_matches(
    part: Part,
    usable: NDArray[np.uint64],
    forms: Sequence[str],
    hits: FrameHits,
    thresholds: Thresholds,
) -> list[FilmMatch]:
    """Listed films that one file reaches, each once with its best orientation.

    ``usable`` (P, 4) are the file's PDQ prints of sufficient quality, ``forms`` their names;
    ``hits.prints`` counts in them.
    """
    if not len(hits.frames):
        return []
    orientations = np.array([orientation_of(form) for form in forms])
    best: dict[int, FilmMatch] = {}
    for orientation in np.unique(orientations[hits.prints]):
        same = orientations == orientation
        usable_count = distinct_count(usable[same])
        for film, met in _by_film(part, hits.where(same[hits.prints])):
            found = _judge(part, usable, film, met, usable_count)
            if _reaches(found, thresholds) and (film not in best or _rank(found) > _rank(best[film])):
                best[film] = found
    return list(best.values())


def _rank(found: FilmMatch) -> tuple[float, float, int]:
    return found.target_percent, found.query_percent, -found.distance_bits
