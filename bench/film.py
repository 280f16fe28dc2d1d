"""Films through the sandbox against vpdq: every frame, and one hash a second.

``python -m bench.film`` prints both rows; ``row_of`` returns one for bar i1-7.
vpdq (0.2.5) is built from source where cmake and the FFmpeg headers are; ``proofs.vpdq_peer`` puts it on
the import path, and runs in a new process each time. Both sides decode the same film with one thread; CPU
seconds of all processes that take part.
"""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from bench.cpu import tree_cpu_seconds
from bench.film_peer import PeerRun, run_peer
from bench.paired import PAIRS, peer
from tutela.arithmetic import brute_query, words
from tutela.demo.films import PAN_ROOM, FilmPlan, frames, write_film, write_frames
from tutela.detect.fingerprints.files import Fingerprinter
from tutela.detect.fingerprints.shapes import QUALITY_MIN, Fingerprint
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import FORENSIC, Ask, FilmMode

#: The film of performance.md section 5: 60 s, 1280 x 720, 30 frames a second, about 2 Mbit/s.
PLAN = FilmPlan(seconds=60, width=1280, height=720, rate_hz=30, bits_per_second=2_000_000)
SEED = 5
#: Distance up to which two frames match: vPDQ with ``<=`` (performance.md section 5).
MATCH_BITS = 31
#: Seconds between two hashes by our mode; 0 is vpdq's word for every frame.
PEER_SECONDS: dict[FilmMode, float] = {"exact": 0.0, "standard": 1.0}

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One hashed frame: seconds from the start, 32 bytes, quality 0-100."""

    seconds: float
    value: bytes
    quality: int


def make_film(folder: Path, plan: FilmPlan = PLAN, over: Sequence[Path] = ()) -> Path:
    """The film, made the first time (about a minute for the one of 60 seconds).

    It pans over the pictures ``over``, one a scene, as the recipe says (performance.md section 9); over
    generated ones where none are given.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kind = "pictures" if over else "generated"
    path = folder / f"film-{kind}-{plan.height}p-{plan.seconds:g}s.mp4"
    if not path.exists():
        draft = path.with_name(f"draft-{path.name}")
        if over:
            write_frames(draft, frames([_scene(one, plan) for one in over], SEED, plan), plan)
        else:
            write_film(draft, SEED, plan)
        draft.replace(path)
    return path


def _scene(path: Path, plan: FilmPlan) -> Image.Image:
    """A picture as large as a pan over it needs."""
    size = (round(plan.width * PAN_ROOM), round(plan.height * PAN_ROOM))
    with Image.open(path) as picture:
        return ImageOps.fit(picture.convert("RGB"), size, Image.Resampling.LANCZOS)


def row_of(film: Path, mode: FilmMode, plan: FilmPlan = PLAN, pairs: int = PAIRS) -> Row:
    """Median CPU seconds of both sides, ratio of paired runs, and how well both agree."""
    if peer("vpdq") is None:
        return {"missing": "vpdq"}
    with MediaPool() as pool:
        fingerprinter = Fingerprinter(pool, Ask(film_mode=mode, limits=FORENSIC), dihedral=False)

        mine = frames_of(fingerprinter, film)
        runs = [
            (tree_cpu_seconds(partial(frames_of, fingerprinter, film)), run_peer(film, PEER_SECONDS[mode]))
            for _ in range(pairs)
        ]
    return {
        "mode": mode,
        "film_seconds": plan.seconds,
        "tutela_s": statistics.median(spent for spent, _ in runs),
        "vpdq_s": statistics.median(other.cpu_seconds for _, other in runs),
        "ratio": statistics.median(other.cpu_seconds / spent for spent, other in runs),
        "pairs": pairs,
        **agreement(mine, peer_frames(runs[-1][1], plan), plan),
    }


def frames_of(fingerprinter: Fingerprinter, film: Path) -> list[Frame]:
    """Our frames, by time."""
    fd = os.open(film, os.O_RDONLY | os.O_CLOEXEC)
    try:
        prints = fingerprinter.fingerprint(fd)
    finally:
        os.close(fd)
    if prints.trouble is not None:
        raise RuntimeError(f"the film was not hashed: {prints.trouble.reason}")
    return sorted((_frame(one) for one in prints.prints if one.kind == "pdq"), key=lambda f: f.seconds)


def _frame(one: Fingerprint) -> Frame:
    seconds = float(one.form.split("/")[0].removeprefix("t"))
    return Frame(seconds=seconds, value=one.value, quality=one.quality or 0)


def peer_frames(run: PeerRun, plan: FilmPlan) -> list[Frame]:
    """vpdq's frames, by time."""
    return [
        Frame(seconds=number / plan.rate_hz, value=bytes.fromhex(digits), quality=quality)
        for number, digits, quality in run.frames
    ]


def agreement(ours: Sequence[Frame], theirs: Sequence[Frame], plan: FilmPlan) -> Row:
    """Distances of frames of the same moment, and the two percentages of vPDQ."""
    by_moment = {round(frame.seconds * plan.rate_hz): frame for frame in ours}
    apart = [
        _distance(by_moment[moment].value, frame.value)
        for frame in theirs
        if frame.quality >= QUALITY_MIN and (moment := round(frame.seconds * plan.rate_hz)) in by_moment
    ]
    return {
        "frames": len(ours),
        "vpdq_frames": len(theirs),
        "same_moment": len(apart),
        "distance_bits_median": float(np.median(apart)) if apart else 256.0,
        "distance_bits_max": max(apart, default=256),
        "frames_over_4_bits": sum(distance > 4 for distance in apart),
        "ours_matched_percent": matched_percent(ours, theirs),
        "theirs_matched_percent": matched_percent(theirs, ours),
    }


def matched_percent(asked: Sequence[Frame], listed: Sequence[Frame]) -> float:
    """Percent of the frames of ``asked`` with quality that have a frame of ``listed`` within 31 bits."""
    good = [[frame.value for frame in side if frame.quality >= QUALITY_MIN] for side in (asked, listed)]
    if not all(good):
        return 0.0
    hits = brute_query(words(b"".join(good[1])), words(b"".join(good[0])), MATCH_BITS)
    return 100.0 * len(np.unique(hits.query_index)) / len(good[0])


def _distance(a: bytes, b: bytes) -> int:
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).bit_count()


def main() -> None:
    """Prints both rows as JSON lines."""
    from proofs.figure import STATE
    from proofs.vpdq_peer import provide_vpdq

    provide_vpdq()
    film = make_film(STATE / "films")
    for mode in PEER_SECONDS:
        print(json.dumps(row_of(film, mode)), flush=True)


if __name__ == "__main__":
    main()
