"""Versions in the report: what is there by its version, what is not by name."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import pytest

from tutela import __version__
from tutela.detect.scan import versions


def test_every_decider_is_named_with_its_version() -> None:
    found = dict(versions.versions_in_use())
    assert found["tutela"] == __version__
    assert found["numpy"] == version("numpy")
    assert found["Pillow"] == version("Pillow")


def test_a_missing_part_is_named_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(versions, "version", nothing)
    assert dict(versions.versions_in_use())["av"] == "not installed"
