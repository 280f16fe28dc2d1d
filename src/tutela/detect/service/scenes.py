"""What the query watch is shown of one upload: the value that stands for it, and what else it moves through.

The frames of a film or an animation need not follow from the first one: whoever feels for the edge of
matching could hide a probe behind a first frame that means nothing. So every frame that met something
counts like a picture of its own; of the others each scene shows one frame, drawn at random, which counts
only where the edge is walked along. End cards that half of all films share so make nobody a prober.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from tutela.detect.fingerprints.shapes import QUALITY_MIN, VALUE_BYTES, Fingerprint
from tutela.detect.service.families import RADIUS_BITS

#: Scenes of one upload that are shown; of more a random choice (our own: some ms of work).
SCENES_MAX = 32
#: Ways to turn and mirror a picture, beside upright (arithmetic.DIHEDRAL_NAMES).
TURNS = 7
_RANDOM = random.SystemRandom()


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A PDQ value, and whether its frame met a perceptual entry.

    One that ``counts`` is a variation of its picture; any other says only on which side of the edge it lies.
    ``turned`` are the values of the same frame turned and mirrored, where they are known.
    """

    value: bytes
    met: bool
    counts: bool = True
    turned: tuple[bytes, ...] = ()


def shown_of(prints: Sequence[Fingerprint], *, met: bool, met_forms: Collection[str] = ()) -> list[Shown]:
    """What the watch is shown of one upload, the value that stands for it first; nothing without PDQ.

    ``met`` is whether anything met, ``met_forms`` are the forms that did.
    """
    frames = _frames(prints)
    if not frames:
        return []
    met_frames = {_frame_of(form) for form in met_forms}
    hits = _apart(value for value, frame in frames.items() if frame in met_frames)
    first, *others = frames
    stands = Shown(value=first, met=frames[first] in met_frames if hits else met)
    turned = _turned(prints)
    if not others:
        return [replace(stands, met=met, turned=turned.get(frames[first], ()))]
    told = [Shown(value=value, met=True) for value in hits if value != first]
    if not stands.met and any(_is_near(first, hit) for hit in hits):
        stands = replace(stands, counts=False)  # one upload is one variation of a picture
    rest = [value for value in others if frames[value] not in met_frames]
    _RANDOM.shuffle(rest)
    scenes = [Shown(value=value, met=False, counts=False) for value in _apart(rest)]
    shown = [stands, *told, *scenes][: SCENES_MAX + 1]
    return [replace(one, turned=turned.get(frames[one.value], ())) for one in shown]


def upright_value(prints: Sequence[Fingerprint]) -> bytes | None:
    """The PDQ value of the first upright form that is good enough to be matched, or None.

    A fingerprint that came without a form counts as upright.
    """
    return next(iter(_frames(prints)), None)


def _frames(prints: Sequence[Fingerprint]) -> dict[bytes, str]:
    """The frame of each distinct value of an upright form that is good enough to be matched, in order."""
    found: dict[bytes, str] = {}
    for one in prints:
        if _is_good(one) and _is_upright(one.form):
            found.setdefault(one.value, _frame_of(one.form))
    return found


def _turned(prints: Sequence[Fingerprint]) -> dict[str, tuple[bytes, ...]]:
    """By frame, the values of its forms that are not upright, at most ``TURNS``."""
    found: dict[str, tuple[bytes, ...]] = {}
    for one in prints:
        frame = _frame_of(one.form)
        if _is_good(one) and not _is_upright(one.form) and len(found.get(frame, ())) < TURNS:
            found[frame] = (*found.get(frame, ()), one.value)
    return found


def _is_good(one: Fingerprint) -> bool:
    is_value = one.kind == "pdq" and len(one.value) == VALUE_BYTES["pdq"]
    return is_value and (one.quality is None or one.quality >= QUALITY_MIN)


def _apart(values: Iterable[bytes]) -> list[bytes]:
    """One value of each scene, at most ``SCENES_MAX``: those further from one another than a family is."""
    chosen: list[bytes] = []
    for value in values:
        if len(chosen) == SCENES_MAX:
            break
        if not any(_is_near(value, other) for other in chosen):
            chosen.append(value)
    return chosen


def _is_near(one: bytes, other: bytes) -> bool:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count() <= RADIUS_BITS


def _frame_of(form: str) -> str:
    return form.partition("/")[0]


def _is_upright(form: str) -> bool:
    parts = form.split("/")
    return len(parts) == 1 or parts[1] == "r0"
