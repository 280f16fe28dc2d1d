"""The house by the settings."""

from __future__ import annotations

from pathlib import Path

from tutela.commands.hotline_places import house_of
from tutela.config import Config
from tutela.kernel.custody.settings import CustodySettings


def test_keys_are_looked_for_where_the_settings_say(tmp_path: Path) -> None:
    house = house_of(Config(custody=CustodySettings(keys="/elsewhere")), tmp_path)
    assert str(house.vault_private) == "/elsewhere"
    assert house.vault_public == tmp_path / "vault" / "epochs"
    assert house.login_key == tmp_path / "login.key"
