from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.hotline.cases.making import CLOCK
from tutela.hotline.cases.address_keys import sealing_keys
from tutela.hotline.cases.addresses import fetch_key_store
from tutela.kernel.custody.key_files import FileKeyStore
from tutela.kernel.errors import Unavailable


def test_keys_are_those_of_the_folders_and_a_new_one_is_seen_at_once(tmp_path: Path, settings: Any) -> None:
    settings.VAULT_EPOCHS, settings.FETCH_EPOCHS = str(tmp_path / "v"), str(tmp_path / "fetch" / "epochs")
    keys = sealing_keys()
    with pytest.raises(Unavailable):
        keys.vault.current()
    made = FileKeyStore(tmp_path / "v", tmp_path / "k", CLOCK).rotate()
    assert keys.vault.current() == made
    assert keys.fetch.epochs() == () and fetch_key_store(tmp_path, CLOCK).rotate() == keys.fetch.current()
