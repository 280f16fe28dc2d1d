from __future__ import annotations

from tests.commands.keys_calls import Keeper


def test_a_vault_without_keys_says_what_to_do(keeper: Keeper) -> None:
    assert keeper("list") == 0 and keeper.out == "no keys: tutela keys init\n"
    assert keeper("list", "--json") == 0 and keeper.out == ""


def test_each_epoch_is_shown_with_what_is_missing(keeper: Keeper) -> None:
    first = keeper.json("init")["epoch"]
    keeper("list")
    assert "current, 0 objects, private key here, NO SHARES: tutela keys split" in keeper.out
    keeper("split")
    keeper("list")
    assert "any 2 of 3 shares" in keeper.out
    keeper.private_files()[0].unlink()
    keeper("list")
    assert "PRIVATE KEY NOT HERE: tutela keys restore" in keeper.out
    keeper("rotate")
    assert [row["state"] for row in keeper.rows()] == ["earlier", "current"]
    assert "SECRET" not in keeper.out and first in keeper.out


def test_a_retired_epoch_is_shown_as_such(keeper: Keeper) -> None:
    first = keeper.json("init")["epoch"]
    keeper("rotate")
    keeper("retire", first)
    keeper("list")
    assert "retired, 0 objects, key destroyed" in keeper.out


def test_a_key_that_was_to_be_destroyed_and_is_still_here_is_shown(keeper: Keeper) -> None:
    first = keeper.json("init")["epoch"]
    (key,) = keeper.private_files()
    text = key.read_text()
    keeper("rotate")
    keeper("retire", first)
    key.write_text(text)  # as where the process died between the two steps
    keeper("list")
    assert f"KEY STILL HERE: tutela keys retire {first}" in keeper.out
    assert keeper("retire", first) == 0 and not key.exists()
