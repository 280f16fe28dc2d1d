"""What is switched on has to be there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prevent.guard.page.conftest import Home
from tutela.kernel.errors import Unavailable
from tutela.prevent.guard.classes.cards import WeightFile
from tutela.prevent.guard.classes.chosen import render_classes
from tutela.prevent.guard.page import models
from tutela.prevent.guard.page.models import missing
from tutela.prevent.guard.person.folder import CLASSES
from tutela.prevent.guard.person.policy import Policy

#: The one of the module, before the tests of other pages replace it.
ADULT_INSTALLED = models.adult_installed


def test_a_classifier_needs_a_name(home: Home) -> None:
    wanted = Policy(classifier=True)
    assert missing(Policy(), wanted, home.folder) == "choose.no_classifier"
    home.folder.write(CLASSES, b"{")
    assert missing(Policy(), wanted, home.folder) == "choose.no_classifier"
    home.folder.write(CLASSES, render_classes(["stand-in"]))
    assert missing(Policy(), wanted, home.folder) == ""


def test_adult_content_needs_its_package(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing(Policy(), Policy(adult=True), home.folder) == ""
    monkeypatch.setattr(models, "adult_installed", lambda: False)
    assert missing(Policy(), Policy(adult=True), home.folder) == "choose.no_adult"


def test_what_is_on_already_is_not_asked_for(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "adult_installed", lambda: False)
    on = Policy(classifier=True, adult=True)
    assert missing(on, on, home.folder) == missing(on, Policy(), home.folder) == ""


def test_the_package_counts_once_its_file_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "weights"
    monkeypatch.setattr(models, "find_weights", lambda _wanted, _folder: file)
    assert not ADULT_INSTALLED()
    file.write_bytes(b"x")
    assert ADULT_INSTALLED()


def test_a_package_that_is_not_installed_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_wanted: WeightFile, _folder: Path) -> Path:
        raise Unavailable("not installed")

    monkeypatch.setattr(models, "find_weights", refuse)
    assert not ADULT_INSTALLED()
