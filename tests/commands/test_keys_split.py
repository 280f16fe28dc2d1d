from __future__ import annotations

from tests.commands.keys_calls import Keeper
from tutela.commands.keys_restore import parted
from tutela.kernel.custody import shares
from tutela.kernel.custody.keys import PrivateKey


def test_shares_are_shown_once_and_kept_nowhere(keeper: Keeper) -> None:
    keeper("init")
    assert keeper("split", "--need", "3", "--of", "5") == 0
    printed = list(parted(keeper.out))
    (key,) = keeper.private_files()
    assert len(printed) == 5 and shares.combine(printed[1:4]) == PrivateKey.read(key.read_text())
    assert "# share 5 of 5; any 3 give back epo_" in keeper.out and " 1 " in keeper.out
    words = printed[0].split()[4:8]
    for path in keeper.home.rglob("*"):
        assert path.is_dir() or " ".join(words).encode() not in path.read_bytes()
    assert keeper.rows()[0]["shares"] == {"need": 3, "of": 5}
    assert keeper.err == ""


def test_json_gives_the_shares_to_a_program(keeper: Keeper) -> None:
    epoch = keeper.json("init")["epoch"]
    made = keeper.json("split", epoch)
    assert (made["epoch"], made["need"], made["of"], len(made["shares"])) == (epoch, 2, 3, 3)


def test_what_cannot_be_split_is_refused(keeper: Keeper) -> None:
    assert keeper("split") == 3
    keeper("init")
    assert keeper("split", "epo_none") == 2
    assert keeper("split", "--need", "4", "--of", "3") == 2 and "need" in keeper.err
    assert keeper("split", "--need", "1") == 2
    keeper.private_files()[0].unlink()
    assert keeper("split") == 3 and "tutela keys restore" in keeper.err
    assert keeper.rows()[0]["shares"] is None
