"""Bar 3: thirteen kinds of altered copy, against a foreign list and an own one; threatexchange beside."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from threatexchange.signal_type.pdq.signal import PdqSignal

from proofs.corpus.collection import Piece, collection
from proofs.figure import Figure, Progress, Tier, script
from proofs.lists import foreign_list, own_list
from proofs.product import prints_of_bytes
from proofs.reference import upright_hash
from tutela.demo.copies import FURTHER_CROPS, THIRTEEN, Variant
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.media.pool import MediaPool

BAR = "i1-3"
#: Pictures; the issue asks for 40.
PICTURES: dict[Tier, int] = {"full": 60, "ci": 10}
#: A kind counts as found when so many percent of its copies are (the issue).
FOUND_PERCENT = 95.0
VARIANTS = (*THIRTEEN, *FURTHER_CROPS)

#: Name of the original that a copy is taken for, or "" (nothing found), by the bytes of the copy.
Finder = Callable[[bytes], set[str]]


def measure(pieces: list[Piece]) -> dict[str, Any]:
    """Percent found by kind of copy and finder, and how many copies were taken for another picture."""
    with tempfile.TemporaryDirectory() as name, MediaPool() as pool:
        finders = make_finders(Path(name), pool, pieces)
        counts = {variant.name: dict.fromkeys(finders, 0) for variant in VARIANTS}
        wrong = dict.fromkeys(finders, 0)
        for piece in pieces:
            for variant, (finder, found) in _asked(piece, finders):
                counts[variant.name][finder] += piece.name in found
                wrong[finder] += bool(found - {piece.name})
    share = {kind: {who: 100 * hit / len(pieces) for who, hit in row.items()} for kind, row in counts.items()}
    return {"found_percent": share, "wrong": wrong, "pictures": len(pieces)}


def _asked(piece: Piece, finders: Mapping[str, Finder]) -> list[tuple[Variant, tuple[str, set[str]]]]:
    picture = piece.image()
    asked = []
    for variant in VARIANTS:
        data = variant.of(picture).data
        asked += [(variant, (name, find(data))) for name, find in finders.items()]
    return asked


def make_finders(folder: Path, pool: MediaPool, pieces: list[Piece]) -> dict[str, Finder]:
    """Who is asked: tutela with the foreign list and its own, threatexchange with the foreign one."""
    hashes = {piece.name: upright_hash(np.asarray(piece.image()))[0] for piece in pieces}
    foreign = MatchEngine([foreign_list(folder / "foreign.tlist", hashes)])
    built, names = own_list(folder / "own.tlist", pool, [piece.path for piece in pieces])
    own = MatchEngine([built])
    index = PdqSignal.get_index_cls().build([(value.hex(), name) for name, value in hashes.items()])
    return {
        "foreign list": lambda data: _entries(foreign, pool, data),
        "own list": lambda data: {names[entry] for entry in _entries(own, pool, data)},
        "threatexchange": lambda data: _threatexchange(index, data),
    }


def _entries(engine: MatchEngine, pool: MediaPool, data: bytes) -> set[str]:
    return {match.entry for match in engine.decide(prints_of_bytes(pool, data)).matches}


def _threatexchange(index: Any, data: bytes) -> set[str]:
    """What threatexchange finds; a copy that its hasher cannot take, or has no hash for, is not found."""
    try:
        value = PdqSignal.hash_from_bytes(data)
    except Exception:  # noqa: BLE001 - the peer raises whatever its decoder raises
        return set()
    return {result.metadata for result in index.query(value)} if value else set()


def main(tier: Tier) -> int:
    """0 when all thirteen kinds are found against the own list and twelve against a foreign one."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    pictures = collection(tier)
    figure.note(pictures.which)
    found = progress.step("variants", lambda: measure(pictures.spread(PICTURES[tier])))
    _record(figure, found, tier)
    code = figure.save()
    progress.finish()
    return code


def _record(figure: Figure, found: dict[str, Any], tier: Tier) -> None:
    share, pictures = found["found_percent"], found["pictures"]
    figure.count("pictures", pictures)
    figure.record("pictures", pictures, "pictures", ">= 40" if tier == "full" else "")
    print(f"{'kind of copy':<22}{'foreign list':>14}{'own list':>14}{'threatexchange':>16}   (% found)")
    for kind, row in share.items():
        print(f"{kind:<22}" + "".join(f"{value:>14.1f}" for value in row.values()))
    figure.table("found_percent", share)
    thirteen = {variant.name for variant in THIRTEEN}
    for who, bar in (("foreign list", ">= 12"), ("own list", ">= 13"), ("threatexchange", "")):
        enough = sum(share[kind][who] >= FOUND_PERCENT for kind in thirteen)
        figure.record(f"kinds of 13 found at >= 95 %: {who}", enough, "kinds", bar)
    for who, number in found["wrong"].items():
        figure.record(
            f"copies taken for another picture: {who}",
            number,
            "copies",
            "" if who == "threatexchange" else "== 0",
        )
    for variant in FURTHER_CROPS:
        for who in ("foreign list", "own list", "threatexchange"):
            figure.record(f"{variant.name}: {who}", share[variant.name][who], "% found")


if __name__ == "__main__":
    script(main)
