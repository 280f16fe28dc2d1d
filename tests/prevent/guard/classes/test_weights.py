"""Weights that are not those of the card reach no parser."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.prevent.guard.classes.making import card, card_for, weight_file
from tools.stand_in_class import model, number, part, tensor
from tutela.kernel.errors import Refused, Unavailable
from tutela.prevent.guard.classes.cards import WeightFile
from tutela.prevent.guard.classes.weights import find_weights, open_weights

WANTED = card().weights


def test_weights_as_on_the_card_lie_in_memory_that_nobody_changes(tmp_path: Path) -> None:
    held = open_weights(weight_file(tmp_path), WANTED)
    weight_file(tmp_path, b"something else")
    assert os.pread(held.fd, 1_000, 0) == model()
    with pytest.raises(OSError):
        os.write(held.fd, b"x")
    held.close()


@pytest.mark.parametrize("at", [0, 1, len(model()) // 2, len(model()) - 1])
def test_weights_altered_by_one_byte_are_refused(tmp_path: Path, at: int) -> None:
    altered = model()[:at] + bytes([model()[at] ^ 1]) + model()[at + 1 :]
    with pytest.raises(Refused, match="SHA-256"):
        open_weights(weight_file(tmp_path, altered), WANTED)


@pytest.mark.parametrize("content", [b"", model()[:-1], model() + b"\0"])
def test_weights_of_another_size_are_refused_unread(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Refused, match="size"):
        open_weights(weight_file(tmp_path, content), WANTED)


def test_missing_weights_are_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="missing"):
        open_weights(tmp_path / "stand-in.onnx", WANTED)


def test_a_link_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(weight_file(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "."):
        with pytest.raises(Refused):
            open_weights(tmp_path / name, WANTED)


def test_weights_with_data_in_another_file_are_refused_however_they_are_pinned(tmp_path: Path) -> None:
    pointing = model() + part(7, part(5, tensor("w", (1,), (0,)) + number(14, 1)))
    with pytest.raises(Refused, match="another file"):
        open_weights(weight_file(tmp_path, pointing), card_for(pointing).weights)


def test_weights_are_found_beside_the_card_or_inside_a_package_of_its_version(tmp_path: Path) -> None:
    assert find_weights(WANTED, tmp_path) == tmp_path / "stand-in.onnx"
    inside = of_package("numpy", version("numpy"))
    assert find_weights(inside, tmp_path).name == "__init__.py"
    assert find_weights(inside, tmp_path).exists()


@pytest.mark.parametrize(("package", "number_"), [("no-such-package", "1"), ("numpy", "0.0.1")])
def test_a_package_that_is_not_there_in_this_version_is_unavailable(
    tmp_path: Path, package: str, number_: str
) -> None:
    with pytest.raises(Unavailable, match=package):
        find_weights(of_package(package, number_), tmp_path)


def of_package(package: str, number_: str) -> WeightFile:
    return WeightFile(
        file="numpy/__init__.py", size_bytes=1, sha256=b"", package=package, package_version=number_
    )
