from __future__ import annotations

from tests.commands.keys_calls import Keeper


def test_objects_move_on_and_the_key_is_destroyed(keeper: Keeper) -> None:
    first = keeper.json("init")["epoch"]
    blobs = [keeper.seal(bytes([number])) for number in range(3)]
    keeper("split", "--need", "2", "--of", "3")
    assert keeper("retire", first) == 2 and "rotate first" in keeper.err
    keeper("rotate")
    assert keeper("retire", first) == 0
    assert f"{first}: 3 objects moved on, its key is destroyed" in keeper.out
    assert "have the 3 shares" in keeper.err
    assert [keeper.open(blob) for blob in blobs] == [b"\0", b"\1", b"\2"]
    assert not any(first in path.name for path in keeper.private_files())
    assert [(row["state"], row["objects"]) for row in keeper.rows()] == [("retired", 0), ("current", 3)]
    assert keeper("retire", first) == 0 and "0 objects" in keeper.out
    assert keeper("retire", "epo_none") == 2


def test_nothing_is_destroyed_while_an_object_cannot_be_moved(keeper: Keeper) -> None:
    first = keeper.json("init")["epoch"]
    keeper.seal(b"benign")
    keeper("rotate")
    (envelope,) = (keeper.home / "envelopes" / first).iterdir()
    envelope.write_bytes(b"damaged")
    assert keeper("retire", first) == 3
    assert any(first in path.name for path in keeper.private_files())
