"""Bar 4: hundreds of distinct benign pictures, half of them listed: no false match; near pairs printed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from proofs.corpus.collection import Piece, collection
from proofs.figure import Figure, Progress, Tier, script
from proofs.lists import own_list
from proofs.product import prints_of_path
from tutela.arithmetic import brute_query, words
from tutela.detect.fingerprints.shapes import FileFingerprints
from tutela.detect.matching.engine import MatchEngine
from tutela.detect.matching.tlist import ListView
from tutela.detect.media.pool import MediaPool

BAR = "i1-4"
#: Distance in bits up to which a pair is printed (the issue); a match is at most 31.
PRINTED_BITS = 40


def measure(pieces: list[Piece]) -> dict[str, Any]:
    """False matches, missed pictures, and near pairs, every second picture being listed."""
    listed, strangers = pieces[::2], pieces[1::2]
    with tempfile.TemporaryDirectory() as name, MediaPool() as pool:
        view, names = own_list(Path(name) / "own.tlist", pool, [piece.path for piece in listed])
        prints = {piece.name: prints_of_path(pool, piece.path) for piece in pieces}
        decisions = dict(zip(prints, MatchEngine([view]).decide_many(list(prints.values())), strict=True))
        met = {
            name: sorted({names[match.entry] for match in decision.matches})
            for name, decision in decisions.items()
        }
        near = near_pairs(view, names, {piece.name: prints[piece.name] for piece in pieces})
    return {
        "listed": len(listed),
        "pdq_values": view.counts().get("pdq", 0),
        "false_matches": [[piece.name, other] for piece in strangers for other in met[piece.name]],
        "cross_matches": [
            [piece.name, other] for piece in listed for other in met[piece.name] if other != piece.name
        ],
        "missed": [piece.name for piece in listed if piece.name not in met[piece.name]],
        "near_pairs": near,
    }


def near_pairs(
    view: ListView, names: dict[str, str], prints: dict[str, FileFingerprints]
) -> list[dict[str, Any]]:
    """Every pair of different pictures with a form and a listed value within 40 bits, the nearest first."""
    entries = [entry for entry in view.entries() if entry.kind == "pdq"]
    listed = words(b"".join(entry.value for entry in entries))
    asked = [(name, one) for name, file in prints.items() for one in file.prints if one.kind == "pdq"]
    hits = brute_query(listed, words(b"".join(one.value for _, one in asked)), PRINTED_BITS)
    nearest: dict[tuple[str, str], dict[str, Any]] = {}
    for query, row, distance in zip(hits.query_index, hits.ids, hits.distance, strict=True):
        (name, one), entry = asked[int(query)], entries[int(row)]
        other = names[entry.entry]
        if name == other:
            continue
        pair = {"picture": name, "form": one.form, "listed": other, "derived": entry.derived} | {
            "distance_bits": int(distance)
        }
        key = (min(name, other), max(name, other))
        if key not in nearest or pair["distance_bits"] < nearest[key]["distance_bits"]:
            nearest[key] = pair
    return sorted(nearest.values(), key=lambda pair: int(pair["distance_bits"]))


def main(tier: Tier) -> int:
    """0 when there is no false match and no listed picture is missed."""
    figure, progress = Figure(bar=BAR, tier=tier), Progress(BAR, tier)
    pictures = collection(tier)
    figure.note(pictures.which)
    pieces = list(pictures.pieces) if tier == "full" else pictures.spread(200)
    order = np.random.default_rng(4).permutation(len(pieces))
    found = progress.step("matches", lambda: measure([pieces[number] for number in order]))
    figure.count("listed", found["listed"])
    figure.count("listed PDQ values", found["pdq_values"])
    _record(figure, found, pieces, tier)
    code = figure.save()
    progress.finish()
    return code


def _record(figure: Figure, found: dict[str, Any], pieces: list[Piece], tier: Tier) -> None:
    full = tier == "full"
    photographs = sum(piece.photograph for piece in pieces)
    figure.record("distinct benign pictures", len(pieces), "pictures", ">= 800" if full else "")
    figure.record("photographs among them", photographs, "pictures", ">= 400" if full else "")
    figure.record(
        "false matches of pictures that are not listed", len(found["false_matches"]), "pairs", "== 0"
    )
    figure.record("listed pictures taken for another one", len(found["cross_matches"]), "pairs", "== 0")
    figure.record("listed pictures not found", len(found["missed"]), "pictures", "== 0")
    figure.record("pairs within 40 bits (eight forms, crops included)", len(found["near_pairs"]), "pairs")
    for pair in found["near_pairs"]:
        where = f"{pair['picture']} {pair['form']}  ~  {pair['listed']} {pair['derived']}"
        print(f"  {pair['distance_bits']:>3} bits  {where}")
    for key in ("near_pairs", "false_matches", "cross_matches", "missed"):
        figure.table(key, found[key])


if __name__ == "__main__":
    script(main)
