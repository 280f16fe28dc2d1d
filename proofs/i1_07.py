"""Bar 7: a film of a minute in 720p against vpdq: every frame, and one hash a second.

The smaller run measures 12 seconds of film in three pairs and asks for 70 % of each ratio; where vpdq
cannot be built it says so and compares only our two modes with each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bench import film as films
from proofs import machine
from proofs.corpus.collection import collection
from proofs.figure import STATE, Figure, Progress, Tier, script, speed_bar
from proofs.vpdq_peer import VERSION, provide_vpdq
from tutela.detect.fingerprints.files import Fingerprinter
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import FORENSIC, Ask, FilmMode

BAR = "i1-7"
#: Ratios to vpdq (the issue).
RATIOS: Mapping[FilmMode, float] = {"exact": 6, "standard": 1.7}
PLANS = {"full": films.PLAN, "ci": replace(films.PLAN, seconds=12)}
PAIRS: Mapping[Tier, int] = {"full": 5, "ci": 3}

Row = dict[str, Any]


def main(tier: Tier) -> int:
    """0 when both modes are as fast and as near as the issue asks."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    plan = PLANS[tier]
    film = films.make_film(STATE / "films", plan, over=scenes(figure, tier))
    figure.note(f"film of {plan.seconds:g} s, {plan.width} x {plan.height}, {film.stat().st_size:,} bytes")
    figure.note(f"processor flags: {' '.join(machine.cpu_flags())}; CPU seconds of the whole process tree")
    missing = provide_vpdq()
    if missing:
        _without_peer(figure, missing, tier)
    for mode in RATIOS if not missing else ():
        row = progress.step(mode, partial(films.row_of, film, mode, plan, PAIRS[tier]))
        _record(figure, row, mode, tier)
    _record_modes(figure, film)
    code = figure.save()
    progress.finish()
    return code


def scenes(figure: Figure, tier: Tier) -> list[Path]:
    """Photographs to pan over (performance.md section 9); the smaller run films generated pictures."""
    if tier == "ci":
        return []
    pictures = collection(tier)
    figure.note(f"panned over {pictures.which}")
    count = -(-int(films.PLAN.seconds) // int(films.PLAN.cut_seconds))
    chosen = pictures.spread(count, photographs=True, wholes=True)
    return [piece.original for piece in chosen if piece.original is not None]


def _without_peer(figure: Figure, missing: str, tier: Tier) -> None:
    """A missing peer fails the full run; the smaller one says it aloud."""
    figure.note(missing)
    if tier == "full":
        figure.failure(f"make proofs BAR={BAR}", missing)


def _record(figure: Figure, row: Row, mode: FilmMode, tier: Tier) -> None:
    figure.table(mode, row)
    figure.note(f"peer vpdq {VERSION}, one thread")
    ratio = speed_bar(f">= {RATIOS[mode]:g}", tier)
    figure.record(f"{mode}: tutela", row["tutela_s"], "CPU s")
    figure.record(f"{mode}: vpdq", row["vpdq_s"], "CPU s")
    figure.record(f"{mode}: ratio, median of {row['pairs']} pairs", row["ratio"], "x", ratio)
    figure.record(f"{mode}: frames hashed", row["frames"], "frames")
    if mode == "exact":
        figure.record("exact: frames of vpdq that we have", _covered(row), "%", "== 100")
        figure.record("exact: median distance of a frame", row["distance_bits_median"], "bits")
        figure.record("exact: frames more than 4 bits off", row["frames_over_4_bits"], "frames")
        figure.record("exact: greatest distance of a frame", row["distance_bits_max"], "bits", "<= 4")
    for side in ("ours", "theirs"):
        percent = row[f"{side}_matched_percent"]
        figure.record(f"{mode}: frames of {side} within 31 bits of the other's", percent, "%", "== 100")


def _covered(row: Row) -> float:
    return 100.0 * float(row["same_moment"]) / max(1, int(row["vpdq_frames"]))


def _record_modes(figure: Figure, film: Any) -> None:
    """Our two modes against each other: what one a second finds, every frame has."""
    found: dict[FilmMode, list[films.Frame]] = {}
    with MediaPool() as pool:
        for mode in RATIOS:
            asked = Fingerprinter(pool, Ask(film_mode=mode, limits=FORENSIC), dihedral=False)
            found[mode] = films.frames_of(asked, film)
    percent = films.matched_percent(found["standard"], found["exact"])
    figure.record("frames of standard within 31 bits of a frame of exact", percent, "%", "== 100")
    figure.count("frames, exact", len(found["exact"]))
    figure.count("frames, standard", len(found["standard"]))


if __name__ == "__main__":
    script(main)
