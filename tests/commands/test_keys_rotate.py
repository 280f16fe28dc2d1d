from __future__ import annotations

from tests.commands.keys_calls import Keeper


def test_new_keys_seal_and_the_earlier_ones_still_open(keeper: Keeper) -> None:
    assert keeper("rotate") == 3 and "tutela keys init" in keeper.err
    first = keeper.json("init")["epoch"]
    before = keeper.seal(b"before")
    assert keeper("rotate") == 0
    assert "made; sealing uses it" in keeper.out and first in keeper.err
    after = keeper.seal(b"after")
    assert [row["objects"] for row in keeper.rows()] == [1, 1]
    assert (keeper.open(before), keeper.open(after)) == (b"before", b"after")
    assert keeper.json("rotate")["number"] == 3
