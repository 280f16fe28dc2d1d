from __future__ import annotations

from tests.commands.keys_calls import Keeper
from tutela.kernel.custody import age


def test_the_first_keys_are_made_once(keeper: Keeper) -> None:
    assert keeper("init") == 0
    assert "made; sealing uses it" in keeper.out and "tutela keys split" in keeper.err
    assert "SECRET" not in keeper.out + keeper.err
    (key,) = keeper.private_files()
    assert key.stat().st_mode & 0o777 == 0o600 and key.read_text().startswith("AGE-SECRET-KEY-1")
    assert (keeper.home / "keys" / ".nobackup").exists() and (
        keeper.home / "envelopes" / ".nobackup"
    ).exists()
    assert keeper("init") == 2 and "tutela keys rotate" in keeper.err
    assert keeper.open(keeper.seal(b"benign")) == b"benign"


def test_json_shows_the_public_half(keeper: Keeper) -> None:
    made = keeper.json("init")
    assert made["recipient"].startswith("age1") and made["state"] == "current"
    assert made["shares"] is None and made["private_key"] is True


def test_a_passphrase_closes_the_private_key(keeper: Keeper) -> None:
    keeper.types("correct horse")
    assert keeper("init", "--passphrase") == 0
    (key,) = keeper.private_files()
    assert key.name.endswith(".key.age") and b"SECRET" not in key.read_bytes()
    assert age.unseal_with_passphrase(key.read_bytes(), "correct horse").startswith(b"AGE-SECRET-KEY-1")
    blob = keeper.seal(b"benign")  # sealing asks nothing
    keeper.types("correct horse")
    assert keeper.open(blob) == b"benign"
