from __future__ import annotations

from pathlib import Path

import pytest

from tutela.config import Config, load, load_with_origin
from tutela.kernel.errors import Invalid
from tutela.kernel.setting_names import settings_of


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tutela.kernel.settings.DEFAULT_FILES", ())


def test_load_without_anything_gives_the_defaults() -> None:
    assert load() == Config()
    assert load_with_origin().origin == {}


def test_load_reads_file_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[fingerprints]\nmode = "exact"\ndihedral = false\n')
    monkeypatch.setenv("TUTELA_FINGERPRINTS__DIHEDRAL", "true")
    assert load(file).fingerprints.mode == "exact"
    assert load(file).fingerprints.dihedral is True


def test_unknown_room_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[fingerprint]\n")
    with pytest.raises(Invalid, match="did you mean fingerprints"):
        load(file)


@pytest.mark.parametrize("setting", list(settings_of(Config)), ids=lambda setting: setting.key)
def test_every_setting_is_described(setting: object) -> None:
    description = getattr(setting, "description", "")
    assert len(description) > 10, "a setting says what it is, its unit and its source"
    assert "ource:" in description, "the description ends in its source"
