"""The demo's collection holds what it says, and never removes a folder that it did not make."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tutela.demo.collection import ARCHIVE, MARKER, Builder, make_root, originals
from tutela.kernel.errors import Conflict


def test_make_root_replaces_its_own_folder_and_refuses_another(tmp_path: Path) -> None:
    places = make_root(tmp_path / "demo")
    (places.collection / "old.jpg").touch()
    assert list(make_root(tmp_path / "demo").collection.iterdir()) == []
    other = tmp_path / "mine"
    other.mkdir()
    (other / "letter.txt").touch()
    with pytest.raises(Conflict, match="not made by tutela demo"):
        make_root(other)
    assert (other / "letter.txt").exists()


def test_make_root_takes_an_empty_folder(tmp_path: Path) -> None:
    assert (make_root(tmp_path).root / MARKER).exists()


def test_half_of_the_originals_are_declared() -> None:
    assert [original.declared for original in originals(4)] == [True, False, True, False]


def test_builder_plants_copies_of_declared_pictures_only(tmp_path: Path) -> None:
    places = make_root(tmp_path / "demo")
    builder = Builder(places)
    builder.build(lambda line: None, pictures=4, films=0)
    assert builder.planted.exact == {
        "camera/IMG_4100.jpg",
        "camera/IMG_4102.jpg",
        f"{ARCHIVE}!/holiday/picture-00.jpg",
    }
    assert {path.name for path in places.declared.iterdir()} == {"picture-00.jpg", "picture-02.jpg"}
    assert len(builder.planted.altered) == 4
    for name in builder.planted.altered:
        assert (places.collection / name).is_file()
    with zipfile.ZipFile(places.collection / ARCHIVE) as archive:
        assert archive.namelist() == ["holiday/picture-00.jpg", "holiday/picture-03.jpg"]


def test_builder_makes_the_same_collection_again(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        places = make_root(tmp_path / name)
        Builder(places).build(lambda line: None, pictures=2, films=1)
        files = sorted(path for path in places.collection.rglob("*") if path.is_file())
        made.append([(path.name, path.read_bytes()) for path in files])
    assert made[0] == made[1]
