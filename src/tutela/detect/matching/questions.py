"""The prints of many files as one set of questions, so that each list is asked once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutela.arithmetic import words
from tutela.detect.fingerprints.shapes import Fingerprint
from tutela.detect.matching.columns import EXACT_BYTES, PDQ_BYTES

#: Quality of a PDQ print whose maker gave none: it is used by every list.
_BEST_QUALITY = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class ExactQuestions:
    """Values of one kind, and (file, print) of each."""

    values: list[bytes]
    owners: list[tuple[int, int]]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Questions:
    """``prints[file][number]`` as they were given; ``pdq`` (Q, 4) with ``files``, ``numbers``,
    ``quality`` (Q,) beside it; ``exact`` by kind. Prints of kinds no list can hold are left out.
    """

    prints: Sequence[Sequence[Fingerprint]]
    exact: dict[str, ExactQuestions]
    pdq: NDArray[np.uint64]
    files: NDArray[np.int64]
    numbers: NDArray[np.int64]
    quality: NDArray[np.int16]


def _is_pdq(one: Fingerprint) -> bool:
    return one.kind == "pdq" and len(one.value) == PDQ_BYTES


def _exact_questions(prints: Sequence[Sequence[Fingerprint]]) -> dict[str, ExactQuestions]:
    exact: dict[str, ExactQuestions] = {}
    for file, several in enumerate(prints):
        for number, one in enumerate(several):
            if len(one.value) == EXACT_BYTES.get(one.kind):
                asked = exact.setdefault(one.kind, ExactQuestions(values=[], owners=[]))
                asked.values.append(one.value)
                asked.owners.append((file, number))
    return exact


def questions_of(prints: Sequence[Sequence[Fingerprint]]) -> Questions:
    """The questions of several files, each given by its prints."""
    found = [
        (file, number, one)
        for file, several in enumerate(prints)
        for number, one in enumerate(several)
        if _is_pdq(one)
    ]
    return Questions(
        prints=prints,
        exact=_exact_questions(prints),
        pdq=words(b"".join(one.value for _, _, one in found)),
        files=np.fromiter((file for file, _, _ in found), np.int64, len(found)),
        numbers=np.fromiter((number for _, number, _ in found), np.int64, len(found)),
        quality=np.fromiter(
            (_BEST_QUALITY if one.quality is None else one.quality for _, _, one in found),
            np.int16,
            len(found),
        ),
    )
