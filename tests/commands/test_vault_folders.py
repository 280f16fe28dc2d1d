from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.keys_calls import Keeper
from tutela.commands.vault_folders import VaultFolders, mark_no_backup, vault_folders


def test_the_folders_stand_in_the_home(keeper: Keeper) -> None:
    assert vault_folders(None) == VaultFolders(
        objects=keeper.home / "vault" / "objects",
        public=keeper.home / "vault" / "epochs",
        envelopes=keeper.home / "envelopes",
        private=keeper.home / "keys",
    )


def test_each_folder_may_stand_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VAULT", "ENVELOPES", "KEYS"):
        monkeypatch.setenv(f"TUTELA_CUSTODY__{name}", str(tmp_path / name))
    found = vault_folders(None)
    assert (found.objects, found.envelopes, found.private) == (
        tmp_path / "VAULT" / "objects",
        tmp_path / "ENVELOPES",
        tmp_path / "KEYS",
    )


def test_the_folders_that_no_backup_may_hold_say_so(keeper: Keeper) -> None:
    folders = vault_folders(None)
    mark_no_backup(folders)
    mark_no_backup(folders)
    for folder in (folders.envelopes, folders.private):
        assert (folder / ".nobackup").is_file() and folder.stat().st_mode & 0o077 == 0
    assert not (folders.objects.parent / ".nobackup").exists()
