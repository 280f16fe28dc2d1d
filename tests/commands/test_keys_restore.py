from __future__ import annotations

import itertools

import pytest

from tests.commands.keys_calls import Keeper
from tutela.commands.keys_restore import parted


def split(keeper: Keeper) -> list[str]:
    shares: list[str] = keeper.json("split", "--need", "2", "--of", "3")["shares"]
    return shares


def test_a_lost_key_comes_back_from_any_two_shares_and_opens_everything(keeper: Keeper) -> None:
    keeper("init")
    blob, made = keeper.seal(b"benign"), split(keeper)
    (key,) = keeper.private_files()
    text = key.read_text()
    for chosen in itertools.permutations(made, 2):
        key.unlink()
        assert keeper("restore", stdin="\n".join(chosen)) == 0 and "is here again" in keeper.out
        assert key.read_text() == text and key.stat().st_mode & 0o777 == 0o600
    assert keeper.open(blob) == b"benign"


def test_the_printed_form_is_read_too(keeper: Keeper) -> None:
    keeper("init")
    keeper("split")
    printed = keeper.out
    keeper.private_files()[0].unlink()
    assert keeper("restore", stdin=printed) == 0, keeper.err


def test_a_try_writes_nothing(keeper: Keeper) -> None:
    keeper("init")
    made = split(keeper)
    keeper.private_files()[0].unlink()
    assert (
        keeper("restore", "--try", stdin="\n".join(made)) == 0 and "these shares give its key" in keeper.out
    )
    assert keeper.private_files() == []


def test_shares_of_a_key_that_this_vault_never_had_are_told_by_the_try(keeper: Keeper) -> None:
    keeper("init")
    made = split(keeper)
    for path in (keeper.home / "vault" / "epochs").iterdir():
        path.unlink()
    assert keeper("restore", "--try", stdin="\n".join(made)) == 2 and "no epoch" in keeper.err
    assert keeper("restore", stdin="\n".join(made)) == 0  # even the public half comes back


def test_too_few_and_mistyped_shares_are_named(keeper: Keeper) -> None:
    keeper("init")
    made = split(keeper)
    assert keeper("restore", stdin=made[0]) == 2 and "1 of 2 are here: 1 more needed" in keeper.err
    assert keeper("restore", stdin="") == 2 and "none was given" in keeper.err
    word = made[1].split()[8]
    wrong = made[1].replace(f" {word} ", f" {word[:4]}q ", 1)
    assert keeper("restore", stdin=f"{made[0]}\n{wrong}") == 2
    assert f'share 2: word 9, "{word[:4]}q"' in keeper.err and f'did you mean "{word}"' in keeper.err
    assert made[0].split()[10] not in keeper.err


def test_a_person_types_share_by_share_and_is_asked_again(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper("init")
    made = split(keeper)
    keeper.private_files()[0].unlink()
    keeper.types(made[0], made[0], made[1] + " more", made[1])
    monkeypatch.setattr("tutela.commands.keys_restore.is_person", lambda: True)
    assert keeper("restore") == 0
    assert "share 2: is share 1 once more" in keeper.err and '"more"' in keeper.err


def test_a_retired_key_does_not_come_back(keeper: Keeper) -> None:
    epoch = keeper.json("init")["epoch"]
    made = split(keeper)
    keeper("rotate")
    keeper("retire", epoch)
    assert keeper("restore", stdin="\n".join(made)) == 2 and "destroyed on purpose" in keeper.err


def test_shares_are_parted_as_they_are_written() -> None:
    one, two = " ".join(["word"] * 33), " ".join(["other"] * 33)
    rows = "# share 1\n 1 word 2 word\n 3 word\n\n# share 2\n1 other\n"
    assert list(parted(f"{one}\n{two}")) == [one, two]
    assert list(parted(rows)) == ["word word word", "other"]
    assert list(parted(f"some words\n{one}\nlast")) == ["some words", one, "last"]
    assert list(parted("\n# nothing\n")) == []
