"""Bar 4: listed pictures are found in twelve kinds of altered copy, and others are not taken for listed
ones.

The judge of a folder that was set up, in the guard's own environment, asks a sealed list. Half of the
benign pictures of the set (``proofs.corpus``: photographs and drawings of packages, pairwise more than 64
bits apart) are declared known, with the crops that a list's owner adds; further random values make the list
as large as a real one. Recall is that of their altered copies: the thirteen of bar i1-3 without the 10 %
crop, which is beyond PDQ's reach and printed beside. False blocks are counted over excerpts of the other
half: cut, scaled, lighter or darker, mirrored. They come from some hundred pictures, so two bounds are
given: one as if every excerpt were drawn anew, one by pictures alone. Excerpts with too little detail for
PDQ do not count. The classifier's figures are those of the stand-in class: printed, without a bar.
"""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from proofs.corpus.collection import Collection, Piece, collection
from proofs.figure import Figure, Progress, Tier, script
from proofs.guard_house import GUARD_PYTHON, Place, missing_guard, random_entries
from proofs.guard_processes import plain_environment
from proofs.machine import ROOT
from tutela.arithmetic import mih_build, mih_query, words
from tutela.demo.copies import THIRTEEN
from tutela.detect.matching.build import build_files
from tutela.detect.media.pool import MediaPool
from tutela.prevent.guard.person.policy import Policy

BAR, REPLAY = "i5-4", "make proofs BAR=i5-4"
LISTED = {"full": 100_000, "ci": 1_000}
#: Listed pictures whose copies are made, and excerpts of the others.
ORIGINALS, BENIGN = {"full": 200, "ci": 6}, {"full": 100_000, "ci": 300}
#: Excerpts in one step, so that a killed run goes on.
STEP = 5_000
CLASSED = {"full": 900, "ci": 40}
RECALL_PERCENT_MIN = 99
BEYOND_REACH = "10 % crop a side"
#: 95 % upper bound of a share when it was never met in n: 3 / n (rule of three).
RULE_OF_THREE = 3
NEAR_BITS = 31
SECONDS_MAX = 1_500


def sight(place: Place, folder: Path, step: str, paths: Sequence[Path], **more: int) -> dict[str, Any]:
    """What ``guard_sight`` says. Raises RuntimeError where it did not run."""
    told = folder / f"told-{secrets.token_hex(4)}"
    asked = {"folder": str(place.guard_folder.path), "step": step, "paths": list(map(str, paths)), **more}
    told.write_text(json.dumps(asked), encoding="utf-8")
    command = [str(GUARD_PYTHON), "-m", "proofs.guard_sight", str(told)]
    done = subprocess.run(
        command, cwd=ROOT, env=plain_environment(), capture_output=True, text=True, timeout=SECONDS_MAX
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def listed_place(folder: Path, pieces: Sequence[Piece], tier: Tier) -> Place:
    """A guard that knows these pictures and so many others that nobody has."""
    place = Place(folder=folder / "listing").prepare()
    with MediaPool(workers=2) as pool:
        built = build_files(pool, [piece.path for piece in pieces], secrets.token_bytes(32), workers=2)
        entries = [entry for one in built for entry in one.entries if entry.kind in ("sha256", "pdq")]
    place.add(place.seal([*entries, *random_entries(LISTED[tier])]))
    return place


def halves(pictures: Collection) -> tuple[list[Piece], list[Piece]]:
    """Pieces that are listed, and pieces of other packages' files that are not: no file is in both."""
    by_file: dict[str, list[Piece]] = {}
    for piece in pictures.pieces:
        file = re.match(r".+-[0-9a-f]{12}(?=-)", piece.name)
        by_file.setdefault(file[0] if file else piece.name, []).append(piece)
    listed: list[Piece] = []
    others: list[Piece] = []
    for number, name in enumerate(sorted(by_file)):
        (listed if number % 2 else others).extend(by_file[name])
    return listed, others


def distinct(values: Sequence[str]) -> int:
    """How many hashes are further than 31 bits from every earlier one of them."""
    if not values:
        return 0
    hashes = words(bytes.fromhex("".join(values)))
    hits = mih_query(mih_build(hashes), hashes, NEAR_BITS)
    return len(hashes) - len(np.unique(hits.query_index[hits.ids < hits.query_index]))


def record_recall(figure: Figure, by_kind: Mapping[str, Mapping[str, int]]) -> None:
    """Recall of every kind, and of the twelve together."""
    twelve = [one.name for one in THIRTEEN if one.name != BEYOND_REACH]
    found, asked = Counter[str](), Counter[str]()
    for kind, counts in by_kind.items():
        asked[kind] = sum(counts.values())
        found[kind] = counts.get("exact", 0) + counts.get("near", 0)
        if kind not in twelve:
            figure.record(f"recall, {kind} (beside)", 100 * found[kind] / asked[kind], "%")
    total = sum(asked[kind] for kind in twelve)
    figure.count("altered copies of the twelve kinds", total)
    figure.record("kinds of altered copy", len(twelve), "kinds", "== 12")
    share = 100 * sum(found[kind] for kind in twelve) / total
    figure.record("recall over the twelve kinds", share, "%", f">= {RECALL_PERCENT_MIN}")
    worst = min(twelve, key=lambda kind: found[kind] / asked[kind])
    figure.record(f"recall, the worst of them ({worst})", 100 * found[worst] / asked[worst], "%")
    figure.table("outcomes by kind of copy", by_kind)


def record_benign(figure: Figure, steps: Sequence[dict[str, Any]], sources: int, wanted: int) -> None:
    """False blocks, and what they bound."""
    outcomes = sum((Counter(step["outcomes"]) for step in steps), Counter[str]())
    values = [value for step in steps for value in step["values"]]
    blocks = {name: number for name, number in outcomes.items() if name.endswith((": near", ": exact"))}
    false = sum(number for name, number in blocks.items() if name.startswith("detailed"))
    undecided = sum(number for name, number in outcomes.items() if "undecided" in name)
    figure.count("benign pictures asked", sum(outcomes.values()))
    figure.record("benign pictures with enough detail", len(values), "pictures", f">= {wanted}")
    figure.record("of them, further than 31 bits from one another", distinct(values), "pictures")
    figure.record("pictures that they are excerpts of", sources, "pictures")
    figure.record("false blocks by the list", false, "pictures")
    figure.record("held because undecided", undecided, "pictures")
    figure.record("false blocks, observed", 1e5 * false / max(1, len(values)), "in 100,000")
    if not false:
        for what, number in (("excerpt", len(values)), ("picture", sources)):
            bound = 100 * RULE_OF_THREE / number
            figure.record(f"false blocks, 95 % bound if every {what} is one draw", bound, "%")
    figure.table("outcomes of benign pictures", dict(outcomes))


def record_classes(figure: Figure, run: dict[str, Any]) -> None:
    """The classifier's own figures."""
    charts = sum((Counter(counts) for counts in run["charts"].values()), Counter[str]())
    others = Counter(run["others"]["benign"])
    figure.count("charts of the stand-in class", sum(charts.values()))
    figure.count("benign pictures scored", sum(others.values()))
    figure.record("stand-in class: recall", 100 * charts["class"] / sum(charts.values()), "%")
    figure.record("stand-in class: false blocks", others["class"], "pictures")
    figure.record("stand-in class: one score, median", run["milliseconds"][0], "ms")
    figure.record("stand-in class: one score, p99", run["milliseconds"][1], "ms")


def measure(figure: Figure, progress: Progress, tier: Tier, folder: Path) -> None:
    """Recall, false blocks, and the classifier."""
    pictures = collection(tier)
    figure.note(pictures.which)
    listed, others = halves(pictures)
    figure.count("pictures declared known", len(listed))
    place = listed_place(folder, listed, tier)
    chosen = listed[:: max(1, len(listed) // ORIGINALS[tier])][: ORIGINALS[tier]]
    paths = [piece.path for piece in chosen]
    record_recall(figure, progress.step("recall", partial(sight, place, folder, "recall", paths))["by_kind"])
    photographs = [piece.path for piece in others if piece.package != "generated"]
    if photographs:
        steps = _benign_steps(progress, place, folder, photographs, BENIGN[tier])
        record_benign(figure, steps, len(photographs), BENIGN[tier])
    else:
        figure.failure(REPLAY, "no package with pictures could be had: generated ones do not count")
    with_class = Policy(classifier=True, known_lists=False)
    classing = Place(folder=folder / "classing", policy=with_class, classes=("stand-in",)).prepare()
    every = [piece.path for piece in pictures.pieces][: CLASSED[tier]]
    record_classes(figure, progress.step("classes", partial(sight, classing, folder, "classes", every)))


def _benign_steps(
    progress: Progress, place: Place, folder: Path, paths: Sequence[Path], wanted: int
) -> list[dict[str, Any]]:
    """Steps until so many excerpts had enough detail."""
    steps: list[dict[str, Any]] = []
    while sum(len(step["values"]) for step in steps) < wanted:
        first, count = len(steps) * STEP, min(STEP, wanted)
        work = partial(sight, place, folder, "benign", paths, first=first, count=count)
        steps.append(progress.step(f"benign {first}", work))
    return steps


def main(tier: Tier) -> int:
    """0 when recall is as it should be over enough pictures."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    if missing_guard():
        figure.failure(REPLAY, missing_guard())
        return figure.save()
    with tempfile.TemporaryDirectory(prefix="tutela-proof-") as name:
        measure(figure, progress, tier, Path(name))
    code = figure.save()
    progress.finish()
    return code


if __name__ == "__main__":
    script(main)
