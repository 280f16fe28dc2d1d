"""Where the vault's parts stand: by the settings, else in the house's folder."""

from __future__ import annotations

from pathlib import Path

from tutela.kernel.custody.settings import CustodySettings
from tutela.processes.places import sockets, vault_places


def test_the_folders_are_those_of_tutela_keys_unless_the_settings_say_others(tmp_path: Path) -> None:
    plain = vault_places(CustodySettings(), tmp_path)
    assert (plain.objects, plain.public) == (tmp_path / "vault/objects", tmp_path / "vault/epochs")
    assert (plain.envelopes, plain.private) == (tmp_path / "envelopes", tmp_path / "keys")
    other = vault_places(CustodySettings(vault="/v", envelopes="/e", keys="/k"), tmp_path)
    assert [str(one) for one in (other.public, other.envelopes, other.private)] == ["/v/epochs", "/e", "/k"]
    assert sockets(tmp_path).parent == tmp_path
